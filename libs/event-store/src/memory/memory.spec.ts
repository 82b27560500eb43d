import { freshStream, samples } from '../contract/fixtures.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { MemoryEventStore } from './memory-event-store.js';

eventStoreContract('The memory store', async () => new MemoryEventStore());
eventStoreContract('The memory store with gaps', async () => new MemoryEventStore(undefined, 'sparse'));

describe('The memory store', () => {
  test('never lets recording times fall, even when its clock does', async () => {
    const clock = [5_000_000n, 3_000_000n, 6_000_001n];
    const store = new MemoryEventStore(() => clock.shift() as bigint);
    const recorded = [];
    for (let nth = 0; nth < 3; nth++) recorded.push((await store.append(freshStream(), 'empty', samples(1))).recorded);
    expect(recorded).toEqual([
      '1970-01-01T00:00:05.000000Z',
      '1970-01-01T00:00:05.000000Z',
      '1970-01-01T00:00:06.000001Z',
    ]);
  });
});
