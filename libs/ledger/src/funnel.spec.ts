import { canonicalBytes, type Json } from '#kernel';
import { failureCodeOf, ObservedStore, post, provenanceOf, STREAM, submitted } from './funnel.given.contract.js';
import { execute } from './funnel.js';
import {
  completed,
  corrected,
  KNOWN,
  paid,
  received,
  step,
  switched,
} from './transaction/transaction.given.contract.js';
import { transactionStream } from './transaction/transaction.stream.js';

describe('The funnel', () => {
  let store: ObservedStore;
  beforeEach(() => {
    store = new ObservedStore();
  });

  test('opens a new stream in one round trip', async () => {
    const answer = await post(store, received());
    expect(answer).toMatchObject({ stream: STREAM, revision: 0n, isDuplicate: false });
    expect(store.calls).toEqual(['append empty']);
  });

  test('stores the canonical bytes it was given and what the provenance says', async () => {
    const fact = received();
    const provenance = { ...provenanceOf(fact, 'e-x'), correlation: 'c-1' };
    await execute(store, transactionStream, submitted(fact), provenance);
    const [event] = await store.readWhole(STREAM);
    expect(event).toMatchObject({
      type: fact.type,
      source: fact.source,
      id: 'e-x',
      time: fact.time,
      correlation: 'c-1',
    });
    expect(event).not.toHaveProperty('causation');
    expect(event?.data).toEqual(canonicalBytes(fact.data as unknown as Json));
  });

  test('reads a stream that goes on, and appends behind what it read', async () => {
    await post(store, received());
    store.calls.length = 0;
    expect(await post(store, step())).toMatchObject({ revision: 1n, isDuplicate: false });
    expect(store.calls).toEqual(['read', 'append 0']);
  });

  test('answers a repeat of the same request as the first time', async () => {
    const first = await post(store, received(), 'e-1');
    await post(store, step());
    await post(store, completed());
    const again = await post(store, received(), 'e-1');
    expect(again).toEqual({ ...first, isDuplicate: true });
    expect(await store.readWhole(STREAM)).toHaveLength(3);
  });

  test('answers a repeat as the first time even when the rule would refuse it today', async () => {
    const first = await post(store, received(), 'e-1');
    const informational = { ...KNOWN.service?.['parking-fine'], kind: 'informational' } as never;
    const command = { ...submitted(received()), refer: () => informational };
    expect(await execute(store, transactionStream, command, provenanceOf(received(), 'e-1'))).toEqual({
      ...first,
      isDuplicate: true,
    });
  });

  test('refuses the id of an event for another one', async () => {
    await post(store, received(), 'e-1');
    expect(await failureCodeOf(post(store, received({ feeDue: '0' }), 'e-1'))).toBe('event.idReused');
    expect(await failureCodeOf(post(store, step(), 'e-1'))).toBe('event.idReused');
  });

  test('answers what is so already with the event that made it so', async () => {
    const opened = await post(store, received());
    const money = await post(store, paid());
    const moved = await post(store, switched());
    await post(store, step());
    expect(await post(store, received())).toEqual({ ...opened, isDuplicate: true });
    expect(await post(store, paid())).toEqual({ ...money, isDuplicate: true });
    expect(await post(store, switched())).toEqual({ ...moved, isDuplicate: true });
    expect(await store.readWhole(STREAM)).toHaveLength(4);
  });

  test('names the last event that made it so when it was undone between', async () => {
    await post(store, received());
    await post(store, corrected({ feeDue: '0' }));
    await post(store, corrected({ feeDue: '100' }));
    const last = await post(store, corrected({ feeDue: '0' }));
    await post(store, step());
    expect(await post(store, corrected({ feeDue: '0' }))).toEqual({ ...last, isDuplicate: true });
  });
});
