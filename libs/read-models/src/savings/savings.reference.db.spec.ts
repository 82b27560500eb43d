import type { PostedFact } from '../../../../test/support/read-models.js';
import { entityRegistered, type Ledger, learned, serviceRegistered } from '../../../../test/support/savings.js';
import {
  type Fraction,
  KNOWLEDGE_DAYS,
  randomWorld,
  type Told,
  unitsAsKnown,
} from '../../../../test/support/savings-reference.js';
import type { DataSetQuery } from '../read-model.js';
import { savings } from './savings.js';

const SEED = 20_220_101;
const WORLDS = 200;
const PERIODS = {
  half: [
    ['2019-H1', '2019-02-10', '2019-06-30'],
    ['2019-H2', '2019-07-01', '2019-12-31'],
    ['2020-H1', '2020-01-01', '2020-06-30'],
    ['2020-H2', '2020-07-01', '2020-12-31'],
    ['2021-H1', '2021-01-01', '2021-06-15'],
  ],
  year: [
    ['2019', '2019-02-10', '2019-12-31'],
    ['2020', '2020-01-01', '2020-12-31'],
    ['2021', '2021-01-01', '2021-06-15'],
  ],
} as const;

type Figure = { readonly num: string | null; readonly den: string | null };
type Row = Readonly<Record<string, unknown>>;

const isSame = (figure: unknown, [num, den]: Fraction): boolean => {
  const { num: ours, den: below } = figure as Figure;
  return ours !== null && below !== null && BigInt(ours) * den === num * BigInt(below);
};
const sum = (fractions: readonly Fraction[]): Fraction =>
  fractions.reduce(([a, b], [c, d]) => [a * d + c * b, b * d] as const, [0n, 1n] as const);
const clip = (fractions: readonly Fraction[], sign: 1n | -1n): Fraction =>
  sum(fractions.map(([num, den]) => [num * sign > 0n ? num * sign : 0n, den] as const));

describe(`Savings of ${WORLDS} entities from seed ${SEED}`, () => {
  let ledger: Ledger;
  const worlds = new Map<string, Told[]>();

  beforeAll(async () => {
    const opening: PostedFact[] = [];
    const days: Record<string, PostedFact[]> = { '2018-01-01': opening };
    for (const day of KNOWLEDGE_DAYS) days[day] = [];
    for (let nth = 0; nth < WORLDS; nth++) {
      const entity = `w${nth}`;
      opening.push(
        entityRegistered(entity),
        serviceRegistered(`${entity}.a`, entity),
        serviceRegistered(`${entity}.b`, entity, 'internal'),
      );
      const told = randomWorld(SEED + nth, entity);
      worlds.set(entity, told);
      for (const { day, fact } of told) days[day]?.push(fact);
    }
    ledger = await learned(days);
  });
  afterAll(() => ledger.close());

  const all = async (query: Partial<DataSetQuery>): Promise<Row[]> => {
    const rows: Row[] = [];
    for (let after: DataSetQuery['after']; ; ) {
      const page = await ledger.ask(savings, { from: '2019-02-10', to: '2021-06-15', limit: 700, ...query, after });
      rows.push(...page.rows);
      if (!page.next) return rows;
      after = page.next;
    }
  };

  test.each(KNOWLEDGE_DAYS.flatMap((day) => [['half', day] as const, ['year', day] as const]))(
    'are those of a second opinion by service and %s, as known on %s',
    async (grain, knownAt) => {
      const rows = new Map<string, Row>();
      for (const row of await all({ group: ['entity', grain, 'service'], knownAt }))
        rows.set(`${row.entity} ${row[grain]} ${row.service ?? ''}`, row);
      let [compared, measured] = [0, 0];
      for (const [entity, told] of worlds)
        for (const [label, first, last] of PERIODS[grain]) {
          const units = unitsAsKnown(told, { first, last, knownAt });
          for (const [service, unit] of units ?? []) {
            const row = rows.get(`${entity} ${label} ${service}`);
            const { baseline, actual, expected, net, trips } = row ?? {};
            const isExpected = isSame(expected, unit.expected) && isSame(net, unit.delta);
            const isReplaced = unit.trips ? isSame(trips, unit.trips) : (trips as Figure | undefined)?.num === null;
            expect([entity, label, service, baseline, actual, isExpected, isReplaced]).toEqual([
              ...[entity, label, service, unit.baseline, unit.actual, true, true],
            ]);
            compared++;
          }
          measured += units?.size ?? 0;
        }
      // What one of them leaves out, the other does too.
      const known = [...rows.values()].filter(({ net }) => (net as Figure).num !== null).length;
      expect([known, measured]).toEqual([compared, compared]);
      expect(compared).toBeGreaterThan(200);
    },
  );

  test('add up: avoided, rebound and net of an entity are those of its units', async () => {
    const knownAt = KNOWLEDGE_DAYS.at(-1) as string;
    const rows = new Map((await all({ group: ['entity', 'half'] })).map((row) => [`${row.entity} ${row.half}`, row]));
    for (const [entity, told] of worlds)
      for (const [label, first, last] of PERIODS.half) {
        const units = unitsAsKnown(told, { first, last, knownAt });
        if (!units || units.size === 0) continue;
        const deltas = [...units.values()].map(({ delta }) => delta);
        const { gross_avoided, rebound, net } = rows.get(`${entity} ${label}`) ?? {};
        const same = [
          isSame(gross_avoided, clip(deltas, 1n)),
          isSame(rebound, clip(deltas, -1n)),
          isSame(net, sum(deltas)),
        ];
        expect([entity, label, ...same]).toEqual([entity, label, true, true, true]);
      }
  });
});
