import fc from 'fast-check';
import { parcels } from '../../../test/support/read-models.js';
import type { Amount } from './amounts.js';
import { Sums } from './sums.js';
import { shapeOf } from './tables.js';

const [cube] = parcels.cubes;
const shape = shapeOf(cube!);
const measures = shape.values.length;

describe('Sums of the cells of a page', () => {
  test('are exact on both sides of what a number holds, each cell and measure for itself', () => {
    const amount = fc.oneof(
      fc.constantFrom<Amount>(0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2n ** 60n, -(2n ** 60n)),
      fc.maxSafeInteger(),
    );
    const change = fc.record({ row: fc.nat(39), nth: fc.nat(measures - 1), delta: amount });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const sums = new Sums(shape);
        for (let row = 0; row < 40; row++) expect(sums.addRow()).toBe(row);
        const expected = new Map<string, bigint>();
        for (const { row, nth, delta } of changes) {
          sums.add(row, nth, delta);
          expected.set(`${row} ${nth}`, (expected.get(`${row} ${nth}`) ?? 0n) + BigInt(delta));
        }
        for (let row = 0; row < 40; row++)
          for (let nth = 0; nth < measures; nth++)
            expect(BigInt(sums.get(row, nth))).toBe(expected.get(`${row} ${nth}`) ?? 0n);
      }),
      { numRuns: 100, seed: 20_261_122 },
    );
  });

  test('stay when there is no more room for a row', () => {
    const sums = new Sums(shape);
    for (let nth = 0; nth < 1_000; nth++) sums.add(sums.addRow(), 0, nth === 7 ? 2n ** 70n : nth);
    for (let nth = 0; nth < 1_000; nth++) expect(sums.get(nth, 0)).toBe(nth === 7 ? 2n ** 70n : nth);
  });
});
