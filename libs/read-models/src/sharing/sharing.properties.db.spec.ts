import type { RoundFact } from '../../../../test/support/chronicle.js';
import { type Ledger, learned } from '../../../../test/support/savings.js';
import {
  type AgreementOn,
  agreementsOn,
  SHARING_ROUNDS,
  type SharingClocks,
  sharingHistory,
} from '../../../../test/support/sharing-reference.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';
import { sharingModel } from './fold.js';
import { sharing } from './sharing.js';

const HISTORIES = 200;
const KNOWN_DAYS = ['2021-03-01', '2021-03-02', '2021-03-03'];
const CLOCKS: readonly SharingClocks[] = [
  ...['2019-12-31', '2020-03-31', '2020-04-01', '2020-06-29', '2021-01-31'].map((effectiveAt) => ({ effectiveAt })),
  { effectiveAt: '2020-10-31', from: '2020-01-31', to: '2020-06-29' },
];
const cases = KNOWN_DAYS.flatMap((known) => CLOCKS.map((clocks) => [clocks.effectiveAt, known, clocks] as const));

/** What a group of agreements says, in one line. */
const lineOf = (key: readonly unknown[], group: readonly AgreementOn[], obstacles: number): string => {
  const activated = group.filter(({ days }) => days !== null);
  const days = activated.reduce((sum, one) => sum + (one.days ?? 0), 0);
  const sum = (of: (one: AgreementOn) => number) => group.reduce((total, one) => total + of(one), 0);
  const mean = activated.length > 0 ? `${days}/${activated.length}` : 'null';
  return [...key, group.length, sum((one) => one.deliveries), sum((one) => one.rows), mean, obstacles].join(' ');
};
const lineOfAnswer = (row: AnswerRow, names: readonly string[]): string => {
  const { agreements, deliveries, rows, days_to_activation: mean, open_obstacles: obstacles } = row;
  const { num, den } = (mean ?? {}) as { num?: string; den?: string };
  const key = names.map((name) => row[name]);
  return [...key, agreements, deliveries, rows, num === undefined ? 'null' : `${num}/${den}`, obstacles].join(' ');
};

describe(`The agreements of ${HISTORIES} histories told by chance`, () => {
  let ledger: Ledger;
  const facts: RoundFact[] = Array.from({ length: HISTORIES }, (_, seed) => sharingHistory(seed)).flat();
  const answered = async (names: readonly string[], query: Partial<DataSetQuery>) =>
    (await ledger.ask(sharing, { group: names, limit: 10_000, ...query })).rows
      .map((row) => lineOfAnswer(row, names))
      .sort();

  beforeAll(async () => {
    const roundOf = (nth: number) => facts.filter(({ round }) => round === nth);
    const days = Array.from({ length: SHARING_ROUNDS }, (_, nth) => [KNOWN_DAYS[nth], roundOf(nth)] as const);
    ledger = await learned(Object.fromEntries(days), [sharingModel]);
  });
  afterAll(() => ledger?.close());

  test.each(cases)('[SHR-4, SHR-7] are on %s, as known on %s, what a slow replay says', async (_, knownAt, clocks) => {
    const known = facts.filter(({ round }) => (KNOWN_DAYS[round] ?? '') <= knownAt);
    const agreements = agreementsOn(known, clocks);
    const query = { knownAt, ...clocks };
    const names = ['agreement', 'provider', 'party', 'party_kind', 'status', 'review'] as const;
    const each = agreements.map((one) =>
      lineOf(
        names.map((name) => one[name]),
        [one],
        one.obstacles.length,
      ),
    );
    expect(await answered(names, query)).toEqual(each.sort());
    const whole = lineOf([], agreements, agreements.flatMap(({ obstacles }) => obstacles).length);
    expect(await answered([], query)).toEqual([whole]);
    // By kind an agreement counts once under each kind that stands in its way, or under none.
    const kindsOf = ({ obstacles }: AgreementOn): readonly (string | undefined)[] =>
      obstacles.length > 0 ? obstacles : [undefined];
    const kinds = new Set(agreements.flatMap(kindsOf));
    const byKind = [...kinds].map((kind) => {
      const with_ = agreements.filter(({ obstacles }) => (kind ? obstacles.includes(kind) : obstacles.length === 0));
      return lineOf([kind], with_, with_.flatMap(({ obstacles }) => obstacles.filter((one) => one === kind)).length);
    });
    expect(await answered(['obstacle_kind'], query)).toEqual(byKind.sort());
  });

  test('are worth comparing: agreements of every state, late, merged and in the way of one another', () => {
    const last = agreementsOn(facts, { effectiveAt: '2021-01-31' });
    for (const status of ['proposed', 'active', 'ended'])
      expect(last.filter((one) => one.status === status).length).toBeGreaterThan(15);
    const merged = new Set(facts.filter(({ type }) => type.includes('merged')).map(({ stream }) => stream));
    expect(merged.size).toBeGreaterThan(30);
    expect(last.filter(({ obstacles }) => obstacles.length > 1).length).toBeGreaterThan(10);
    expect(last.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBeGreaterThan(100);
  });
});
