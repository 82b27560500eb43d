import type { ReadPage } from './port.js';
import { ReadAhead } from './read-ahead.js';

/** A journal of which only the number of events is known; each question is noted, and what it found then. */
const journal = (events: bigint) => {
  const asked: string[] = [];
  const state = { events, isAway: false };
  const ask = async (start: bigint, max: number): Promise<ReadPage> => {
    asked.push(`${start}+${max}`);
    if (state.isAway) throw new Error('away');
    const positions: bigint[] = [];
    for (let at = start + 1n; at < state.events && positions.length < max; at++) positions.push(at);
    const next = positions.at(-1) ?? start;
    return {
      events: positions.map((position) => ({ position })) as unknown as ReadPage['events'],
      next: next < 0n ? undefined : next,
      atHead: next + 1n >= state.events,
    };
  };
  return { asked, state, ahead: new ReadAhead(ask) };
};

const lastOf = ({ events }: ReadPage) => events.at(-1)?.position;

describe('Reading ahead', () => {
  test('asks for two pages more once somebody asks for what follows a full page', async () => {
    const { asked, ahead } = journal(100n);
    await ahead.page(-1n, 10);
    expect(asked).toEqual(['-1+10']);
    await ahead.page(9n, 10);
    expect(asked).toEqual(['-1+10', '9+10', '19+10', '29+10']);
    expect(lastOf(await ahead.page(19n, 10))).toBe(29n);
    expect(asked).toEqual(['-1+10', '9+10', '19+10', '29+10', '39+10']);
    expect(lastOf(await ahead.page(29n, 10))).toBe(39n);
  });

  test('never serves a page that was not full when it was asked for: what came meanwhile is not kept from its reader', async () => {
    const { state, ahead } = journal(25n);
    await ahead.page(-1n, 10);
    await ahead.page(9n, 10); // asks for 20 to 29, of which five are there
    state.events = 28n;
    expect(lastOf(await ahead.page(19n, 10))).toBe(27n);
    state.events = 50n;
    expect(lastOf(await ahead.page(27n, 10))).toBe(37n);
    expect(lastOf(await ahead.page(37n, 10))).toBe(47n);
  });

  test('leaves readers that take turns at different places alone', async () => {
    const { asked, ahead } = journal(1_000n);
    for (const start of [-1n, 499n, 9n, 509n, 19n, 519n]) await ahead.page(start, 10);
    expect(asked).toEqual(['-1+10', '499+10', '9+10', '509+10', '19+10', '519+10']);
  });

  test('keeps a failure of its own to itself', async () => {
    const { state, ahead } = journal(100n);
    await ahead.page(-1n, 10);
    const second = ahead.page(9n, 10);
    expect(lastOf(await second)).toBe(19n);
    state.isAway = true;
    await expect(ahead.page(29n, 10)).rejects.toThrow('away');
    state.isAway = false;
    expect(lastOf(await ahead.page(19n, 10))).toBe(29n);
  });
});
