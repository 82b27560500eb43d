import fc from 'fast-check';
import { type AnswerRow, type DataSetDescription, dataSets } from '#read-models';
import { bandOf, countsOf, inBands } from './bands.js';

const title = { ar: 'عنوان', en: 'title' };
const description = {
  dimensions: { entity: { title } },
  grains: ['month'],
  measures: {
    received: { title, unit: 'transaction' },
    voided: { title, unit: 'transaction' },
    settled: { title, unit: 'fils' },
    share: { title, unit: 'ratio' },
  },
} as unknown as DataSetDescription;
const shown = (...rows: readonly AnswerRow[]) => inBands(rows, description, 10);
const row = (received: AnswerRow[string], voided: AnswerRow[string] = 0): AnswerRow => ({
  ...{ month: '2026-01', entity: '3', received, voided, settled: '9900', share: { num: '4', den: '9', value: '0.4' } },
});

describe('What the public sees of a count', () => {
  test.each<[count: AnswerRow[string], told: AnswerRow[string]]>([
    [10, 10],
    [19, 10],
    [20, 20],
    ['129', '120'],
    ['90071992547409931', '90071992547409930'],
    [-25, -20],
  ])('of %j is %j: rounded down to whole thresholds', (count, told) =>
    expect(shown(row(count))).toEqual([
      { month: '2026-01', entity: '3', received: told, voided: null, suppressed: ['voided'] },
    ]),
  );

  test.each([0, 1, 9, -9, '9', null])(
    '[SHR-9] of %j is that it is suppressed: none and few are not told apart',
    (count) =>
      expect(shown(row(200, count))[0]).toEqual({
        ...{ month: '2026-01', entity: '3', received: 200, voided: null, suppressed: ['voided'] },
      }),
  );

  test('is nothing where all counts of a row are small, and never an amount or a share', () => {
    expect(shown(row(9), row(0), row(30))).toEqual([expect.objectContaining({ received: 30 })]);
    expect(Object.keys(countsOf(description).measures)).toEqual(['received', 'voided']);
    expect(shown(row(30))[0]).not.toHaveProperty('settled');
  });

  test('is of every data set a number of something, and no money, time, share or rank', () => {
    const amounts = [...dataSets.values()].flatMap((set) =>
      Object.values(countsOf(set.description).measures).filter(({ unit }) =>
        ['fils', 'minute', 'ratio', 'day', 'g', 'rank', 'bp', 'tree', 'trip', 'boolean'].includes(unit),
      ),
    );
    expect(amounts).toEqual([]);
  });

  test('[SHR-9] is the same for every count of its band, so that no reckoning with answers finds a smaller one', () => {
    const counts = fc.array(fc.record({ received: fc.nat(60), voided: fc.nat(60) }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 12 }), fc.infiniteStream(fc.nat()), (truth, threshold, others) => {
        const within = (count: number) => count - (count % threshold) + ((others.next().value as number) % threshold);
        const world = (of: (count: number) => number) =>
          inBands(
            truth.map(({ received, voided }, at) => ({ entity: `${at}`, received: of(received), voided: of(voided) })),
            description,
            threshold,
          );
        expect(world(within)).toEqual(world((count) => count));
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
  });

  test('[SHR-9] leaves every sum and difference of what is told a multiple of the threshold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(500), fc.integer({ min: -3, max: 3 }))),
        fc.integer({ min: 2, max: 50 }),
        (terms, threshold) => {
          const total = terms.reduce(
            (sum, [count, factor]) => sum + BigInt(factor) * (bandOf(BigInt(count), threshold) ?? 0n),
            0n,
          );
          expect(total % BigInt(threshold)).toBe(0n);
        },
      ),
      { seed: 20_261_122 },
    );
  });
});
