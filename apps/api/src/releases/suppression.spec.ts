import type { DataSetDescription } from '#read-models';
import { suppress } from './suppression.js';

const title = { ar: 'عنوان', en: 'title' };
const description = {
  dimensions: {},
  measures: {
    received: { title, unit: 'transaction' },
    voided: { title, unit: 'transaction' },
    settled: { title, unit: 'fils' },
    share: { title, unit: 'ratio' },
  },
} as unknown as DataSetDescription;
const shown = (...rows: readonly Record<string, never>[]) => suppress(rows, description, 10);
const row = (received: number | string, more: object = {}) => ({ entity: '3', received, ...more }) as never;

describe('What the public sees of small counts', () => {
  test('[SHR-9] hides each from 1 below the threshold and says so; 0 tells of nobody', () => {
    expect(shown(row(9), row('9'), row(0), row(10), row(-3))).toEqual([
      { entity: '3', received: null, suppressed: ['received'] },
      { entity: '3', received: null, suppressed: ['received'] },
      { entity: '3', received: 0 },
      { entity: '3', received: 10 },
      { entity: '3', received: null, suppressed: ['received'] },
    ]);
    expect(suppress([row(1)], description, 0)).toEqual([row(1)]);
  });
  test('hides the next smallest beside a single one, which the total would give away', () =>
    expect(shown(row(4), row(500), row(60), row(0))).toEqual([
      { entity: '3', received: null, suppressed: ['received'] },
      { entity: '3', received: 500 },
      { entity: '3', received: null, suppressed: ['received'] },
      { entity: '3', received: 0 },
    ]));
  test('hides amounts that rest on small counts alone', () => {
    expect(shown(row(4, { voided: 0, settled: '9900' }), row(5, { voided: 0, settled: '100' }))).toMatchObject([
      { received: null, voided: 0, settled: null, suppressed: ['received', 'settled'] },
      { received: null, settled: null },
    ]);
    expect(shown(row(400, { voided: 0, settled: '9900' }))).toEqual([row(400, { voided: 0, settled: '9900' })]);
  });
  test.each([
    ['4', '400'],
    ['3', '5'],
    ['396', '400'],
  ])('hides the ratio %s to %s, which gives a small count away', (num, den) =>
    expect(shown(row(400, { share: { num, den, value: '0' } }))).toMatchObject([
      { share: null, suppressed: ['share'] },
    ]),
  );
  test('shows a ratio of large counts', () =>
    expect(shown(row(400, { share: { num: '100', den: '400', value: '0.25' } }))[0]).not.toHaveProperty('suppressed'));
});
