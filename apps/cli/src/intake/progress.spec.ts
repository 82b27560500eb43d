import { progressLine } from './progress.js';

describe('A line of progress', () => {
  test('has count, share, rate, duplicates, rejections and time left', () => {
    const counts = { done: 12_000, total: 20_000, duplicate: 14, rejected: 3 };
    expect(progressLine(counts, 2_000)).toBe(
      '12,000 of 20,000 events   60 %   6,000/s   duplicate 14   rejected 3   2s left',
    );
  });

  test('invents no share and no time left where the total is not known', () => {
    const counts = { done: 10, total: undefined, duplicate: 0, rejected: 0 };
    expect(progressLine(counts, 1_000)).toBe('10 events   10/s   duplicate 0   rejected 0');
  });

  test.each([
    [90_000, '1m30s left'],
    [2 * 3_600_000 + 5 * 60_000, '2h05m left'],
  ])('after half of the way in %i ms says %s', (elapsed, left) => {
    expect(progressLine({ done: 500, total: 1_000, duplicate: 0, rejected: 0 }, elapsed)).toContain(left);
  });
});
