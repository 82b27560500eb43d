// Runs in plain Node before jest: one PostgreSQL for the whole run. TEST_DATABASE_URL names a server to use instead of the embedded one.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default async function globalSetup() {
  // DATABASE_URL is ignored on purpose: tests would wipe what it names.
  delete process.env.DATABASE_URL;
  process.env.TEST_TEMPLATE = `template_sijill_${randomBytes(4).toString('hex')}`;
  if (process.env.TEST_DATABASE_URL) {
    process.env.TEST_PG = process.env.TEST_DATABASE_URL;
    return;
  }
  const { startPostgres } = await import('../../dist/libs/embedded-postgres/src/index.js');
  const directory = mkdtempSync(join(tmpdir(), 'sijill-test-'));
  chmodSync(directory, 0o755); // the unprivileged uid that PostgreSQL runs as must be able to walk through
  const server = await startPostgres({ directory, durability: 'none' });
  process.env.TEST_PG = server.adminUrl;
  globalThis.stopTestServers = async () => {
    await server.stop();
    const { rmSync } = await import('node:fs');
    rmSync(directory, { recursive: true, force: true });
  };
}
