import { Readable } from 'node:stream';
import { copyBytes } from '../bench/append/copy-in.js';
import { TARGETS, type Target, verdictLines, verdictsOf } from '../bench/harness/targets.js';
import { readOptions, SUITES, UsageError } from '../bench/options.js';
import { binaryArray } from '../bench/raw.js';
import { type CopiedRow, readTextRows } from '../bench/read/copy-rows.js';
import { Delivery } from '../bench/read/delivery.js';
import { caseOf, expectEqual, noFindings, tableLines } from '../bench/report.js';
import { SAMPLE_DATA_BYTES, salt, sampleEvent, sampleStream } from '../bench/sample.js';
import { appendsOf, byDay, Revisions } from '../bench/size/fill.js';
import { type Measured, median, percentile, summaryOf } from '../bench/statistics.js';
import { prepareYear } from '../bench/year.js';
import { canonicalText, parseJson } from '../libs/kernel/src/index.js';
import { simulate } from '../libs/simulation/src/index.js';

const round = (members: Partial<Measured> = {}): Measured => ({
  events: 1_000,
  seconds: 1,
  p50Ms: 1,
  p99Ms: 2,
  clientCpuSeconds: 0.01,
  serverCpuSeconds: 0.02,
  othersCpuSeconds: 0.5,
  walBytes: 900_000,
  storageBytesPerEvent: 700,
  ...members,
});

describe('Statistics of the benchmark', () => {
  test.each<[values: number[], middle: number]>([
    [[7], 7],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 1_000], 10],
  ])('the median of %j is %d', (values, middle) => {
    const before = [...values];
    expect(median(values)).toBe(middle);
    expect(values).toEqual(before);
  });

  test.each<[share: number, value: number]>([
    [0.01, 1],
    [0.5, 50],
    [0.99, 99],
    [0.991, 100],
    [1, 100],
  ])('the percentile %d of 1 to 100 is %d, by nearest rank', (share, value) => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, share)).toBe(value);
  });

  test('nothing has neither median nor percentile, and a share is above 0 and at most 1', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    for (const share of [0, 1.01, Number.NaN]) expect(() => percentile([1], share)).toThrow(RangeError);
  });

  test('a ratio is the median of the ratios within the rounds, whatever the machine does between them', () => {
    const limit = [1_000, 100, 10].map((events) => round({ events }));
    const measured = [2_000, 200, 30].map((events) => round({ events }));
    expect(summaryOf(measured, limit)).toMatchObject({ eventsPerSecond: 200, ratio: 2 });
    expect(summaryOf(limit).ratio).toBeNull();
  });

  test('the ratio of CPU is above 1 where an event is cheaper than in the limit, however slow the machine was', () => {
    const limit = [round({ clientCpuSeconds: 0.02, serverCpuSeconds: 0.04 })];
    expect(summaryOf([round({ seconds: 9 })], limit).cpuRatio).toBeCloseTo(2, 9);
    expect(summaryOf([round({ serverCpuSeconds: null })], limit).cpuRatio).toBeNull();
  });

  test('costs are told an event, in microseconds and bytes, and not at all where a round could not tell', () => {
    expect(summaryOf([round()])).toMatchObject({
      clientCpuMicrosPerEvent: 10,
      serverCpuMicrosPerEvent: 20,
      othersCpuCores: 0.5,
      walBytesPerEvent: 900,
      storageBytesPerEvent: 700,
    });
    expect(summaryOf([round(), round({ serverCpuSeconds: null })]).serverCpuMicrosPerEvent).toBeNull();
  });
});

describe('The benchmark', () => {
  test('asks for one suite and takes whole numbers', () => {
    const usual = { rounds: 3, seconds: 3, minutes: 20 };
    expect(readOptions(['append'])).toEqual({ suite: 'append', events: 40_000, ...usual });
    expect(readOptions(['read'])).toEqual({ suite: 'read', events: 200_000, ...usual });
    expect(readOptions(['read', '--quick', '--seconds', '2'])).toMatchObject({ rounds: 1, seconds: 2, events: 20_000 });
    expect(readOptions(['project', '--rounds', '1', '--json', 'x.json'])).toMatchObject({ rounds: 1, json: 'x.json' });
    for (const wrong of [
      [],
      ['all'],
      ['append', 'intake'],
      ['append', '--rounds', '0'],
      ['append', '--seconds', '1.5'],
    ]) {
      expect(() => readOptions(wrong)).toThrow(UsageError);
    }
    expect(() => readOptions(['append', '--fast'])).toThrow(UsageError);
  });

  test('says which check failed', () => {
    const findings = noFindings();
    caseOf(findings, 'limit').rounds.push(round());
    caseOf(findings, 'ours', 'limit').rounds.push(round({ events: 500 }));
    expectEqual(findings, 'rows', 3, 3);
    expectEqual(findings, 'streams', 2, 3);
    expect(findings.checks.map(({ isHeld }) => isHeld)).toEqual([true, false]);
    const text = tableLines(findings).join('\n');
    expect(text).toMatch(/^ours +500 +0\.50x /m);
    expect(text).toContain('checks: 1 of 2 hold');
    expect(text).toContain('FAILED: streams: 2, expected 3');
  });

  test('reads the rows of COPY, in pieces cut anywhere, with escapes and absent values', async () => {
    const columns = ['7', 'stream', '0', '1', 'source', 'id', 'type', 'time', 'actor', '\\N', '\\N', 'ab', 'cd'];
    const text = Buffer.from(`${columns.join('\t')}\t{"number":"1","note":"a \\\\"b\\\\" ü"}\n`.repeat(2));
    for (const size of [1, 7, 60, 1_000]) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, nth) =>
        text.subarray(nth * size, (nth + 1) * size),
      );
      const rows: CopiedRow[] = [];
      await readTextRows(Readable.from(pieces), (row) => rows.push(row));
      expect(rows.map(({ position, data }) => [position, data])).toEqual(
        Array(2).fill([7, { number: '1', note: 'a "b" ü' }]),
      );
    }
  });

  test('appends events of canonical JSON, each of the same size and unlike the others', () => {
    const [first, second] = [sampleEvent(1), sampleEvent(123_456)];
    for (const { data } of [first, second]) {
      expect(data).toHaveLength(SAMPLE_DATA_BYTES);
      expect(Buffer.from(data).toString()).toBe(canonicalText(parseJson(data)));
    }
    expect(new Set([first.id, second.id, sampleStream(1), sampleStream(123_456)]).size).toBe(4);
    const salts = Array.from({ length: 5_000 }, () => Buffer.from(salt()).toString('hex'));
    expect([new Set(salts).size, salts[0]?.length]).toEqual([5_000, 64]);
  });

  test('writes arrays in the binary form of PostgreSQL', () => {
    const array = binaryArray(25, [Buffer.from('ab'), undefined]);
    expect(array.toString('hex')).toBe(
      ['00000001', '00000001', '00000019', '00000002', '00000001', '00000002', '6162', 'ffffffff'].join(''),
    );
  });

  test('writes rows as the binary file of COPY', () => {
    const event = { ...sampleEvent(1), data: Buffer.from('{}') };
    const bytes = copyBytes([{ stream: 's', revision: 258, event }]);
    expect(bytes.subarray(0, 19).toString('hex')).toBe(`5047434f50590aff0d0a00${'00'.repeat(8)}`);
    expect(bytes.subarray(19, 38).toString('hex')).toBe(`000c${'00000001'}73${'00000008'}0000000000000102`);
    expect(bytes.subarray(-8).toString('hex')).toBe(`00000002${'7b7d'}ffff`);
    expect(bytes.toString('hex')).toContain('ffffffff'.repeat(2)); // neither correlation nor causation
  });

  describe('finds of a subscription', () => {
    const appended = [7, 3, 5, 4];
    const sample = (position: number, number = appended[position]!) => ({
      position: BigInt(position),
      stream: sampleStream(number),
      data: sampleEvent(number).data,
    });
    const whole = appended.map((_, position) => sample(position));
    const none = { missed: 0, repeated: 0, 'out of order': 0, altered: 0 };
    test.each<[what: string, events: typeof whole, faults: Partial<typeof none>]>([
      ['nothing where all came as they were appended', whole, {}],
      ['two events swapped', [whole[0]!, sample(1, 5), sample(2, 3), whole[3]!], { altered: 2 }],
      ['data of another event', [...whole.slice(0, 3), { ...whole[3]!, data: whole[0]!.data }], { altered: 1 }],
      [
        'a stream of another name',
        [...whole.slice(0, 3), { ...whole[3]!, stream: `x${whole[3]!.stream}` }],
        { altered: 1 },
      ],
      ['one that never came', [whole[0]!, whole[1]!, whole[3]!], { missed: 1 }],
      ['one that came again', [...whole, whole[3]!], { repeated: 1, 'out of order': 1 }],
      ['one that came late', [whole[0]!, whole[2]!, whole[1]!, whole[3]!], { 'out of order': 1 }],
    ])('%s', (_, events, faults) => {
      const delivery = new Delivery();
      delivery.take(events, 20);
      expect(delivery.faults(appended)).toEqual({ ...none, ...faults });
      expect(delivery.latenciesMs([0, 10, 20, 30])).toEqual(
        [20, 10, 0, 0].filter((_, position) => events.some((event) => Number(event.position) === position)),
      );
    });
  });

  test('keeps the events of a transaction in one lane and in order', () => {
    const year = prepareYear(3_000);
    const posted = year.lanes.map((bodies) =>
      bodies.flatMap(({ lines }) =>
        lines
          .toString()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    );
    const lanesOf = new Map<string, Set<number>>();
    for (const [lane, events] of posted.entries()) {
      for (const { data } of events) {
        const stream = `${data.entityId}:${data.number}`;
        lanesOf.set(stream, (lanesOf.get(stream) ?? new Set()).add(lane));
      }
    }
    expect([...lanesOf.values()].filter(({ size }) => size > 1)).toEqual([]);
    const registers = year.registers.reduce((sum, { events }) => sum + events, 0);
    expect(posted.flat().length + registers).toBe(3_000);
    const ids = new Map(year.rows.map(({ event }, index) => [event.id, index]));
    for (const events of posted) {
      const places = events.map(({ id }) => ids.get(id) as number);
      expect(places).toEqual([...places].sort((one, other) => one - other));
    }
  });
});

describe('Filling a ledger', () => {
  const simulated = [...simulate({ seed: 'size', events: 6_000, years: 5 })];

  test('goes day by day, registers before the first, and leaves nothing out', () => {
    const days = [...byDay(simulated)];
    expect(days.flatMap(({ arrivals }) => arrivals)).toEqual(simulated);
    expect(days[0]?.day).toBeUndefined();
    const named = days.slice(1).map(({ day }) => day);
    expect(named).toEqual([...new Set(named)].sort());
  });

  test('appends what a transaction tells on a day at once, where it left off before', () => {
    const revisions = new Revisions();
    const appends = [...byDay(simulated)].slice(1).flatMap((day) => appendsOf(day, revisions));
    const held = new Map<string, number>();
    for (const { stream, held: before, events } of appends) {
      expect(before).toBe(held.get(stream) ?? 0);
      held.set(stream, before + events.length);
    }
    const told = simulated.filter(({ event }) => event.type.startsWith('gov.sijill.transaction.'));
    expect([...held.values()].reduce((sum, count) => sum + count, 0)).toBe(told.length);
    const inOrder = new Map<string, string[]>();
    for (const { event } of told) {
      const number = String(event.data.number);
      inOrder.set(number, [...(inOrder.get(number) ?? []), event.id]);
    }
    for (const { stream, events, held: before } of appends) {
      const ids = inOrder.get(stream.split(':')[1]!)!.slice(before, before + events.length);
      expect(events.map(({ event }) => event.id)).toEqual(ids);
    }
  });

  test('counts revisions of as many transactions as there are', () => {
    const revisions = new Revisions();
    expect([revisions.add('S00000001', 2), revisions.add('S00900000', 3)]).toEqual([0, 0]);
    expect([revisions.add('S00000001', 1), revisions.add('S00900000', 1)]).toEqual([2, 3]);
  });
});

describe('A target', () => {
  const findings = noFindings();
  caseOf(findings, 'raw').rounds.push(round({ p99Ms: 10, walBytes: 1_000_000 }));
  caseOf(findings, 'ours', 'raw').rounds.push(round({ events: 2_000, p99Ms: 9, walBytes: 2_000_000 }));
  findings.figures.push({ name: 'missed', value: 0, unit: '' });
  const verdict = (target: object) =>
    verdictsOf('read', findings, [{ suite: 'read', name: 'it', ...target } as Target])[0]!;

  test.each<[target: object, value: number, isReached: boolean]>([
    [{ case: 'ours', of: 'ratio', atLeast: 2, unit: 'x' }, 2, true],
    [{ case: 'ours', of: 'ratio', atLeast: 2.01, unit: 'x' }, 2, false],
    [{ case: 'ours', of: 'eventsPerSecond', atLeast: 2_000, unit: '/s' }, 2_000, true],
    [{ case: 'ours', of: 'p99OfLimit', below: 1, unit: 'x' }, 0.9, true],
    [{ case: 'ours', of: 'p99OfLimit', below: 0.9, unit: 'x' }, 0.9, false],
    [{ case: 'ours', of: 'walOfLimit', below: 1.1, unit: 'x' }, 1, true],
    [{ figure: 'missed', below: 1, unit: '' }, 0, true],
  ])('%j is judged by %d: reached is %s', (target, value, isReached) => {
    expect(verdict(target)).toMatchObject({ value, isReached });
  });

  test('that nobody measured is not reached, and says so', () => {
    for (const target of [
      { case: 'theirs', of: 'ratio', atLeast: 0, unit: 'x' },
      { case: 'raw', of: 'ratio', atLeast: 0, unit: 'x' },
      { figure: 'lost', below: 1, unit: '' },
    ]) {
      expect(verdict(target)).toMatchObject({ value: undefined, isReached: false });
      expect(verdictLines([verdict(target)])[0]).toMatch(/^target: - {2}it: not measured, wanted /);
    }
    expect(verdictLines([verdict({ figure: 'missed', below: 0, unit: '' })])[0]).toMatch(/^target: MISSED {2}it: 0,/);
  });

  test('belongs to a suite that can be asked for', () => {
    expect(TARGETS.filter(({ suite }) => !(suite in SUITES)).map(({ name }) => name)).toEqual([]);
    expect(new Set(TARGETS.map(({ suite, name }) => `${suite} ${name}`)).size).toBe(TARGETS.length);
  });
});
