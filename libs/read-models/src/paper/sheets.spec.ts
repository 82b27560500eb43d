import { randomPaperHistory } from '../../../../test/support/paper-history.js';
import { sheetsAsKnown } from '../../../../test/support/paper-reference.js';
import { foldAll, foldInPages } from '../../../../test/support/read-models.js';
import { randomOf, readEvent } from '../../../../test/support/transaction-history.js';
import type { ReadEvent } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { sheetsByDay } from './spread.js';
import { PaperBaseline, SheetsDay } from './tables.js';

const SEED = 20_210_301;
const HISTORIES = 200;
const seeds = Array.from({ length: HISTORIES }, (_, at) => SEED + at);
const MEASURES = ['sheets', 'customerSheets', 'issued'];

type CubeRow = Readonly<Record<string, string | bigint | null>>;
const rowsOf = (events: readonly ReadEvent[]): CubeRow[] => foldAll(transactionsModel, events).cubeRows(SheetsDay);

/** The cube as known at the end of a day, in the notation of the reference. */
const asKnown = (rows: readonly CubeRow[], knownAt: string): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    if (String(row.knownDay) > knownAt) continue;
    const { effectiveDay, entity, service, flow, kind, source, method } = row;
    const cell = [effectiveDay, entity, service, flow, kind, source, method].map((value) => value ?? '-').join(' ');
    for (const measure of MEASURES) {
      const key = `${cell} ${measure}`;
      sums.set(key, (sums.get(key) ?? 0n) + BigInt(row[measure] ?? 0));
    }
  }
  return new Map([...sums].filter(([, value]) => value !== 0n));
};
const sorted = (counted: ReadonlyMap<string, bigint>) => [...counted].sort(([a], [b]) => (a < b ? -1 : 1));

describe('The cube of sheets', () => {
  test(`equals a recount of the whole history as known on any day, for ${HISTORIES} histories from seed ${SEED}`, () => {
    for (const seed of seeds) {
      const history = randomPaperHistory(seed);
      const rows = rowsOf(history);
      for (const knownAt of new Set(history.map(({ knownDay }) => knownDay)))
        expect([seed, knownAt, sorted(asKnown(rows, knownAt))]).toEqual([
          seed,
          knownAt,
          sorted(sheetsAsKnown(history, knownAt)),
        ]);
    }
  });

  test('does not depend on where pages end', () => {
    for (const seed of seeds.slice(0, 20)) {
      const history = randomPaperHistory(seed);
      const random = randomOf(seed);
      const ends = [random.upTo(history.length), random.upTo(history.length)].sort((a, b) => a - b);
      expect(foldInPages(transactionsModel, history, ends)).toEqual(foldInPages(transactionsModel, history, []));
    }
  });
});

describe('The sheets of a period', () => {
  test.each([
    [10, '2021-03-01', '2021-03-01', [10]],
    [10, '2021-03-01', '2021-03-04', [2, 3, 2, 3]],
    [2, '2021-03-01', '2021-03-04', [1, 1]],
    [1, '2021-03-01', '2021-03-04', [1]],
    [0, '2021-03-01', '2021-03-04', []],
  ])('%i from %s to %s fall on its days as %j', (total, first, last, expected) =>
    expect(Array.from(sheetsByDay(total, first, last), ([, sheets]) => sheets)).toEqual(expected),
  );
  test('are all there, evenly, and end on its last day, whatever their number', () => {
    const random = randomOf(SEED);
    for (let times = 0; times < 500; times++) {
      const total = 1 + random.upTo(random.oneOf([9, 5_000, 999_999_999]));
      const days = random.oneOf([1, 28, 31, 366]);
      const spread = [
        ...sheetsByDay(total, '2020-01-01', new Date(Date.UTC(2020, 0, days)).toISOString().slice(0, 10)),
      ];
      expect(spread.reduce((sum, [, sheets]) => sum + sheets, 0)).toBe(total);
      const each = total / days;
      for (const [, sheets] of spread) expect(Math.abs(sheets - each)).toBeLessThan(1);
      expect(spread.at(-1)?.[0]).toBe(new Date(Date.UTC(2020, 0, days)).toISOString().slice(0, 10));
    }
  });
});

const at = (day: string): readonly [string, string] => [`${day}T08:00:00.000Z`, `${day}T08:00:00.000Z`];
const consumed = (data: object, day: string) =>
  readEvent('paper.consumed', 'paper-ae.roads:1', 0, { ...RECORD, ...data }, at(day));
const RECORD = {
  ...{ entityId: 'ae.roads', recordId: '1', sheets: 310, kind: 'process', flow: 'customer', method: 'metered' },
  ...{ periodStart: '2021-03-01', periodEnd: '2021-03-31' },
};

describe('A paper record in the cube', () => {
  test('[SAV-13] tells sheets of a procedure from sheets of habit', () => {
    const change = { entityId: 'ae.roads', recordId: '1', sheets: 310, kind: 'habit', reason: { en: 'Printed mails' } };
    const events = [
      consumed({}, '2021-04-02'),
      readEvent('paper.corrected', 'paper-ae.roads:1', 1, change, at('2021-04-05')),
    ];
    const sum = (kind: string, knownAt: string) =>
      [...asKnown(rowsOf(events), knownAt)]
        .filter(([key]) => key.includes(` ${kind} `))
        .reduce((total, [, value]) => total + value, 0n);
    expect([sum('process', '2021-04-04'), sum('habit', '2021-04-04')]).toEqual([310n, 0n]);
    expect([sum('process', '2021-04-05'), sum('habit', '2021-04-05')]).toEqual([0n, 310n]);
  });
  test('is taken back from the day on which its void is known, and stays as known before', () => {
    const id = { entityId: 'ae.roads', recordId: '1', reason: { en: 'Of another entity' } };
    const events = [consumed({}, '2021-04-02'), readEvent('paper.voided', 'paper-ae.roads:1', 1, id, at('2021-04-20'))];
    expect(asKnown(rowsOf(events), '2021-04-19').size).toBe(31);
    expect(asKnown(rowsOf(events), '2021-04-20').size).toBe(0);
  });
});

describe('A baseline in its table', () => {
  const data = { entityId: 'ae.roads', year: 2018, sheets: 100, method: 'measured', source: 'test' };
  const set = readEvent(
    'paperBaseline.set',
    'paperBaseline-ae.roads',
    0,
    { ...data, perService: [{ serviceId: 'licence', sheets: 40, transactions: 8 }] },
    at('2021-01-10'),
  );
  const revised = readEvent(
    'paperBaseline.revised',
    'paperBaseline-ae.roads',
    1,
    { ...data, sheets: 90, monthly: [90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], transactions: 20, reason: { en: 'found' } },
    at('2021-02-10'),
  );
  test('is believed until a revision of its year is known', () => {
    const rows = [...foldAll(transactionsModel, [set, revised]).rows(PaperBaseline)];
    expect(rows.map(({ service, sheets, knownFrom, knownTo }) => [service, sheets, knownFrom, knownTo])).toEqual([
      ['', '100', '2021-01-10', '2021-02-10'],
      ['licence', '40', '2021-01-10', '2021-02-10'],
      ['', '90', '2021-02-10', '9999-12-31'],
    ]);
    expect(rows[2]).toMatchObject({ transactions: '20', year: 2018 });
  });
});
