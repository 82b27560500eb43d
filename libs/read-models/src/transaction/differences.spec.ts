import fc from 'fast-check';
import { differences, exact, type Figure } from './differences.js';

const SEED = 20_260_103;
type Place = { readonly day: string; readonly centre: string | null };
const figure = (day: string, measures: Figure<Place>['measures']): Figure<Place> => ({
  cell: { day, centre: null },
  measures,
});

describe('Differences of figures', () => {
  test('leave out cells and measures that stay', () => {
    const before = [figure('2021-03-01', { received: 1, open: 1 }), figure('2021-03-02', { received: 1 })];
    const after = [figure('2021-03-01', { received: 1 }), figure('2021-03-02', { received: 1 })];
    expect(differences(before, after)).toEqual([figure('2021-03-01', { open: -1 })]);
  });

  test('take an opposite in the same cell for nothing', () => {
    const both = [figure('2021-03-01', { received: 1, open: 1 }), figure('2021-03-01', { open: -1, completed: 1 })];
    expect(differences([], both)).toEqual([figure('2021-03-01', { received: 1, completed: 1 })]);
  });

  test(`are exact for every amount that an event may carry (seed ${SEED})`, () => {
    const amounts = fc.array(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), { maxLength: 8 });
    const sum = (some: readonly bigint[]) => some.reduce((total, amount) => total + amount, 0n);
    const told = (some: readonly bigint[]) => some.map((fils) => figure('2021-03-01', { settled: exact(`${fils}`) }));
    const property = fc.property(amounts, amounts, (before, after) => {
      const [changed] = differences(told(before), told(after));
      expect(BigInt(changed?.measures.settled ?? 0)).toBe(sum(after) - sum(before));
    });
    fc.assert(property, { seed: SEED, examples: [[[9_007_199_254_740_991n], [9_007_199_254_740_993n]]] });
  });
});
