import { appendChecks } from './contract/append.contract.js';
import { freshStream, samples } from './contract/fixtures.contract.js';
import { emptyStoreChecks, readChecks } from './contract/read.contract.js';
import { subscriptionChecks } from './contract/subscription.contract.js';
import { volumeChecks } from './contract/volume.contract.js';
import type { EventStore } from './port.js';

/** Whoever does not pass all of it is not an event store. */
export const contractChecks = { ...appendChecks, ...readChecks, ...subscriptionChecks, ...volumeChecks };

/**
 * Declares the contract as tests. `open` gives a store that nobody has written to; it is called twice: once for all
 * rules but those about an empty store, so that each rule also holds in a journal that others write to.
 */
export function eventStoreContract(name: string, open: () => Promise<EventStore>): void {
  describe(`${name} as an event store`, () => {
    let store: EventStore;

    beforeAll(async () => {
      store = await open();
    });

    afterAll(() => store.close());

    test.each(Object.entries(contractChecks))('%s', async (_rule, check) => {
      await check(store);
    });

    test.each(Object.entries(emptyStoreChecks))('%s', async (_rule, check) => {
      const empty = await open();
      await check(empty);
      await empty.close();
    });

    test('a closed store answers what was under way and refuses the rest', async () => {
      const closing = await open();
      const stream = freshStream();
      const append = closing.append(stream, 'empty', samples(2));
      await closing.close();
      expect(await append).toMatchObject({ revision: 1n });
      const refusal = expect.objectContaining({ code: 'store.unavailable' });
      await expect(closing.append(stream, 1n, samples(1))).rejects.toEqual(refusal);
      await expect(closing.readWhole(stream)).rejects.toEqual(refusal);
      await closing.close();
    });
  });
}
