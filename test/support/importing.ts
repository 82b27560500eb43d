import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from '#simulation';
import { FaultyHttp, type HttpFault } from './faulty-http.js';
import { TestProcess, until } from './processes.js';
import { ServedLedger } from './served-ledger.js';
import { TcpProxy } from './tcp-proxy.js';

export const FORMAT = 'cloudevents-ndjson';
const EVENTS = 5_000;
/** Every so many lines one that no ledger takes. */
const BROKEN_EVERY = 400;

interface WireEvent {
  readonly source: string;
  readonly id: string;
  readonly stream: string;
  readonly position: string;
}

/** A file of transactions with what a test knows of it. */
export interface EventFile {
  readonly file: string;
  /** In the order of the file. */
  readonly ids: readonly string[];
  /** Numbers of the lines that no ledger takes. */
  readonly broken: readonly number[];
  readonly lines: number;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export const stateOf = (file: string): string => `${file}.sijill-import.json`;

export const ended = async (run: TestProcess): Promise<Ended> => ({ code: await run.done(), output: run.output });

export const rejectedLines = (file: string): number[] =>
  readFileSync(`${file}.rejects.ndjson`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).record)
    .sort((one, other) => one - other);

/** A served ledger with a wire before it that breaks as a test wants, and imports that go through it. */
export class Importing {
  fault: () => HttpFault = () => 'none';

  private constructor(
    readonly ledger: ServedLedger,
    readonly proxy: TcpProxy,
    readonly http: FaultyHttp,
  ) {}

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<Importing> {
    const ledger = await ServedLedger.open(environment);
    const proxy = await TcpProxy.before(ledger.url);
    let fault = (): HttpFault => 'none';
    const http = await FaultyHttp.before(proxy.url, () => fault());
    const importing = new Importing(ledger, proxy, http);
    fault = () => importing.fault();
    return importing;
  }

  mend(): void {
    this.fault = () => 'none';
    this.proxy.restore();
  }

  async close(): Promise<void> {
    await this.http.close();
    await this.proxy.close();
    await this.ledger.close();
  }

  /** Forwards so many requests, and then none. */
  stallAfter(requests: number): void {
    let left = requests;
    this.fault = () => (left-- > 0 ? 'none' : 'unavailable');
  }

  /** A file of transactions of its own, broken lines among them. */
  fileOf(name: string, { events = EVENTS, hasRegisters = false } = {}): EventFile {
    const file = join(this.ledger.directory, `${name}.ndjson`);
    const ids: string[] = [];
    const broken: number[] = [];
    const lines: string[] = [];
    for (const { event } of simulate({ seed: 'import', events })) {
      if (!hasRegisters && !event.type.startsWith('gov.sijill.transaction.')) continue;
      if (lines.length % BROKEN_EVERY === BROKEN_EVERY - 1) broken.push(lines.push('{"broken'));
      ids.push(`${event.source} ${name}-${event.id}`);
      const text = JSON.stringify({ ...event, id: `${name}-${event.id}` });
      lines.push(text.replaceAll('"number":"', `"number":"${name}-`));
    }
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { file, ids, broken, lines: lines.length };
  }

  start(file: string, flags: readonly string[] = [], url = this.http.url): TestProcess {
    const environment = { SIJILL_URL: url, SIJILL_DATA_DIR: this.ledger.directory };
    const format = flags.includes('--format') ? [] : ['--format', FORMAT];
    const run = new TestProcess('dist/apps/cli/src/main.js', environment, [
      'import',
      file,
      '--json',
      ...format,
      ...flags,
    ]);
    run.start();
    return run;
  }

  run(file: string, flags: readonly string[] = [], url = this.http.url): Promise<Ended> {
    return ended(this.start(file, flags, url));
  }

  /** What is wrong with what became of the file: events lost, doubled, or out of order in their stream. Empty: nothing. */
  async faultsOf({ ids }: EventFile): Promise<string[]> {
    const order = new Map(ids.map((id, at) => [id, at]));
    const seen = new Map<string, number>();
    const last = new Map<string, number>();
    const faults: string[] = [];
    for (const { source, id, stream } of await this.journal()) {
      const at = order.get(`${source} ${id}`);
      if (at === undefined) continue;
      seen.set(id, (seen.get(id) ?? 0) + 1);
      if (at < (last.get(stream) ?? -1)) faults.push(`${id} stands behind a later line of its stream`);
      last.set(stream, at);
    }
    for (const [id, times] of seen) if (times > 1) faults.push(`${id} is there ${times} times`);
    if (seen.size < ids.length) faults.push(`${ids.length - seen.size} events are not there`);
    return faults;
  }

  /** Starts an import, and stalls it in the middle. */
  async halfway(file: string, flags: readonly string[] = [], requests = 6): Promise<TestProcess> {
    this.stallAfter(requests);
    const run = this.start(file, flags);
    const path = stateOf(file);
    await until(
      () => `the watermark moves\n${run.output}`,
      () => existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).mark.record > 0,
      60,
    );
    return run;
  }

  async killedHalfway(file: string): Promise<void> {
    await (await this.halfway(file)).end('SIGKILL');
    this.mend();
  }

  private async journal(): Promise<WireEvent[]> {
    const all: WireEvent[] = [];
    for (let after = ''; ; ) {
      const page = await this.ledger.get<{ events: WireEvent[]; next: string | null; atHead: boolean }>(
        `/v1/events?limit=1000${after && `&after=${after}`}`,
        'regulator',
      );
      all.push(...page.events);
      if (page.atHead || page.next === null) return all;
      after = page.next;
    }
  }
}
