import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePort, TestProcess, until } from './processes.js';

const CLI = 'dist/apps/cli/src/main.js';
const GROUPS = ['month', 'entity', 'channel', 'service'];
const ROWS_PER_PAGE = 10_000;

export interface Digest {
  readonly events: string;
  readonly position: string;
  readonly root: string;
  readonly contents: string;
}
export interface DataSetSaid {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly grains: readonly string[];
}

/** A data directory of its own, and what the command line makes of it; the journal is where `environment` says. */
export class DemoLedger {
  readonly directory = mkdtempSync(join(tmpdir(), 'sijill-demo-'));
  private readonly running: TestProcess[] = [];
  private url = 'http://127.0.0.1:8080';

  /** @param secondsMax that a demo may take */
  constructor(
    private readonly environment: Readonly<Record<string, string>> = {},
    private readonly secondsMax = 600,
  ) {}

  async verb(...parameters: string[]): Promise<TestProcess> {
    await chmod(this.directory, 0o755); // the unprivileged uid that PostgreSQL runs as must be able to walk through
    const own = { SIJILL_DATA_DIR: this.directory, SIJILL_URL: this.url, PORT: new URL(this.url).port };
    const verb = new TestProcess(CLI, { ...own, ...this.environment }, parameters);
    this.running.push(verb);
    verb.start();
    return verb;
  }

  /** Runs a verb to its end. */
  async done(...parameters: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const verb = await this.verb(...parameters);
    return { code: await verb.done(), output: verb.output };
  }

  /** Records the simulated year and goes on serving. */
  async demo(events: string): Promise<TestProcess> {
    this.url = `http://127.0.0.1:${await freePort()}`;
    const demo = await this.verb('demo', '--events', events);
    const isServing = () => {
      if (!demo.isRunning) throw new Error(demo.output);
      return demo.output.includes('serving until Ctrl-C');
    };
    await until(() => demo.output, isServing, this.secondsMax);
    return demo;
  }

  /** Serves what is there, on a journal that may be another one. */
  async serve(environment: Readonly<Record<string, string>>): Promise<TestProcess> {
    const serving = new TestProcess(
      CLI,
      { SIJILL_DATA_DIR: this.directory, PORT: new URL(this.url).port, ...this.environment, ...environment },
      ['serve'],
    );
    this.running.push(serving);
    serving.start();
    await until(
      () => serving.output,
      () => answers(`${this.url}/health/live`),
      120,
    );
    return serving;
  }

  async digest(): Promise<Digest> {
    const { output } = await this.done('journal', 'digest', '--json');
    return JSON.parse(output.slice(output.indexOf('{\n'), output.indexOf('\n}') + 2)) as Digest;
  }

  async get<T>(path: string, role = 'analyst'): Promise<T> {
    const token = readFileSync(join(this.directory, 'tokens', role), 'utf8').trim();
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json() as Promise<T>;
  }

  async dataSets(): Promise<readonly DataSetSaid[]> {
    return (await this.get<{ datasets: readonly DataSetSaid[] }>('/v1/datasets')).datasets;
  }

  /** Every row of every data set, whole and by each of a few groups: question and answer. */
  async *everyAnswer(): AsyncGenerator<readonly [question: string, rows: readonly unknown[]]> {
    for (const question of (await this.dataSets()).flatMap(questionsOf)) yield [question, await this.rows(question)];
  }

  /** Every row of an answer, page by page. */
  async rows(question: string): Promise<readonly unknown[]> {
    const all: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = `${question}&limit=${ROWS_PER_PAGE}${cursor}`;
      const { rows, next } = await this.get<{ rows: readonly unknown[]; next: string | null }>(page);
      all.push(...rows);
      if (next === null) return all;
      cursor = `&cursor=${encodeURIComponent(next)}`;
    }
  }

  async close(): Promise<void> {
    for (const one of this.running.reverse()) await one.end('SIGTERM');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const questionsOf = ({ name, dimensions, grains }: DataSetSaid): readonly string[] => {
  const groups = GROUPS.filter((group) => group in dimensions || grains.includes(group));
  return ['', ...groups].map((group) => `/v1/datasets/${name}?${group && `group=${group}`}`);
};
