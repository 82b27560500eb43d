import { type Appended, type EventStore, eventStoreFailures, type NewEvent, type StoredEvent } from '#event-store';
import { failingWith } from '#kernel';

const refuse = failingWith(eventStoreFailures);

/**
 * The journal with imagined events behind it: what a dry run writes to. The same rules then run over a whole batch, and nothing
 * reaches the journal. Lives for one request.
 */
export function rehearsalStore(store: EventStore): EventStore {
  const imagined = new Map<string, StoredEvent[]>();
  const readWhole = async (stream: string) => [...(await store.readWhole(stream)), ...(imagined.get(stream) ?? [])];
  const append = async (stream: string, expected: 'empty' | bigint, events: readonly NewEvent[]): Promise<Appended> => {
    const last = (await readWhole(stream)).at(-1);
    const actual = last?.revision ?? 'empty';
    if (actual !== expected) {
      throw refuse('stream.conflict', { params: { expected: String(expected), actual: String(actual) } });
    }
    const recorded = last?.recorded ?? IMAGINED.recorded;
    const first = last === undefined ? 0n : last.revision + 1n;
    const added = events.map((event, at) => ({
      ...event,
      ...IMAGINED,
      recorded,
      stream,
      revision: first + BigInt(at),
    }));
    imagined.set(stream, [...(imagined.get(stream) ?? []), ...added]);
    return { revision: first + BigInt(events.length - 1), position: IMAGINED.position, recorded };
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'append') return append;
      if (name === 'readWhole') return readWhole;
      // Nobody asks where an imagined event stands among the others.
      if (name === 'capabilities') return { ...target.capabilities, order: 'dense' };
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** No journal position is negative, so an imagined event can be told from a recorded one. */
export const IMAGINED = { position: -1n, recorded: '1970-01-01T00:00:00.000000Z', isWithheld: false } as const;
