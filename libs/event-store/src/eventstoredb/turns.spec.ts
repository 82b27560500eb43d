import { setTimeout as pause } from 'node:timers/promises';
import { SendRoom, UNSENT_MAX } from './turns.js';

describe('The room to send in', () => {
  test('lets appends through in order, and never more than fit beside what is unsent', async () => {
    let unsent = 0;
    const through: number[] = [];
    const room = new SendRoom(() => unsent);
    const entered = Array.from({ length: 40 }, async (_, nth) => {
      await room.enter();
      through.push(nth);
      unsent++;
      expect(unsent).toBeLessThanOrEqual(UNSENT_MAX);
    });
    for (let sent = 0; sent < 40; ) {
      await pause(3);
      sent += unsent;
      unsent = 0;
    }
    await Promise.all(entered);
    expect(through).toEqual(Array.from({ length: 40 }, (_, nth) => nth));
  });

  test('holds back everybody while nothing is sent', async () => {
    let unsent = UNSENT_MAX;
    const room = new SendRoom(() => unsent);
    let isThrough = false;
    const entered = room.enter().then(() => {
      isThrough = true;
    });
    await pause(20);
    expect(isThrough).toBe(false);
    unsent = 0;
    await entered;
  });
});
