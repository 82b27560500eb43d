import { decimalText, totalsOfShare } from './decimal.js';
import { ratio } from './exact.js';

describe('A published share', () => {
  test('[CON-4] of 180 services at 95 per cent is of 189 or 190, whichever it was', () =>
    expect(totalsOfShare(180n, '95')).toEqual({ least: 189n, most: 190n }));

  test.each([
    [1n, '50', 2n, 2n],
    [1n, '33', 3n, 3n],
    [1n, '33.3', 3n, 3n],
    [1n, '100', 1n, 1n],
    [2n, '100', 2n, 2n],
    [200n, '100', 200n, 201n],
    [180n, '94.7', 190n, 190n],
    [180n, '95.2', 189n, 189n],
    [37n, '57.8', 64n, 64n],
  ])('of %s at %s per cent is of %s to %s', (part, percent, least, most) =>
    expect(totalsOfShare(part, percent)).toEqual({ least, most }),
  );

  test.each([
    [1n, '60'],
    [180n, '94.9'],
    [180n, '95.0'],
    [180n, '120'],
  ])('of %s at %s per cent is of nothing', (part, percent) => expect(totalsOfShare(part, percent)).toBeUndefined());

  test('is the share of exactly the totals found', () => {
    for (let part = 1n; part <= 20n; part++)
      for (let percent = 1n; percent <= 100n; percent++) {
        const fitting: bigint[] = [];
        // Rounded half up, by whole numbers alone.
        for (let total = part; total <= 100n * part; total++)
          if ((200n * part + total) / (2n * total) === percent) fitting.push(total);
        const found = totalsOfShare(part, String(percent));
        // Below half of a hundredth more totals would fit than are tried here.
        const tried = found && found.most > 100n * part ? { ...found, most: 100n * part } : found;
        expect([part, percent, tried]).toEqual([
          part,
          percent,
          fitting.length === 0 ? undefined : { least: fitting[0], most: fitting.at(-1) },
        ]);
      }
  });

  test('rounds half up', () => {
    expect(decimalText(ratio(100n, 8n))).toBe('12.5');
    expect(totalsOfShare(1n, '13')).toEqual({ least: 8n, most: 8n });
    expect(totalsOfShare(1n, '12')).toBeUndefined();
  });

  test.each([
    [0n, '95'],
    [-1n, '95'],
    [180n, '0'],
    [180n, '0.0'],
    [180n, '-5'],
  ])('of %s at %s per cent is none', (part, percent) => expect(() => totalsOfShare(part, percent)).toThrow(RangeError));
});
