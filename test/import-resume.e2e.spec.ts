import { appendFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ImportState } from '../apps/cli/src/intake/import-state.js';
import { START } from '../apps/cli/src/intake/watermark.js';
import { ended, FORMAT, Importing, rejectedLines, stateOf } from './support/importing.js';
import { ServedLedger } from './support/served-ledger.js';

let importing: Importing;
beforeAll(async () => {
  importing = await Importing.open();
  await importing.run(importing.fileOf('registers', { events: 500, hasRegisters: true }).file);
}, 120_000);
afterEach(() => importing.mend());
afterAll(() => importing?.close());

describe('An import that stopped', () => {
  test('that is interrupted says how it goes on, and goes on there', async () => {
    const file = importing.fileOf('interrupted');
    const run = await importing.halfway(file.file);
    expect([await run.end('SIGINT'), run.output]).toEqual([130, expect.stringContaining('finishing the requests')]);
    expect(run.output).toContain(`to go on:  npx sijill import ${file.file} --format ${FORMAT} --resume`);
    const acknowledged = Number(/"acknowledged":(\d+)/.exec(run.output)?.[1]);
    expect(acknowledged).toBeLessThan(file.lines);
    importing.mend();
    const { code, output } = await importing.run(file.file, ['--resume']);
    expect([code, output]).toEqual([5, expect.stringContaining(`"read":${file.lines},`)]);
    expect(await importing.faultsOf(file)).toEqual([]);
    expect(rejectedLines(file.file)).toEqual(file.broken);
  }, 120_000);

  test('is not resumed from a state that is damaged, or of another file, ledger or way to read it', async () => {
    const file = importing.fileOf('refused');
    await importing.killedHalfway(file.file);
    const path = stateOf(file.file);
    const state = readFileSync(path, 'utf8');
    const text = readFileSync(file.file, 'utf8');
    const resumed = async (flags: readonly string[] = [], url = importing.http.url) =>
      importing.run(file.file, ['--resume', ...flags], url);
    for (const damaged of [state.slice(0, -40), 'garbage', '{}', state.replace(/"record": \d+/, '"record": 999')]) {
      writeFileSync(path, damaged);
      expect(await resumed()).toEqual({ code: 1, output: expect.stringContaining('not the state of an import') });
    }
    writeFileSync(path, state);
    expect((await resumed([], importing.ledger.url)).output).toContain('it went to another ledger');
    expect((await resumed(['--rejects', `${file.file}.others`])).output).toContain('another --rejects file');
    writeFileSync(file.file, text.replace('"time"', '"Time"'));
    expect((await resumed()).output).toContain('the file is another one now');
    writeFileSync(file.file, `${text}{}\n`);
    expect((await resumed()).output).toContain('the file is another one now');
    writeFileSync(file.file, text);
    const hinted = await importing.run(file.file);
    expect([hinted.code, hinted.output]).toEqual([5, expect.stringContaining('with --resume it would go on')]);
    expect((await resumed()).output).toContain('there is nothing to resume');
    expect(await importing.faultsOf(file)).toEqual([]);
  }, 240_000);

  test('keeps others of the same file away while it runs, by whatever path, and no longer', async () => {
    const file = importing.fileOf('alone');
    const run = await importing.halfway(file.file);
    const link = `${file.file}.link`;
    symlinkSync(file.file, link);
    const { mark } = JSON.parse(readFileSync(stateOf(file.file), 'utf8'));
    for (const [path, flags] of [
      [file.file, []],
      [file.file, ['--resume']],
      [link, []],
    ] as const) {
      const output = expect.stringContaining(`${path} is being imported by process ${run.pid}`);
      expect(await importing.run(path, flags)).toEqual({ code: 1, output });
    }
    expect(JSON.parse(readFileSync(stateOf(file.file), 'utf8')).mark.record).toBeGreaterThanOrEqual(mark.record);
    await run.end('SIGKILL');
    importing.mend();
    const { code, output } = await importing.run(file.file, ['--resume']);
    expect([code, output]).toEqual([5, expect.stringContaining('"isComplete":true')]);
    expect(await importing.faultsOf(file)).toEqual([]);
    expect(rejectedLines(file.file)).toEqual(file.broken);
    expect(existsSync(`${file.file}.sijill-import.lock`)).toBe(false);
  }, 120_000);

  test('of a file that is written to meanwhile ends by saying so, and does not go on behind its mark', async () => {
    const file = importing.fileOf('grows');
    const run = await importing.halfway(file.file);
    appendFileSync(file.file, '{}\n');
    importing.mend();
    const { code, output } = await ended(run);
    expect([code, output]).toEqual([1, expect.stringContaining('was written to while it was read')]);
    const resumed = await importing.run(file.file, ['--resume']);
    expect(resumed).toEqual({ code: 1, output: expect.stringContaining('the file is another one now') });
  }, 120_000);

  test('that goes on at a ledger which no longer has what it acknowledged starts from the beginning', async () => {
    const file = importing.fileOf('restored', { hasRegisters: true });
    await importing.killedHalfway(file.file);
    // Another ledger behind the same address, as after a restore from an older backup: it has nothing of the file.
    const older = await ServedLedger.open();
    try {
      const path = stateOf(file.file);
      const { identity, mark } = JSON.parse(readFileSync(path, 'utf8'));
      await new ImportState(file.file).save({ ...identity, ledger: older.url }, mark);
      const { code, output } = await older.sijill('import', file.file, '--format', FORMAT, '--json', '--resume');
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
    const file = join(importing.ledger.directory, 'table.csv');
    writeFileSync(file, [`${columns},Description of service,${quarters.join(',')}`, ...rows, ''].join('\r\n'));
    const table = ['--format', 'uk-services', '--json'];
    // The question for earlier figures, registers in two requests, the grid.
    await (await importing.halfway(file, table, 4)).end('SIGKILL');
    importing.mend();
    const resumed = await importing.run(file, [...table, '--resume']);
    expect([resumed.code, resumed.output]).toEqual([5, expect.stringContaining('"rejected":3,')]);
    const rejected = readFileSync(`${file}.rejects.ndjson`, 'utf8').trim().split('\n');
    expect(rejected.map((line) => JSON.parse(line).origin)).toEqual(['line 2', 'line 102', 'line 202']);
    const again = await importing.run(file, table);
    expect(again.output).toMatch(/"created":0,"duplicate":\d+,"rejected":3/);
    const { rows: cells } = await importing.ledger.get<{ rows: { cells: number }[] }>(
      '/v1/datasets/aggregates?publisher=gb.transactions',
    );
    expect(cells.reduce((sum, { cells: count }) => sum + Number(count), 0)).toBe(897);
  }, 120_000);

  test('because its state cannot be written says so and how it goes on, and goes on when it can', async () => {
    const file = importing.fileOf('unwritten-state');
    await importing.killedHalfway(file.file);
    const inItsPlace = `${file.file}.new.sijill-import.json`;
    mkdirSync(inItsPlace);
    const { code, output } = await importing.run(file.file, ['--resume', '--max-errors', '0']);
    expect([code, output]).toEqual([1, expect.stringContaining('EISDIR')]);
    expect(output).toContain('"isComplete":false');
    expect(output).toContain(`to go on:  npx sijill import ${file.file} --format ${FORMAT} --resume`);
    rmdirSync(inItsPlace);
    const resumed = await importing.run(file.file, ['--resume']);
    expect([resumed.code, resumed.output]).toEqual([5, expect.stringContaining('"isComplete":true')]);
    expect(await importing.faultsOf(file)).toEqual([]);
    expect(rejectedLines(file.file)).toEqual(file.broken);
  }, 120_000);

  test('because its refusals cannot be written says so and how it goes on, and goes on when they can', async () => {
    const file = importing.fileOf('unwritten-rejects');
    const rejects = join(importing.ledger.directory, 'away', 'unwritten-rejects.ndjson.rejects.ndjson');
    const { code, output } = await importing.run(file.file, ['--rejects', rejects]);
    expect([code, output]).toEqual([1, expect.stringContaining('ENOENT')]);
    expect(output).toContain(
      `to go on:  npx sijill import ${file.file} --format ${FORMAT} --rejects ${rejects} --resume`,
    );
    mkdirSync(dirname(rejects));
    const resumed = await importing.run(file.file, ['--rejects', rejects, '--resume']);
    expect([resumed.code, resumed.output]).toEqual([5, expect.stringContaining('"isComplete":true')]);
    expect(await importing.faultsOf(file)).toEqual([]);
    expect(rejectedLines(rejects.replace('.rejects.ndjson', ''))).toEqual(file.broken);
  }, 120_000);

  test('for a state that could not be written writes it as soon as it can', async () => {
    const file = join(importing.ledger.directory, 'once.ndjson');
    const state = new ImportState(file);
    const identity = {
      file: { bytes: 0, sha256: '' },
      format: FORMAT,
      publishedOn: null,
      names: null,
      ledger: importing.http.url,
      rejects: `${file}.rejects.ndjson`,
    };
    mkdirSync(`${file}.new.sijill-import.json`);
    await expect(state.save(identity, START)).rejects.toThrow('EISDIR');
    rmdirSync(`${file}.new.sijill-import.json`);
    await state.save(identity, { ...START, record: 7 });
    expect(JSON.parse(readFileSync(stateOf(file), 'utf8')).mark.record).toBe(7);
  });

  test('from standard input says that it cannot be resumed', async () => {
    const rejects = join(importing.ledger.directory, 'stdin.rejects.ndjson');
    const told = await importing.run('-', ['--rejects', rejects]);
    expect(told).toEqual({ code: 0, output: expect.stringContaining('cannot be resumed') });
    expect((await importing.run('-', ['--resume'])).code).toBe(2);
  });
});
