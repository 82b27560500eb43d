import { shareFigures, sharePublished, shareWindow } from './public-share.js';

const row = (steps_electronic: number, steps_manual: number) => ({ service: 'permit', steps_electronic, steps_manual });

describe('The electronic share that everybody reads', () => {
  test.each([
    // asked, known, today → the year, as known at the end of a day
    ['2026-06-30', '2026-06-30', '2026-07-01', '2025', '2026-06-30'],
    ['2026-12-31', '2027-01-05', '2027-01-06', '2026', '2027-01-05'],
    ['2026-12-30', '2027-01-05', '2027-01-06', '2025', '2027-01-05'],
    ['2030-01-01', '2027-01-31', '2027-01-31', '2026', '2027-01-30'],
    ['2026-12-31', '2026-12-30', '2027-01-31', '2025', '2026-12-30'],
    ['2027-05-01', '2026-12-31', '2027-06-01', '2026', '2026-12-31'],
  ])('on %s, known on %s, asked on %s is of %s, as known on %s', (effectiveAt, knownAt, today, year, known) =>
    expect(shareWindow({ effectiveAt, knownAt }, today)).toEqual({
      ...{ from: `${year}-01-01`, to: `${year}-12-31`, knownAt: known },
    }),
  );

  test.each([
    [498, 3, { electronic: 490n, steps: 500n }],
    [9, 500, undefined],
    [9, 0, undefined],
    [10, 0, { electronic: 10n, steps: 10n }],
    [0, 0, undefined],
  ])('of %i electronic and %i manual steps is of whole thresholds', (electronic, manual, told) =>
    expect(sharePublished(row(electronic, manual), 10)).toEqual(told),
  );

  test('is exact where nothing is small, and null where nothing is known', () => {
    expect(sharePublished(row(2, 1), 1)).toEqual({ electronic: 2n, steps: 3n });
    expect(sharePublished(undefined, 1)).toBeUndefined();
    expect(shareFigures(undefined, 10_000)).toEqual({ share: null, gap: null });
    expect(shareFigures({ electronic: 2n, steps: 3n }, undefined).gap).toBeNull();
    expect(shareFigures({ electronic: 2n, steps: 3n }, 10_000)).toEqual({
      share: { num: '2', den: '3', value: '0.666667' },
      gap: { num: '10000', den: '30000', value: '0.333333' },
    });
  });
});
