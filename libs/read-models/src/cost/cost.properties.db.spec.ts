import {
  COST_DAYS,
  type CostQuestion,
  costHistory,
  costLines,
  costsAsKnown,
  type ToldCost,
} from '../../../../test/support/cost-reference.js';
import { type Ledger, learned } from '../../../../test/support/savings.js';
import { cost } from './cost.js';

const SEED = 20_200_630;
const ENTITIES = 200;
const QUESTIONS: readonly CostQuestion[] = [
  { by: [] },
  { by: ['entity'] },
  { by: ['entity'], effectiveAt: '2020-03-01' },
  { by: ['service', 'channel'] },
  { by: ['cost_kind', 'entity'] },
  { by: ['month', 'service'] },
  { by: ['entity', 'quarter'], from: '2020-01-01', to: '2020-04-20' },
  { by: [], from: '2020-02-01', to: '2020-06-30' },
];
const KNOWN = [COST_DAYS[0], '2021-01-31', COST_DAYS[2]];
const cases = KNOWN.flatMap((known) =>
  QUESTIONS.map((one) => [[...one.by, one.from, one.effectiveAt].filter(Boolean).join(' '), known, one] as const),
);

describe(`Costs of ${ENTITIES} entities told by chance from seed ${SEED}`, () => {
  let ledger: Ledger;
  const told: ToldCost[] = [];
  const knownBy = (day: string) => told.filter(({ lot }) => (COST_DAYS[lot] ?? '') <= day).map(({ fact }) => fact);

  beforeAll(async () => {
    const entities: string[] = [];
    for (let nth = 0; nth < ENTITIES; nth++) {
      told.push(...costHistory(SEED + nth, `e${nth}`, entities));
      entities.push(`e${nth}`);
    }
    told.sort((one, other) => one.lot - other.lot);
    const lots = COST_DAYS.map((day, nth) => [day, told.filter(({ lot }) => lot === nth).map(({ fact }) => fact)]);
    ledger = await learned(Object.fromEntries(lots));
  });
  afterAll(() => ledger?.close());

  test.each(cases)('are by "%s", as known on %s, what a slow second opinion says', async (_, knownAt, question) => {
    const { by, ...days } = question;
    const { rows, coverage } = await ledger.ask(cost, { group: by, knownAt, limit: 10_000, ...days });
    const lines = rows.map((row) => {
      // The two numbers that stand beside it; without a transaction it has no value.
      const { num, den, value } = row.cost_per_transaction as { num: string; den: string; value: string | null };
      expect([num, den, value === null]).toEqual([row.amount, String(row.completed), row.completed === 0]);
      return `${by.map((name) => row[name] ?? '').join(' ')} ${row.amount} ${row.completed}`;
    });
    const expected = costLines(costsAsKnown(knownBy(knownAt)), question);
    expect(lines.sort()).toEqual(expected.lines);
    expect(lines.length).toBeGreaterThan(by.length === 0 ? 0 : 50);
    expect(coverage).toEqual(expected.coverage);
  });

  test('are worth comparing: every day tells them otherwise, and so does a merger', () => {
    const answers = KNOWN.map((day) => costLines(costsAsKnown(knownBy(day)), { by: ['service'] }).lines);
    expect(new Set(answers.map((lines) => lines.join())).size).toBe(KNOWN.length);
    const known = costsAsKnown(knownBy(COST_DAYS[2]));
    const [merged, apart] = [known, { ...known, mergers: [] }].map((one) => costLines(one, { by: ['entity'] }).lines);
    expect(merged?.filter((line) => !apart?.includes(line)).length).toBeGreaterThan(20);
  });
});
