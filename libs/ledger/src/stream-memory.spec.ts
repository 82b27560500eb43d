import { type Expected, eventStoreFailures } from '#event-store';
import { failingWith } from '#kernel';
import { failureCodeOf, nextId, ObservedStore, post, STREAM } from './funnel.given.contract.js';
import type { Fact } from './stream.js';
import { emptyStream, type RememberedStream, StreamMemory } from './stream-memory.js';
import { completed, received, step } from './transaction/transaction.given.contract.js';

const HOUR = 3_600_000_000n;
/** Of the day on which the facts come, in microseconds. */
const NOON = 1_586_779_200_000_000n;
const storeAt = (micros: bigint) => new ObservedStore(() => micros);
const refuse = failingWith(eventStoreFailures);
const ofBytes = (bytes: number): RememberedStream => ({ ...emptyStream({}), expected: 0n, bytes });

describe('A stream that this process wrote', () => {
  let store: ObservedStore;
  let memory: StreamMemory;
  const tell = (fact: Fact, id = nextId()) => post(store, fact, id, memory);
  beforeEach(async () => {
    [store, memory] = [storeAt(NOON), new StreamMemory()];
    await tell(received(), 'first');
    store.calls.length = 0;
  });

  test('goes on without being read', async () => {
    expect(await tell(step())).toMatchObject({ revision: 1n, isDuplicate: false });
    expect(await tell(completed())).toMatchObject({ revision: 2n, isDuplicate: false });
    expect(store.calls).toEqual(['append 0', 'append 1']);
  });

  test('is not opened again in the hope that it is new', async () => {
    expect(await tell(received())).toMatchObject({ revision: 0n, isDuplicate: true });
    expect(store.calls).toEqual(['read']);
  });

  test('is read for a repeat, which is answered as the first time', async () => {
    await tell(step(), 'second');
    expect(await tell(received(), 'first')).toMatchObject({ revision: 0n, isDuplicate: true });
    expect(await tell(step(), 'second')).toMatchObject({ revision: 1n, isDuplicate: true });
    expect(await failureCodeOf(tell(completed(), 'second'))).toBe('event.idReused');
    expect(await store.readWhole(STREAM)).toHaveLength(2);
  });

  test('is read behind another process, and decided on by what that one wrote', async () => {
    await post(store, completed());
    expect(await failureCodeOf(tell(completed({ delivery: 'paper' })))).toBe('transaction.closed');
    expect(store.calls.slice(-2)).toEqual(['append 0', 'read']);
    expect(await store.readWhole(STREAM)).toHaveLength(2);
  });

  test('is read before a refusal: what was refused may be right by now', async () => {
    await tell(step({ stepId: 's-1' }));
    await tell(completed());
    store.calls.length = 0;
    expect(await failureCodeOf(tell(completed({ delivery: 'paper' })))).toBe('transaction.closed');
    expect(store.calls).toEqual(['read']);
  });

  test('is not remembered when the append failed, or who knows', async () => {
    store.before = () => Promise.reject(refuse('store.outcomeUnknown'));
    expect(await failureCodeOf(tell(step()))).toBe('store.outcomeUnknown');
    store.calls.length = 0;
    await tell(step());
    expect(store.calls).toEqual(['read', 'append 0']);
  });

  test.each<[code: string, winner: Fact, end: () => Promise<unknown>]>([
    ['transaction.closed', completed(), async () => undefined],
    ['store.outcomeUnknown', step(), () => Promise.reject(refuse('store.outcomeUnknown'))],
  ])(
    'is left as the winner of a race in this process wrote it when the other ends in %s',
    async (code, winner, end) => {
      store.before = () => tell(winner).then(end);
      expect(await failureCodeOf(tell(completed({ delivery: 'paper' })))).toBe(code);
      store.calls.length = 0;
      await tell(step({ stepId: 'behind' }));
      expect(store.calls).toEqual(['append 1']);
    },
  );

  test('is guessed at as before behind races in this process: they say nothing of other processes', async () => {
    for (let nth = 1; nth <= 30; nth++) {
      await Promise.all(['a', 'b'].map((label) => tell(step({ stepId: `${label}-${nth}` }))));
    }
    expect(store.calls.filter((call) => call === 'read')).toHaveLength(30); // by the one that lost, each time
    store.calls.length = 0;
    for (let nth = 1; nth <= 30; nth++) await tell(step({ stepId: `c-${nth}` }));
    expect(store.calls).not.toContain('read');
  });

  test('is read, not opened, where guessing pauses', async () => {
    memory.learn(false);
    expect(await tell(received())).toMatchObject({ revision: 0n, isDuplicate: true });
    expect(store.calls).toEqual(['read']);
  });

  test('is read behind a lost connection: a store that was set back may have other events at its revisions', async () => {
    await tell(step({ stepId: 'lost' }));
    const restored = storeAt(NOON);
    restored.interruptions = 1;
    await post(restored, received(), 'first');
    await post(restored, step({ stepId: 'kept' }), 'kept');
    const repeat = await post(restored, step({ stepId: 'kept' }), 'kept', memory);
    expect(repeat).toMatchObject({ revision: 1n, isDuplicate: true });
    expect(await restored.readWhole(STREAM)).toHaveLength(2);
  });

  test('is not remembered when a connection was lost while it was written', async () => {
    store.before = async () => memory.heed(++store.interruptions); // a fact of another stream came meanwhile
    await tell(step());
    store.calls.length = 0;
    await tell(completed());
    expect(store.calls).toEqual(['read', 'append 1']);
  });

  test('is read when midnight passed between the fact and its record: a state may know that day', async () => {
    memory.forget(STREAM);
    for (const [hours, calls] of [
      [7n, ['append empty', 'append 0']],
      [8n, ['append empty', 'read', 'append 0']],
    ] as const) {
      const late = storeAt(NOON + hours * HOUR);
      await post(late, received(), nextId(), memory);
      await post(late, step(), nextId(), memory);
      expect(late.calls).toEqual(calls);
      memory.forget(STREAM);
    }
  });

  test('does not wait for lost races after a wrong guess: it may lose five more', async () => {
    await post(store, step({ stepId: 'other' }));
    store.calls.length = 0;
    expect(await tell(step({ stepId: 'mine' }))).toMatchObject({ revision: 2n });
    expect(store.calls).toEqual(['append 0', 'read', 'append 1']);
  });
});

describe('The memory of streams', () => {
  test('keeps what was written last and lets go of what is two generations old', () => {
    const memory = new StreamMemory();
    const written = Array.from({ length: 1_000 }, (_, nth) => `kiosk-${nth}`);
    for (const name of written) memory.keep(name, ofBytes(32 * 1024));
    const kept = written.map((name) => memory.recall(name) !== undefined);
    const first = kept.indexOf(true);
    expect(first).toBeGreaterThan(700);
    expect(first).toBeLessThan(900);
    expect(kept.slice(first)).not.toContain(false);
  });

  test('counts a stream once, however often it is written or forgotten: it drives out no other', () => {
    const memory = new StreamMemory();
    memory.keep('kiosk-1', ofBytes(1));
    for (let times = 0; times < 1_000; times++) {
      memory.keep('kiosk-hot', ofBytes(32 * 1024));
      if (times % 3 === 0) memory.forget('kiosk-hot');
    }
    expect(memory.recall('kiosk-1')).toBeDefined();
  });

  test('does not keep a long stream, nor what it was when it was shorter', () => {
    const memory = new StreamMemory();
    memory.keep('kiosk-1', ofBytes(64 * 1024));
    expect(memory.recall('kiosk-1')).toBeDefined();
    memory.keep('kiosk-1', ofBytes(64 * 1024 + 1));
    expect(memory.recall('kiosk-1')).toBeUndefined();
  });

  test('forgets in both generations', () => {
    const memory = new StreamMemory();
    for (let nth = 0; nth < 64; nth++) memory.keep(`kiosk-${nth}`, ofBytes(64 * 1024));
    for (const name of ['kiosk-0', 'kiosk-63']) {
      expect(memory.recall(name)).toBeDefined();
      memory.forget(name);
      expect(memory.recall(name)).toBeUndefined();
    }
  });

  test('doubts what an append that failed may have made untrue, not what was acknowledged behind it', () => {
    const memory = new StreamMemory();
    const remembersBehind = (failed: Expected, held: bigint) => {
      memory.keep('kiosk-1', { ...ofBytes(1), expected: held });
      memory.doubt('kiosk-1', failed);
      return memory.recall('kiosk-1') !== undefined;
    };
    expect([2n, 3n, 4n].map((held) => remembersBehind(3n, held))).toEqual([false, false, true]);
    expect(remembersBehind('empty', 0n)).toBe(true);
  });

  test('guesses less where it is mistaken, and again once it is right', () => {
    const memory = new StreamMemory();
    memory.keep('kiosk-1', ofBytes(1));
    const passed = () => {
      for (let times = 0; ; times++) if (memory.recall('kiosk-1') !== 'passedUp') return times;
    };
    const pauses = [false, false, false].map((wasRight) => {
      memory.learn(wasRight);
      return passed();
    });
    expect(pauses).toEqual([64, 128, 256]);
    for (let hits = 0; hits < 256; hits++) memory.learn(true);
    memory.learn(false);
    expect(passed()).toBe(64);
  });

  test('stops growing its pauses somewhere', () => {
    const memory = new StreamMemory();
    memory.keep('kiosk-1', ofBytes(1));
    for (let mistakes = 0; mistakes < 100; mistakes++) memory.learn(false);
    let passed = 0;
    while (memory.recall('kiosk-1') === 'passedUp') passed++;
    expect(passed).toBe(65_536);
  });
});

test('Two processes that write one stream in turn lose nothing, and soon read instead of guessing', async () => {
  const store = storeAt(NOON);
  const memories = [new StreamMemory(), new StreamMemory()];
  await post(store, received(), nextId(), memories[0]);
  for (let nth = 1; nth <= 200; nth++) {
    expect(await post(store, step({ stepId: `s-${nth}` }), nextId(), memories[nth % 2])).toMatchObject({
      revision: BigInt(nth),
      isDuplicate: false,
    });
  }
  const refused = store.calls.filter((call) => call.startsWith('append')).length - 201;
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThanOrEqual(4);
});

test('One that is seldom mistaken soon guesses again', async () => {
  const store = storeAt(NOON);
  const memory = new StreamMemory();
  let steps = 0;
  const go = async (times: number, own?: StreamMemory) => {
    store.calls.length = 0;
    for (; times > 0; times--) await post(store, step({ stepId: `s-${++steps}` }), nextId(), own);
    return store.calls.filter((call) => call === 'read').length;
  };
  await post(store, received(), nextId(), memory);
  await go(1);
  expect(await go(300, memory)).toBe(1 + 64);
  await go(1);
  expect(await go(300, memory)).toBe(1 + 64);
});
