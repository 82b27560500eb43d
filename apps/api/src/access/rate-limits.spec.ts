import { RATE_QUOTAS, RateLimits } from './rate-limits.js';

const quotas = { open: 2, read: 3, intake: 100, refused: 1 };

describe('Requests of a client', () => {
  let now = 0;
  const limits = () => new RateLimits(quotas, () => now);
  beforeEach(() => {
    now = 0;
  });

  test('are let through up to the quota of the window, and again in the next', () => {
    const counts = limits();
    expect(Array.from({ length: 4 }, () => counts.count('read', 'a').isOver)).toEqual([false, false, false, true]);
    now = 9_999;
    expect(counts.count('read', 'a').isOver).toBe(true);
    now = 10_000;
    expect(counts.count('read', 'a').isOver).toBe(false);
  });

  test('are counted by client and by class', () => {
    const counts = limits();
    for (let at = 0; at < 3; at++) counts.count('read', 'a');
    expect([counts.count('read', 'b').isOver, counts.count('intake', 'a').isOver]).toEqual([false, false]);
  });

  test('are told what is left, and in how many seconds all of it is there again', () => {
    const counts = limits();
    counts.count('read', 'a');
    now = 3_500;
    expect(counts.count('read', 'a')).toEqual({
      policy: '"read";q=3;w=10',
      limit: '"read";r=1;t=7',
      seconds: 7,
      isOver: false,
    });
  });

  test('never have longer to wait than a window, whatever fraction of a millisecond the clock shows', () => {
    const counts = limits();
    const fractions = Array.from({ length: 1_000 }, (_, at) => at * 137.137);
    const seconds = fractions.map((fraction, at) => {
      now = fraction;
      return counts.count('read', `client ${at}`).seconds;
    });
    expect(Math.max(...seconds)).toBe(10);
  });

  test('of any number of clients take bounded memory', () => {
    const counts = limits();
    for (let at = 0; at < 30_000; at++) counts.count('open', `address ${at}`);
    expect(counts.clients).toBe(10_000);
  });

  test('may post more than a process can take in', () => expect(RATE_QUOTAS.intake).toBeGreaterThan(30_000));
});
