// npm run test:eventstoredb [-- --url esdb://…] [--transcript FILE]: the contract, the whole system and the transcript on a real
// server, or without a URL on the stand-in. The server must be one for tests: streams are written, deleted and tombstoned.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { url: { type: 'string' }, transcript: { type: 'string' } } });
const environment = {
  ...(values.url ? { TEST_ESDB_URL: values.url.replace(/^kurrentdb(\+discover)?:/, 'esdb$1:') } : {}),
  ...(values.transcript ? { TEST_ESDB_TRANSCRIPT: resolve(values.transcript) } : {}),
};
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', String.raw`/eventstoredb/(contract|transcripts|whole)[^/]*\.spec\.ts$`],
  { stdio: 'inherit', env: { ...process.env, ...environment } },
);
process.exitCode = status ?? 1;
