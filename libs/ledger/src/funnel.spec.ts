import { canonicalBytes, type Json } from '#kernel';
import {
  execute,
  failureCodeOf,
  ObservedStore,
  post,
  provenanceOf,
  STREAM,
  submitted,
} from './funnel.given.contract.js';
import { fact } from './given.contract.js';
import { streamOfType } from './streams.js';
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
    expect(event?.causation).toBeUndefined();
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

describe('An event that finds no stream', () => {
  const from = '2020-01-01';
  test.each([
    ['centre', 'closed', { centreId: 'x', from }],
    ['kiosk', 'removed', { kioskId: 'x', from }],
    ['callCentre', 'closed', { callCentreId: 'x' }],
    ['platform', 'closed', { platformId: 'x', from }],
    ['service', 'resumed', { serviceId: 'x', from, reason: { en: 'again' } }],
    ['transaction', 'withdrawn', { entityId: 'dm', number: 'T-9', by: 'entity' }],
  ])('of the %s is told so, whoever sent it (%s)', async (category, past, data) => {
    const store = new ObservedStore();
    const sent = fact(`gov.sijill.${category}.${past}.v1`, data);
    const run = execute(store, streamOfType(sent.type), submitted(sent), provenanceOf(sent, 'e-1'));
    expect(await failureCodeOf(run)).toBe(`${category}.unknown`);
  });

  test('is told first that only a steward may post it', async () => {
    const sent = fact('gov.sijill.service.transferred.v1', { serviceId: 'x', toEntityId: 'dm', from });
    const run = execute(new ObservedStore(), streamOfType(sent.type), submitted(sent), provenanceOf(sent, 'e-1'));
    expect(await failureCodeOf(run)).toBe('role.forbidden');
  });

  test('does not open one for want of an owner', async () => {
    const lax = {
      ...streamOfType('gov.sijill.kiosk.removed.v1'),
      decider: { initial: { is: 'none' }, decide: (told: unknown) => [told], evolve: () => ({}) },
    } as unknown as Parameters<typeof execute>[1];
    const sent = fact('gov.sijill.kiosk.removed.v1', { kioskId: 'x', from });
    const run = execute(new ObservedStore(), lax, submitted(sent), provenanceOf(sent, 'e-1'));
    expect(await failureCodeOf(run)).toBe('source.notOwner');
  });
});
