import { type EventStore, MemoryEventStore } from '#event-store';
import { canonicalBytes, Failure, type Json } from '#kernel';
import { factsOf, findAll, type References, referTo } from './references.js';
import type { Reference } from './stream.js';

const SERVICE = {
  serviceId: 'parking-fine',
  ownerEntityId: 'rta',
  title: { ar: 'مخالفة' },
  kind: 'transactional',
  flow: 'customer',
  critical: false,
  status: 'active',
  from: '2020-01-01',
};

const put = (store: EventStore, stream: string, expected: 'empty' | bigint, type: string, data: object) =>
  store.append(stream, expected, [
    {
      type,
      data: canonicalBytes(data as Json),
      source: 'urn:sijill:rta:core',
      id: `${stream}-${expected}`,
      time: '2020-01-01T00:00:00Z',
      actor: 'client-1',
      salt: new Uint8Array(32),
      requestMac: new Uint8Array(32),
    },
  ]);

const reference = (category: Reference['category'], id: string): Reference => ({
  category,
  id,
  pointer: `#/data/${category}Id`,
});

const lookUp = async (store: EventStore, named: readonly Reference[], given: Partial<References> = {}) => {
  const references: References = {
    find: (category, id) => factsOf(store, category, id),
    nearestIds: () => [],
    forget: () => undefined,
    ...given,
  };
  const refer = await referTo(named, await findAll(named, references), references);
  if (refer instanceof Failure) throw refer;
  return refer;
};

describe('What an event names', () => {
  let store: MemoryEventStore;
  beforeEach(async () => {
    store = new MemoryEventStore();
    await put(store, 'service-parking-fine', 'empty', 'gov.sijill.service.registered.v1', SERVICE);
  });
  const failureOf = (run: Promise<unknown>) =>
    run.then(
      () => Promise.reject(new Error('accepted')),
      (error: unknown) => error as Failure,
    );

  test('is known by the facts of its stream', async () => {
    const refer = await lookUp(store, [reference('service', 'parking-fine')]);
    expect(refer('service', 'parking-fine')).toEqual({
      ownerEntityId: 'rta',
      formerOwners: [],
      kind: 'transactional',
      flow: 'customer',
    });
    expect(refer('service', 'other')).toBeUndefined();
    expect(refer('service', undefined)).toBeUndefined();
  });

  test('is known as it is now: the new owner after a transfer', async () => {
    const transfer = { serviceId: 'parking-fine', toEntityId: 'dm', from: '2021-01-01' };
    await put(store, 'service-parking-fine', 0n, 'gov.sijill.service.transferred.v1', transfer);
    const refer = await lookUp(store, [reference('service', 'parking-fine')]);
    expect(refer('service', 'parking-fine')).toMatchObject({
      ownerEntityId: 'dm',
      formerOwners: [{ entityId: 'rta', until: '2021-01-01' }],
    });
  });

  test('counts though it is retired: facts outrank the catalogue', async () => {
    const retirement = { serviceId: 'parking-fine', from: '2020-02-01', reason: { ar: 'انتهت' } };
    await put(store, 'service-parking-fine', 0n, 'gov.sijill.service.retired.v1', retirement);
    await expect(lookUp(store, [reference('service', 'parking-fine')])).resolves.toBeDefined();
  });

  test('[TRX-13] is refused when unknown, all at once, each with its place and the nearest ids', async () => {
    const failure = await failureOf(
      lookUp(
        store,
        [reference('service', 'parking-fines'), reference('centre', 'deira'), reference('service', 'parking-fine')],
        {
          nearestIds: (category) => (category === 'service' ? ['parking-fine'] : []),
        },
      ),
    );
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.code).toBe('reference.unknown');
    expect(failure.params).toEqual({ ids: 'parking-fines, deira' });
    expect(failure.faults).toMatchObject([
      { pointer: '#/data/serviceId', code: 'reference.unknown', received: 'parking-fines', expected: 'parking-fine' },
      { pointer: '#/data/centreId', code: 'reference.unknown', received: 'deira' },
    ]);
    expect(failure.faults[1]).not.toHaveProperty('expected');
  });

  test('may be vouched for by the caller, and the store is then left alone', async () => {
    const known = { entityId: 'rta' };
    const refer = await lookUp(store, [reference('centre', 'deira')], {
      find: (category, id) => (category === 'centre' && id === 'deira' ? known : undefined),
    });
    expect(refer('centre', 'deira')).toBe(known);
  });
});
