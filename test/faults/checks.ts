import type { StoredEvent } from '#event-store';
import { checkJournal, checkProjections, wholeJournal } from '../support/checker.js';
import type { AcknowledgedByClient } from './history.js';
import type { Stack } from './stack.js';

/** Streams in which one client was answered in another order than the journal has. Empty: none. */
export const checkOrder = (
  journal: readonly StoredEvent[],
  acknowledged: readonly AcknowledgedByClient[],
): string[] => {
  const faults: string[] = [];
  const last = new Map<string, bigint>();
  const streams = new Map(journal.map(({ source, id, stream }) => [`${source} ${id}`, stream]));
  for (const { client, source, id, position } of acknowledged) {
    const key = `${client} ${streams.get(`${source} ${id}`)}`;
    const before = last.get(key) ?? -1n;
    if (BigInt(position) < before)
      faults.push(`${id} stands at ${position}, behind ${before} of the same client and stream`);
    last.set(key, BigInt(position));
  }
  return faults;
};

/**
 * Everything that must hold of a stack at rest: acknowledged events once, at their place, byte-equal; no hole; order; projections as a
 * fresh fold; no answer that must not be. Empty: it holds.
 */
export const faultsOf = async (stack: Stack): Promise<string[]> => {
  const { history, cluster } = stack;
  const store = await stack.openStore();
  try {
    const journal = await wholeJournal(store);
    const [live, fresh] = ['sijill', 'fresh'].map((name) => cluster.url('sijill_worker', name)) as [string, string];
    const folds = await checkProjections(store, live, fresh).catch(({ message }: Error) => [
      `${message}\n${stack.workers.map(({ output }) => output.slice(-2_000)).join('\n')}`,
    ]);
    return [
      ...checkJournal(journal, history.acknowledged, history.sent, store.capabilities.order),
      ...checkOrder(journal, history.acknowledged),
      ...folds,
      ...history.faults,
    ].slice(0, 20);
  } finally {
    await store.close();
  }
};

/** What does not hold of the journal alone. */
export const journalFaultsOf = async (stack: Stack): Promise<string[]> => {
  const { history } = stack;
  const store = await stack.openStore();
  try {
    return checkJournal(await wholeJournal(store), history.acknowledged, history.sent, store.capabilities.order);
  } finally {
    await store.close();
  }
};
