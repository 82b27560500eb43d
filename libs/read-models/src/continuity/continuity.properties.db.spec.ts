import { CONTINUITY_REGISTERS, disruptionHistory, LEARNT } from '../../../../test/support/continuity-history.js';
import { type ContinuityQuestion, continuityLines } from '../../../../test/support/continuity-reference.js';
import { type Ledger, learned } from '../../../../test/support/savings.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';
import { continuity } from './continuity.js';

const SEED = 20_200_322;
const HISTORIES = 200;
const histories = Array.from({ length: HISTORIES }, (_, nth) => disruptionHistory(SEED + nth, nth));

type Figure = { readonly num: string | null; readonly den: string | null };
const reduced = ({ num, den }: Figure): string => {
  if (num === null || den === null) return 'null';
  let [a, b] = [BigInt(num), BigInt(den)];
  while (b !== 0n) [a, b] = [b, a % b];
  return num === '0' ? '0/1' : `${BigInt(num) / a}/${BigInt(den) / a}`;
};
const lineOf = (row: AnswerRow, by: string): string => {
  const { num, den } = row.readiness as unknown as Figure;
  const methods = (row.method as string | null)?.split(' ').join('+') ?? 'null';
  const measures = (row.uncoordinated_measures as string).split(' ').join('+') || '-';
  return [
    ...[row.disruption, row[by] ?? '-', row.in_scope, row.remote, row.zero, row.actual],
    ...[reduced(row.expected as unknown as Figure), methods, row.restored_on ?? 'null', row.days_to_restore ?? 'null'],
    ...[row.uncoordinated, measures, `${num ?? 0}/${den ?? 0}`],
  ].join(' ');
};

describe(`Continuity in ${HISTORIES} disruptions told by chance from seed ${SEED}`, () => {
  let ledger: Ledger;
  beforeAll(async () => {
    const all = [...CONTINUITY_REGISTERS, ...histories.flatMap(({ facts }) => facts)];
    const lots = LEARNT.map((day, nth) => [day, all.filter(({ lot }) => lot === nth)]);
    ledger = await learned(Object.fromEntries(lots));
  }, 180_000);
  afterAll(() => ledger?.close());

  const cases: readonly (readonly [
    by: ContinuityQuestion['by'],
    knownAt: string,
    nth: number,
    effectiveAt: string | undefined,
  ])[] = [
    ['service', '2021-02-25', 2, undefined],
    ['service', '2021-03-01', 1, undefined],
    ['none', '2021-03-01', 2, undefined],
    ['entity', '2021-03-01', 3, undefined],
    ['entity', '2021-03-01', 3, '2021-01-16'],
    ['day', '2021-03-01', 10, undefined],
  ];
  test.each(cases)(
    '[CON-3, CON-13, CON-14] is by %s, as known on %s, what a slow second opinion says (1 of %s, mergers of %s)',
    async (by, knownAt, nth, effectiveAt) => {
      const chosen = histories.filter((_, at) => at % nth === 0);
      const clocks = { knownAt, ...(effectiveAt && { effectiveAt }) };
      const filters = { disruption: chosen.map(({ disruption }) => disruption) };
      const query: Partial<DataSetQuery> = { group: by === 'none' ? [] : [by], filters, limit: 10_000, ...clocks };
      const { rows } = await ledger.ask(continuity, query);
      const expected = chosen.flatMap(({ disruption, services, facts }) => {
        const known = [...CONTINUITY_REGISTERS, ...facts].filter(({ lot }) => (LEARNT[lot] ?? '') <= knownAt);
        return continuityLines(known, { disruption, services, by, ...clocks });
      });
      expect(rows.map((row) => lineOf(row, by)).sort()).toEqual([...expected].sort());
      if (by !== 'service') return;
      const counted = (is: (row: AnswerRow) => boolean) => rows.filter(is).length;
      expect(counted(({ restored_on }) => restored_on !== null)).toBeGreaterThan(20);
      expect(counted(({ zero }) => Number(zero) > 0)).toBeGreaterThan(5);
      expect(counted(({ uncoordinated }) => Number(uncoordinated) > 0)).toBeGreaterThan(50);
    },
    120_000,
  );
});
