import {
  AE_DU,
  add,
  addDays,
  compare,
  daysFromTo,
  multiply,
  type Ratio,
  ratio,
  reduce,
  weekdayOf,
  withHolidays,
} from '#kernel';
import type { ProjectedLots } from '../../../../test/support/projection.js';
import type { AnswerRow } from '../read-model.js';
import { registersDataSet } from '../registers.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import {
  ALL,
  asking,
  BEGUN,
  byDay,
  continuityLots,
  HOLIDAYS,
  LATE_HOLIDAY,
  PRESENT,
  type Received,
  TOLD_LATE,
  TRAFFIC,
} from './continuity.given.contract.js';

/** The definitions of kpis.md 3.4, day by day. */
const expectation = (traffic: readonly Received[], holidays: readonly string[]) => {
  const calendar = withHolidays(AE_DU, holidays);
  const isHoliday = (day: string) => calendar.holidays.has(day);
  const counts = new Map<string, bigint>();
  for (const { day } of traffic) counts.set(day, (counts.get(day) ?? 0n) + 1n);
  const n = (day: string) => counts.get(day) ?? 0n;
  const before = Array.from({ length: 56 }, (_, at) => addDays(BEGUN, at - 56));
  const pairs = before.filter((day) => !isHoliday(day) && !isHoliday(addDays(day, -364)));
  const sum = (days: readonly string[]) => days.reduce((total, day) => total + n(day), 0n);
  const [now, then] = [sum(pairs), sum(pairs.map((day) => addDays(day, -364)))];
  const on = (day: string): { method: string; value: Ratio } | undefined => {
    if (isHoliday(day)) return undefined;
    const back = addDays(day, -364);
    if (!isHoliday(back) && now > 0n && then > 0n)
      return { method: 'yearBackTrend', value: ratio(n(back) * now, then) };
    const same = before.filter((one) => weekdayOf(one) === weekdayOf(day) && !isHoliday(one));
    return { method: 'eightWeek', value: ratio(sum(same), BigInt(same.length)) };
  };
  return { n, on };
};
const everyDay = (from: string, to: string) =>
  Array.from({ length: daysFromTo(from, to) }, (_, at) => addDays(from, at));
const asServed = (value: Ratio | undefined) => {
  const { num, den } = value === undefined ? { num: null, den: null } : reduce(value);
  return { num: num?.toString() ?? null, den: den?.toString() ?? null };
};
const reduced = (figure: AnswerRow[string] | undefined) => {
  const { num, den } = figure as { num: string | null; den: string | null };
  return asServed(num === null || den === null ? undefined : ratio(BigInt(num), BigInt(den)));
};
const VERSIONS = [
  ['before the last day of knowledge', { knownAt: '2021-03-09' }, TRAFFIC, HOLIDAYS],
  ['now', { knownAt: PRESENT }, [...TRAFFIC, ...TOLD_LATE], [...HOLIDAYS, LATE_HOLIDAY]],
] as const;
const SERIES = [
  ['of all', {}, () => true],
  ['of one service', { service: ['licence'] }, ({ service: of }: Received) => of === 'licence'],
  ['of digital channels', { channel_class: ['digital'] }, ({ channel }: Received) => ['app', 'web'].includes(channel)],
  ['of counters', { channel_class: ['counter'] }, ({ channel }: Received) => channel === 'counter'],
  ['of a service without a year before', { service: ['late'] }, ({ service: of }: Received) => of === 'late'],
  ['of a service that nobody asked for lately', { service: ['gone'] }, ({ service: of }: Received) => of === 'gone'],
] as const;
const cases = VERSIONS.flatMap((version) => SERIES.map((series) => [series[0], version[0], version, series] as const));

describe('The volume of services in a disruption', () => {
  let lots: ProjectedLots;
  const ask = asking(() => lots);
  beforeAll(async () => {
    lots = await continuityLots();
  });
  afterAll(() => lots?.close());

  test.each(cases)(
    '[CON-14] the volume %s is set against what was expected, as known %s',
    async (_, __, version, series) => {
      const [, known, traffic, holidays] = version;
      const [, filters, isOf] = series;
      const { n, on } = expectation(traffic.filter(isOf), holidays);
      const rows = byDay(await ask({ ...known, filters: { ...ALL.filters, ...filters }, group: ['day'] }));
      for (const day of everyDay(BEGUN, known.knownAt)) {
        const { method = null, value } = on(day) ?? {};
        const row = rows.get(day);
        expect([day, row?.actual, row?.method, reduced(row?.expected)]).toEqual([
          day,
          Number(n(day)),
          method,
          asServed(value),
        ]);
      }
    },
  );

  test.each(VERSIONS)('[CON-14] a longer period adds its days up, as known %s', async (_, known, traffic, holidays) => {
    const { n, on } = expectation(traffic, holidays);
    const [from, to] = ['2021-01-11', '2021-02-14'];
    const { rows, kpiVersions } = await ask({ ...known, from, to, kpis: ['volume_against_expected'] });
    const days = everyDay(from, to).map((day) => ({ n: n(day), expected: on(day)?.value }));
    const expected = days.reduce((total, one) => (one.expected ? add(total, one.expected) : total), ratio(0n));
    const compared = days.reduce((total, one) => (one.expected ? total + one.n : total), 0n);
    expect(rows).toMatchObject([
      { actual: Number(days.reduce((total, one) => total + one.n, 0n)), method: 'yearBackTrend eightWeek' },
    ]);
    expect(reduced(rows[0]?.expected)).toEqual(asServed(expected));
    expect(reduced(rows[0]?.volume_against_expected)).toEqual(asServed(ratio(compared * expected.den, expected.num)));
    expect(kpiVersions).toEqual({ volume_against_expected: 1 });
  });

  test.each(VERSIONS)(
    '[CON-14] services of which something was expected and nothing came are counted, as known %s',
    async (_, known, traffic, holidays) => {
      const rows = byDay(await ask({ ...known, group: ['day'] }));
      const series = ['visa', 'licence', 'late'].map((name) =>
        expectation(
          traffic.filter((one) => one.service === name),
          holidays,
        ),
      );
      let zeros = 0;
      for (const day of everyDay(BEGUN, known.knownAt)) {
        const zero = series.filter(
          ({ n, on }) => n(day) === 0n && compare(on(day)?.value ?? ratio(0n), ratio(1n)) >= 0,
        ).length;
        expect([day, rows.get(day)?.zero]).toEqual([day, zero]);
        zeros += zero;
      }
      expect(zeros).toBeGreaterThan(5);
    },
  );

  test.each(VERSIONS)(
    '[CON-13] speed is the days until seven of them had four fifths of what was expected, as known %s',
    async (_, known, traffic, holidays) => {
      for (const [, filters, isOf] of SERIES) {
        const { n, on } = expectation(traffic.filter(isOf), holidays);
        const restored = everyDay(BEGUN, addDays(known.knownAt, -6)).find((first) => {
          const week = everyDay(first, addDays(first, 6)).map((day) => ({ n: n(day), expected: on(day)?.value }));
          const expected = week.reduce((total, one) => (one.expected ? add(total, one.expected) : total), ratio(0n));
          const came = week.reduce((total, one) => (one.expected ? total + one.n : total), 0n);
          return expected.num > 0n && compare(ratio(came), multiply(expected, ratio(4n, 5n))) >= 0;
        });
        const { rows } = await ask({ ...known, filters: { ...ALL.filters, ...filters } });
        expect([filters, rows[0]?.restored_on, rows[0]?.days_to_restore]).toEqual([
          filters,
          restored ?? null,
          restored === undefined ? null : daysFromTo(BEGUN, restored) - 1,
        ]);
      }
    },
  );

  test('[CON-8] beside awareness acts the share moves from visits to remote use: a row for each class of channels', async () => {
    const shares = async (from: string, to: string) => {
      const { rows } = await ask({
        from,
        to,
        group: ['channel_class'],
        filters: { ...ALL.filters, service: ['licence'] },
      });
      return rows.map((row) => [row.channel_class, row.actual, row.in_scope]);
    };
    const count = (from: string, to: string, channel: string) =>
      [...TRAFFIC, ...TOLD_LATE].filter(
        (one) => one.service === 'licence' && one.channel === channel && one.day >= from && one.day <= to,
      ).length;
    expect(await shares('2021-01-26', '2021-02-05')).toEqual([
      ['counter', 0, null],
      ['digital', count('2021-01-26', '2021-02-05', 'web'), null],
    ]);
    const { rows } = await ask({ from: '2021-01-26', to: '2021-02-05', group: ['channel_class'] });
    expect(rows[0]?.expected).toMatchObject({ value: expect.stringMatching(/^[1-9]/) });
    const acts = await inSnapshot(lots.source, transactionsModel.name, (manager) =>
      registersDataSet.rows({ ...ALL, group: ['id'], filters: { kind: ['activity'] } }, manager),
    );
    expect(acts.rows).toMatchObject([{ id: 'stay-home:a-1', participants: 5000 }]);
  });

  test('a disruption is looked at by the policy in force on its first day', async () => {
    const { rows } = await ask({ filters: {}, from: '2021-02-02', to: '2021-02-02' });
    // Nothing of the services of Dubai is a year old, and the later policy has no other method.
    expect(rows.map((row) => [row.disruption, row.method])).toEqual([
      ['covid', 'yearBackTrend'],
      ['storm', null],
    ]);
    expect(rows[1]).toMatchObject({ expected: { num: null, den: null, value: null }, restored_on: null });
  });

  test('[CON-13] nothing counts as restored before all days of the policy are over', async () => {
    const { rows } = await ask({ filters: { disruption: ['fresh'] } });
    expect(rows).toMatchObject([{ disruption: 'fresh', restored_on: null, days_to_restore: null }]);
    const [{ actual, expected }] = rows as unknown as readonly [
      { actual: number; expected: Record<'num' | 'den', string> },
    ];
    const share = ratio(BigInt(actual) * BigInt(expected.den), BigInt(expected.num));
    expect(compare(share, ratio(4n, 5n))).toBe(1);
  });
});
