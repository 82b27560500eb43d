import { setTimeout as pause } from 'node:timers/promises';
import { Patience } from './patience.js';

const PATIENCE_MS = 40;
/** An attempt that takes longer than the whole patience: a connection on which nobody answers. */
const attempt = () => pause(2 * PATIENCE_MS);

describe('Patience', () => {
  test('grants another attempt after a failure, however long the first one took', async () => {
    const patience = new Patience({ patienceMs: PATIENCE_MS });
    await attempt();
    expect(await patience.wait('lost')).toBe(true);
  });

  test('is over when failures have led to nothing for so long, and begins anew with what was settled', async () => {
    const patience = new Patience({ patienceMs: PATIENCE_MS });
    expect(await patience.wait('lost')).toBe(true);
    await attempt();
    expect(await patience.wait('lost')).toBe(false);
    patience.renew();
    await attempt();
    expect(await patience.wait('lost')).toBe(true);
  });

  test('of no time grants nothing', async () => {
    expect(await new Patience({ patienceMs: 0 }).wait('lost')).toBe(false);
  });

  test('ends at once when it is called off', async () => {
    const calledOff = new AbortController();
    const waiting = new Patience({ patienceMs: 600_000 }).wait('busy', 600_000, calledOff.signal);
    calledOff.abort();
    expect(await waiting).toBe(false);
  });
});
