import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePort, TestProcess, until } from './processes.js';

/**
 * The whole ledger as a newcomer runs it: `sijill serve` of the build on an empty data directory, with its own PostgreSQL. The
 * journal may be elsewhere: `SIJILL_EVENT_STORE` in its environment.
 */
export class ServedLedger {
  private constructor(
    readonly directory: string,
    readonly url: string,
    readonly server: TestProcess,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<ServedLedger> {
    const directory = mkdtempSync(join(tmpdir(), 'sijill-served-'));
    await chmod(directory, 0o755);
    const port = await freePort();
    const own = { PORT: String(port), SIJILL_DATA_DIR: directory, ...environment };
    const server = new TestProcess('dist/apps/cli/src/main.js', own, ['serve']);
    server.start();
    const url = `http://127.0.0.1:${port}`;
    await until(
      () => `the ledger is ready\n${server.output}`,
      () => answers(`${url}/health/ready`),
      90,
    );
    return new ServedLedger(directory, url, server, environment);
  }

  token(role: string): string {
    return readFileSync(join(this.directory, 'tokens', role), 'utf8').trim();
  }

  /** Starts a verb of the command line. */
  verb(...parameters: string[]): TestProcess {
    const environment = { SIJILL_URL: this.url, SIJILL_DATA_DIR: this.directory, ...this.environment };
    const verb = new TestProcess('dist/apps/cli/src/main.js', environment, parameters);
    verb.start();
    return verb;
  }

  /** Runs a verb to its end. */
  async sijill(...parameters: string[]): Promise<{ code: number | null; output: string }> {
    const verb = this.verb(...parameters);
    const code = await verb.done();
    return { code, output: verb.output };
  }

  async get<T>(path: string, role = 'analyst'): Promise<T> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${this.token(role)}` } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Waits until every projection has passed the end of the journal. */
  async settled(): Promise<void> {
    interface Status {
      readonly lagEvents: string | null;
      readonly parked?: unknown;
      readonly name: string;
    }
    await until(
      'the projections are at the head',
      async () => {
        const { projections } = await this.get<{ projections: readonly Status[] }>('/v1/projections', 'operator');
        const parked = projections.filter((status) => status.parked);
        if (parked.length > 0) throw new Error(JSON.stringify(parked));
        return projections.length > 0 && projections.every(({ lagEvents }) => lagEvents === '0');
      },
      90,
    );
  }

  async close(): Promise<void> {
    await this.server.end('SIGTERM');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
