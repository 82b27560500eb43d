import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from '#simulation';
import { until } from './support/processes.js';
import { ROOT } from './support/repository.js';
import { ServedLedger } from './support/served-ledger.js';

const example = (name: string): string => join(ROOT, 'examples', name);

/** Tried in tests of their own: the published table with its figures, and what needs a second store. */
const ELSEWHERE = new Set(['import', 'migrate-store', 'journal']);

describe('The command line against a served ledger', () => {
  let ledger: ServedLedger;
  beforeAll(async () => {
    ledger = await ServedLedger.open();
  });
  afterAll(() => ledger?.close());
  const head = async (): Promise<bigint> => {
    const text = await (await fetch(`${ledger.url}/metrics`)).text();
    return BigInt(/^sijill_journal_head_position (\d+)$/m.exec(text)?.[1] ?? '-1');
  };

  test('posts the examples of the README in order, and a repeat is answered as the first time', async () => {
    const names = ['entity-registered.json', 'service-registered.json', 'transaction-received.json'];
    expect(readdirSync(join(ROOT, 'examples')).sort()).toEqual(names);
    for (const name of names) {
      const { code, output } = await ledger.sijill('events', 'post', example(name));
      expect([name, code, output]).toEqual([name, 0, expect.stringContaining('"duplicate": false')]);
    }
    const again = await ledger.sijill('events', 'post', example('transaction-received.json'));
    expect(again.output).toContain('"duplicate": true');
  });

  test('does what the README says, command by command', async () => {
    const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
    const commands = lines.filter((line) => line.startsWith('npx sijill ')).map((line) => line.split(' ').slice(2));
    expect(commands.length).toBeGreaterThan(6);
    for (const command of commands) {
      if (ELSEWHERE.has(command[0]!)) continue;
      const { code, output } = await ledger.sijill(...command);
      expect([command.join(' '), code, output]).toEqual([command.join(' '), 0, expect.stringMatching(/\S/)]);
    }
  });

  test('says what a dry run would do and records nothing', async () => {
    const before = await ledger.get<{ projections: { head: string }[] }>('/v1/projections', 'operator');
    const event = JSON.parse(readFileSync(example('transaction-received.json'), 'utf8'));
    const file = join(ledger.directory, 'dry.json');
    writeFileSync(file, JSON.stringify({ ...event, id: 'dry-1', data: { ...event.data, number: 'V-99' } }));
    expect((await ledger.sijill('events', 'post', file, '--dry-run')).code).toBe(0);
    const after = await ledger.get<{ projections: { head: string }[] }>('/v1/projections', 'operator');
    expect(after.projections[0]?.head).toBe(before.projections[0]?.head);
  });

  test('imports lines; a broken one goes to the reject file with its reason, its neighbours go on', async () => {
    const event = JSON.parse(readFileSync(example('transaction-received.json'), 'utf8'));
    const line = (number: string, change: object = {}) =>
      JSON.stringify({ ...event, id: number, data: { ...event.data, number, ...change } });
    const file = join(ledger.directory, 'lines.ndjson');
    writeFileSync(
      file,
      [line('L-1'), '{"broken": ', line('L-2', { serviceId: 'example-permits' }), '', line('L-3')].join('\n'),
    );
    const { code, output } = await ledger.sijill('import', file, '--format', 'cloudevents-ndjson', '--json');
    expect(code).toBe(5);
    expect(output).toContain('"read":4,"created":2,"duplicate":0,"rejected":2');
    expect(output).toContain('line 2');
    const rejects = readFileSync(`${file}.rejects.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(rejects.map(({ origin, code: problem }) => [origin, problem]).sort()).toEqual([
      ['line 2', 'json.malformed'],
      ['line 3', 'reference.unknown'],
    ]);
    expect(JSON.stringify(rejects)).toContain('example-permit');
    const again = await ledger.sijill('import', file, '--format', 'cloudevents-ndjson', '--json');
    expect(again.output).toContain('"created":0,"duplicate":2,"rejected":2');
  });

  test('asks a data set, as JSON and as CSV, down to the events behind the figure', async () => {
    await ledger.settled();
    const json = await ledger.sijill(
      'query',
      'channel_volume',
      '--group',
      'channel',
      '--filter',
      'service=example-permit',
    );
    expect(JSON.parse(json.output).rows).toEqual([expect.objectContaining({ channel: 'app', received: 3 })]);
    const csv = await ledger.sijill('query', 'channel_volume', '--group', 'channel', '--format', 'csv');
    expect(csv.output.split('\r\n')[0]).toMatch(/^channel,/);
    const events = await ledger.sijill('query', 'channel_volume', '--filter', 'service=example-permit', '--events');
    expect(events.output).toContain('transaction-example:V-88412');
    const file = await ledger.sijill('query', 'channel_volume', '--events', '--format', 'csv');
    expect(file.output.split('\r\n')[0]).toMatch(/stream/);
  });

  test('follows the journal live until it is interrupted', async () => {
    const tail = ledger.verb('events', 'tail', '--after', (await head()).toString());
    const event = JSON.parse(readFileSync(example('transaction-received.json'), 'utf8'));
    const file = join(ledger.directory, 'live.json');
    writeFileSync(file, JSON.stringify({ ...event, id: 'live-1', data: { ...event.data, number: 'LIVE-1' } }));
    await until('the feed is open', () => tail.isRunning, 5);
    expect((await ledger.sijill('events', 'post', file)).code).toBe(0);
    await until(
      () => `the event is printed\n${tail.output}`,
      () => tail.output.includes('transaction-example:LIVE-1'),
      20,
    );
    expect(await tail.end('SIGINT')).toBe(0);
  });

  test('finishes what is on the way when an import is interrupted, and a second run adds the rest', async () => {
    const file = join(ledger.directory, 'year.ndjson');
    const events = [...simulate({ seed: 'interrupted', events: 6_000 })].map(({ event }) => JSON.stringify(event));
    writeFileSync(file, `${events.join('\n')}\n`);
    const before = await head();
    const run = ledger.verb('import', file, '--format', 'cloudevents-ndjson', '--json');
    await until('some are recorded', async () => (await head()) > before + 500n, 30);
    expect([await run.end('SIGINT'), run.output]).toEqual([130, expect.stringContaining('"rejected":0')]);
    const created = Number(/"created":(\d+)/.exec(run.output)?.[1]);
    expect(BigInt(created)).toBe((await head()) - before);
    const rest = await ledger.sijill('import', file, '--format', 'cloudevents-ndjson', '--json');
    expect(rest.output).toContain(`"created":${6_000 - created},"duplicate":${created},"rejected":0`);
  });

  test('reads one event, one stream, the journal', async () => {
    const stream = await ledger.sijill('events', 'get', 'transaction-example:V-88412');
    expect(stream.output).toContain('7f0c-000123');
    expect((await ledger.sijill('events', 'get', '0')).output).toContain('"position":"0"');
    expect((await ledger.sijill('events', 'get', '--limit', '2')).code).toBe(0);
  });

  test('shows the schema that a refusal points to', async () => {
    expect((await ledger.sijill('schema', 'list')).output.split('\n')).toContain('gov.sijill.transaction.received.v1');
    const { output } = await ledger.sijill('schema', 'show', 'transaction.received');
    expect(JSON.parse(output).properties.feeDue).toBeDefined();
    expect((await ledger.sijill('schema', 'show', 'transaction.recieved')).code).toBe(2);
  });

  test('lists projections, and prints a token', async () => {
    expect((await ledger.sijill('projections', 'list')).output).toContain('channel_volume');
    expect((await ledger.sijill('token', 'analyst')).output.trim()).toBe(ledger.token('analyst'));
  });

  test('ends in silence when whoever reads has read enough', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'dist/apps/cli/src/main.js'), 'schema', 'list'], {
      env: { ...process.env, SIJILL_URL: ledger.url, SIJILL_DATA_DIR: ledger.directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk));
    const [code] = await once(child, 'close');
    expect([code, told]).toEqual([0, '']);
  });

  test.each([
    [['import', 'x.csv', '--format', 'uk-services', '--max-errors', '-3'], 2, '--max-errors -3'],
    [['import', 'x.csv', '--format', 'uk-services', '--patience', ''], 2, '--patience'],
    [['import', 'x.csv', '--format', 'nothing'], 2, 'no format "nothing"'],
    [['import', '/does/not/exist.ndjson', '--format', 'cloudevents-ndjson'], 1, 'no file'],
    [['token', 'emperor'], 2, 'no role "emperor"'],
    [['serv'], 2, 'Did you mean serve?'],
    [['query', 'no_such_set'], 1, 'dataset.unknown'],
  ])('%p ends with %i and a sentence', async (parameters, code, sentence) => {
    const ended = await ledger.sijill(...(parameters as string[]));
    expect([ended.code, ended.output]).toEqual([code, expect.stringContaining(sentence as string)]);
  });
});
