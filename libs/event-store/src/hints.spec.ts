import { setTimeout as pause } from 'node:timers/promises';
import { Herald, HINT_PAUSE_MS } from './hints.js';

describe('The herald of what is new', () => {
  test('tells of the first thing at once, and of many behind it together', async () => {
    let sent = 0;
    const herald = new Herald(async () => void sent++);
    herald.tell();
    expect(sent).toBe(1);
    for (let nth = 0; nth < 1_000; nth++) herald.tell();
    expect(sent).toBe(1);
    await pause(HINT_PAUSE_MS); // as long as the herald's own, begun after it: timers of one length keep their order
    expect(sent).toBe(2);
    await pause(HINT_PAUSE_MS);
    herald.tell();
    expect(sent).toBe(3);
    await herald.close();
  });

  test('tells what is due before it closes, and outlives a wire that is away', async () => {
    let sent = 0;
    const herald = new Herald(async () => {
      sent++;
      throw new Error('away');
    });
    herald.tell();
    herald.tell();
    await herald.close();
    herald.tell();
    expect(sent).toBe(2);
  });
});
