import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { simulate } from '#simulation';
import { ImportState } from '../apps/cli/src/intake/import-state.js';
import { FaultyHttp, type HttpFault } from './support/faulty-http.js';
import { TestProcess, until } from './support/processes.js';
import { ServedLedger } from './support/served-ledger.js';
import { TcpProxy } from './support/tcp-proxy.js';

const FORMAT = 'cloudevents-ndjson';
const EVENTS = 5_000;
/** Every so many lines one that no ledger takes. */
const BROKEN_EVERY = 400;
const KILLS = 3;

interface WireEvent {
  readonly source: string;
  readonly id: string;
  readonly stream: string;
  readonly position: string;
}

describe('An import', () => {
  let ledger: ServedLedger;
  let proxy: TcpProxy;
  let http: FaultyHttp;
  let fault: () => HttpFault = () => 'none';
  beforeAll(async () => {
    ledger = await ServedLedger.open();
    proxy = await TcpProxy.before(ledger.url);
    http = await FaultyHttp.before(proxy.url, () => fault());
  }, 120_000);
  afterEach(() => {
    fault = () => 'none';
    proxy.restore();
  });
  afterAll(async () => {
    await http?.close();
    await proxy?.close();
    await ledger?.close();
  });

  /** Forwards so many requests, and then none. */
  const stallAfter = (requests: number): void => {
    let left = requests;
    fault = () => (left-- > 0 ? 'none' : 'unavailable');
  };
  /** A file of transactions of its own, broken lines among them. @returns its path, its ids in order, its broken lines. */
  const fileOf = (name: string, { events = EVENTS, hasRegisters = false } = {}) => {
    const file = join(ledger.directory, `${name}.ndjson`);
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
  };
  const importer = (file: string, flags: readonly string[] = [], url = http.url): TestProcess => {
    const environment = { SIJILL_URL: url, SIJILL_DATA_DIR: ledger.directory };
    const format = flags.includes('--format') ? [] : ['--format', FORMAT];
    const parameters = ['import', file, '--json', ...format, ...flags];
    const run = new TestProcess('dist/apps/cli/src/main.js', environment, parameters);
    run.start();
    return run;
  };
  const finished = async (run: TestProcess) => ({ code: await run.done(), output: run.output });
  const journal = async (): Promise<WireEvent[]> => {
    const all: WireEvent[] = [];
    for (let after = ''; ; ) {
      const page = await ledger.get<{ events: WireEvent[]; next: string | null; atHead: boolean }>(
        `/v1/events?limit=1000${after && `&after=${after}`}`,
        'regulator',
      );
      all.push(...page.events);
      if (page.atHead || page.next === null) return all;
      after = page.next;
    }
  };
  /** What is wrong with what became of the file: events lost, doubled, or out of order in their stream. Empty: nothing. */
  const faultsOf = async ({ ids }: { ids: readonly string[] }): Promise<string[]> => {
    const order = new Map(ids.map((id, at) => [id, at]));
    const seen = new Map<string, number>();
    const last = new Map<string, number>();
    const faults: string[] = [];
    for (const { source, id, stream } of await journal()) {
      const at = order.get(`${source} ${id}`);
      if (at === undefined) continue;
      seen.set(id, (seen.get(id) ?? 0) + 1);
      if (at < (last.get(stream) ?? -1)) faults.push(`${id} stands behind a later line of its stream`);
      last.set(stream, at);
    }
    for (const [id, times] of seen) if (times > 1) faults.push(`${id} is there ${times} times`);
    if (seen.size < ids.length) faults.push(`${ids.length - seen.size} events are not there`);
    return faults;
  };
  const rejectedLines = (file: string): number[] =>
    readFileSync(`${file}.rejects.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).record)
      .sort((one, other) => one - other);
  /** Starts an import, and stalls it in the middle. */
  const halfway = async (file: string): Promise<TestProcess> => {
    stallAfter(6);
    const run = importer(file);
    const path = `${file}.sijill-import.json`;
    await until(
      () => `the watermark moves\n${run.output}`,
      () => existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).mark.record > 0,
      60,
    );
    return run;
  };
  const killedHalfway = async (file: string): Promise<void> => {
    await (await halfway(file)).end('SIGKILL');
    fault = () => 'none';
  };

  test('that is cut off, refused for a while and killed again and again records each event once, in its order', async () => {
    const arbitrary = fc.record({
      faults: fc.infiniteStream(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant<HttpFault>('none') },
          { weight: 2, arbitrary: fc.constantFrom<HttpFault>('unavailable', 'tooMany', 'badGateway', 'lost') },
        ),
      ),
      kills: fc.array(fc.integer({ min: 600, max: 2_000 }), { minLength: KILLS, maxLength: KILLS }),
      cuts: fc.infiniteStream(fc.integer({ min: 500, max: 2_500 })),
    });
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ faults, kills, cuts }) => {
        nth += 1;
        const file = fileOf(`storm${nth}`, { hasRegisters: true });
        fault = () => faults.next().value;
        let isOver = false;
        const cutting = (async () => {
          while (!isOver) {
            await pause(cuts.next().value);
            if (Math.trunc(cuts.next().value) % 2 === 0) proxy.cut();
            else proxy.loseNextAnswer();
          }
        })();
        try {
          for (const [at, milliseconds] of kills.entries()) {
            const run = importer(file.file, at > 0 ? ['--resume'] : []);
            await pause(milliseconds);
            await run.end('SIGKILL');
            if (!existsSync(`${file.file}.sijill-import.json`)) break;
          }
          const isBegun = existsSync(`${file.file}.sijill-import.json`);
          const { code, output } = await finished(importer(file.file, isBegun ? ['--resume'] : []));
          expect([code, output]).toEqual([5, expect.stringContaining('"isComplete":true')]);
        } finally {
          isOver = true;
          await cutting;
        }
        expect(await faultsOf(file)).toEqual([]);
        expect(rejectedLines(file.file)).toEqual(file.broken);
        expect(existsSync(`${file.file}.sijill-import.json`)).toBe(false);
      }),
      { numRuns: 1, seed: 20_261_122, endOnFailure: true },
    );
  }, 240_000);

  test('whose watermark ran ahead of the answers would lose events, and that is found out', async () => {
    const file = fileOf('ahead');
    await killedHalfway(file.file);
    const path = `${file.file}.sijill-import.json`;
    const { identity, mark } = JSON.parse(readFileSync(path, 'utf8'));
    await new ImportState(file.file).save(identity, { ...mark, record: file.lines - 100 });
    const rejects = `${file.file}.rejects.ndjson`;
    const kept = existsSync(rejects) ? readFileSync(rejects, 'utf8').split('\n').slice(0, mark.counts.rejected) : [];
    writeFileSync(rejects, kept.map((line) => `${line}\n`).join(''));
    expect((await finished(importer(file.file, ['--resume']))).output).toContain('"isComplete":true');
    expect(await faultsOf(file)).toEqual([expect.stringMatching(/^\d+ events are not there$/)]);
    expect((await finished(importer(file.file))).code).toBe(5);
    expect(await faultsOf(file)).toEqual([]);
  }, 120_000);

  test('that is interrupted says how it goes on, and goes on there', async () => {
    const file = fileOf('interrupted');
    const run = await halfway(file.file);
    expect([await run.end('SIGINT'), run.output]).toEqual([130, expect.stringContaining('finishing the requests')]);
    expect(run.output).toContain(`to go on:  npx sijill import ${file.file} --format ${FORMAT} --resume`);
    const acknowledged = Number(/"acknowledged":(\d+)/.exec(run.output)?.[1]);
    expect(acknowledged).toBeLessThan(file.lines);
    fault = () => 'none';
    const { code, output } = await finished(importer(file.file, ['--resume']));
    expect([code, output]).toEqual([5, expect.stringContaining(`"read":${file.lines},`)]);
    expect(await faultsOf(file)).toEqual([]);
    expect(rejectedLines(file.file)).toEqual(file.broken);
  }, 120_000);

  test('that finds no ledger ends after its patience with exit code 1, and can be resumed', async () => {
    const file = fileOf('patient', { events: 1_000 });
    fault = () => 'unavailable';
    const { code, output } = await finished(importer(file.file, ['--patience', '3']));
    expect([code, output]).toEqual([1, expect.stringContaining('--resume')]);
    expect(output).toMatch(/waiting \d s: the server answered 503/);
    fault = () => 'none';
    expect((await finished(importer(file.file, ['--resume']))).code).toBe(5);
    expect(await faultsOf(file)).toEqual([]);
  }, 60_000);

  test('is not resumed from a state that is damaged, or of another file, ledger or way to read it', async () => {
    const file = fileOf('refused');
    await killedHalfway(file.file);
    const path = `${file.file}.sijill-import.json`;
    const state = readFileSync(path, 'utf8');
    const text = readFileSync(file.file, 'utf8');
    const resumed = async (flags: readonly string[] = [], url = http.url) =>
      finished(importer(file.file, ['--resume', ...flags], url));
    for (const damaged of [state.slice(0, -40), 'garbage', '{}', state.replace(/"record": \d+/, '"record": 999')]) {
      writeFileSync(path, damaged);
      expect(await resumed()).toEqual({ code: 1, output: expect.stringContaining('not the state of an import') });
    }
    writeFileSync(path, state);
    expect((await resumed([], ledger.url)).output).toContain('it went to another ledger');
    expect((await resumed(['--rejects', `${file.file}.others`])).output).toContain('another --rejects file');
    writeFileSync(file.file, text.replace('"time"', '"Time"'));
    expect((await resumed()).output).toContain('the file is another one now');
    writeFileSync(file.file, `${text}{}\n`);
    expect((await resumed()).output).toContain('the file is another one now');
    writeFileSync(file.file, text);
    const hinted = await finished(importer(file.file));
    expect([hinted.code, hinted.output]).toEqual([5, expect.stringContaining('with --resume it would go on')]);
    expect((await resumed()).output).toContain('there is nothing to resume');
    expect(await faultsOf(file)).toEqual([]);
  }, 120_000);

  test('that goes on at a ledger which no longer has what it acknowledged starts from the beginning', async () => {
    const file = fileOf('restored', { hasRegisters: true });
    await killedHalfway(file.file);
    // Another ledger behind the same address, as after a restore from an older backup: it has nothing of the file.
    const older = await ServedLedger.open();
    try {
      const path = `${file.file}.sijill-import.json`;
      const { identity, mark } = JSON.parse(readFileSync(path, 'utf8'));
      await new ImportState(file.file).save({ ...identity, ledger: older.url }, mark);
      const environment = { SIJILL_URL: older.url, SIJILL_DATA_DIR: older.directory };
      const run = new TestProcess('dist/apps/cli/src/main.js', environment, [
        'import',
        file.file,
        '--format',
        FORMAT,
        '--json',
        '--resume',
      ]);
      run.start();
      const { code, output } = await finished(run);
      expect([code, output]).toEqual([5, expect.stringContaining('no longer has what it acknowledged at position')]);
      expect(output).toContain(`"created":${file.ids.length},"duplicate":0`);
    } finally {
      await older.close();
    }
  }, 120_000);

  test('of a table goes on in the middle of a walk over it, and its bad cells are refused once', async () => {
    const quarters = ['Jan - Mar', 'Apr - Jun', 'Jul - Sep'].map((months) => `Total transactions ${months} 2017`);
    const columns = 'Abbr,Department,Agency/body,Agency abbr,Name of service,Slug,Category,Customer type';
    const rows = Array.from({ length: 300 }, (_, at) => {
      const service = `HO,Home Office,Passport Office,,Service ${at},slug-${at},Licensing,Individuals,`;
      return `${service},${at},${at % 100 === 0 ? 'many' : at + 1},${at + 2}`;
    });
    const file = join(ledger.directory, 'table.csv');
    writeFileSync(file, [`${columns},Description of service,${quarters.join(',')}`, ...rows, ''].join('\r\n'));
    const table = ['--format', 'uk-services', '--json'];
    stallAfter(4); // the question for earlier figures, registers in two requests, the grid
    const run = importer(file, table);
    const path = `${file}.sijill-import.json`;
    const isBegun = () => existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).mark.record > 0;
    await until(() => `the watermark moves\n${run.output}`, isBegun, 60);
    await run.end('SIGKILL');
    fault = () => 'none';
    const resumed = await finished(importer(file, [...table, '--resume']));
    expect([resumed.code, resumed.output]).toEqual([5, expect.stringContaining('"rejected":3,')]);
    const rejected = readFileSync(`${file}.rejects.ndjson`, 'utf8').trim().split('\n');
    expect(rejected.map((line) => JSON.parse(line).origin)).toEqual(['line 2', 'line 102', 'line 202']);
    const again = await finished(importer(file, table));
    expect(again.output).toMatch(/"created":0,"duplicate":\d+,"rejected":3/);
    const { rows: cells } = await ledger.get<{ rows: { cells: number }[] }>(
      '/v1/datasets/aggregates?publisher=gb.transactions',
    );
    expect(cells.reduce((sum, { cells: count }) => sum + Number(count), 0)).toBe(897);
  }, 120_000);

  test('from standard input says that it cannot be resumed', async () => {
    const run = new TestProcess(
      'dist/apps/cli/src/main.js',
      { SIJILL_URL: http.url, SIJILL_DATA_DIR: ledger.directory },
      ['import', '-', '--format', FORMAT, '--rejects', join(ledger.directory, 'stdin.rejects.ndjson')],
    );
    run.start();
    expect(await finished(run)).toEqual({ code: 0, output: expect.stringContaining('cannot be resumed') });
    expect((await ledger.sijill('import', '-', '--format', FORMAT, '--resume')).code).toBe(2);
  });
});
