import { contractChecks } from '../event-store.contract.js';
import { MemoryEventStore } from '../memory/memory-event-store.js';
import type { Appended, EventStore, Expected, NewEvent, ReadPage, SubscriptionBatch } from '../port.js';

class DropsTheRevisionCheck extends MemoryEventStore {
  override async append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    return super.append(stream, expected, events).catch(async () => {
      const [last] = await this.readStream(stream, { max: 1, backwards: true });
      return this.append(stream, last?.revision ?? 'empty', events);
    });
  }
}

class DropsTheOrder extends MemoryEventStore {
  override async readAll(options: Parameters<EventStore['readAll']>[0]): Promise<ReadPage> {
    const page = await super.readAll(options);
    return { ...page, events: [...page.events.slice(1), ...page.events.slice(0, 1)] };
  }
}

class ForgetsAnEventOfAnAppend extends MemoryEventStore {
  override append(stream: string, expected: Expected, events: readonly NewEvent[]) {
    return super.append(stream, expected, events.length > 2 ? events.slice(1) : events);
  }
}

class DeliversTwice extends MemoryEventStore {
  override async *subscribe(options: Parameters<EventStore['subscribe']>[0]): AsyncGenerator<SubscriptionBatch> {
    let delivered = 0;
    for await (const batch of super.subscribe(options)) {
      yield batch;
      if (++delivered % 3 === 0) yield batch;
    }
  }
}

class LosesOneOnReconnect extends MemoryEventStore {
  override async *subscribe(options: Parameters<EventStore['subscribe']>[0]): AsyncGenerator<SubscriptionBatch> {
    let after = options.after;
    while (!options.signal.aborted) {
      let delivered = 0;
      for await (const batch of super.subscribe({ ...options, after })) {
        yield batch;
        after = batch.next;
        if (++delivered === 3) break; // the connection breaks …
      }
      if (after !== undefined) after += 1n; // … and the resumed one starts too late
    }
  }
}

class RepeatsAreStoredAgain extends MemoryEventStore {
  override async append(stream: string, expected: Expected, events: readonly NewEvent[]) {
    return super.append(
      stream,
      expected,
      events.map((event) => ({ ...event, salt: new Uint8Array(32).fill(7) })),
    );
  }
}

class BeginsWhereItWasCut extends MemoryEventStore {
  override subscribe(options: Parameters<EventStore['subscribe']>[0]): AsyncIterable<SubscriptionBatch> {
    const { after } = options;
    return super.subscribe({ ...options, after: after === undefined || after === 0n ? undefined : after - 1n });
  }
}

class ForgetsOneOfThousands extends MemoryEventStore {
  private appends = 0;

  override append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    const to = ++this.appends === 7_777 ? 'sample-other' : stream;
    return super.append(to, expected, events);
  }
}

class FoldsNames extends MemoryEventStore {
  override append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    return super.append(folded(stream), expected, events);
  }

  override readWhole(stream: string) {
    return super.readWhole(folded(stream));
  }
}
const folded = (stream: string): string => stream.slice(0, 4) + stream.slice(4).toLowerCase();

class CutsLargePages extends MemoryEventStore {
  override async readAll(options: Parameters<EventStore['readAll']>[0]): Promise<ReadPage> {
    const page = await super.readAll(options);
    return page.atHead ? page : { ...page, events: page.events.slice(0, -1) };
  }
}

class FiltersByPrefix extends MemoryEventStore {
  override async readAll(options: Parameters<EventStore['readAll']>[0]): Promise<ReadPage> {
    const { filter, ...rest } = options;
    if (filter === undefined || 'categories' in filter) return super.readAll(options);
    const page = await super.readAll(rest);
    return {
      ...page,
      events: page.events.filter(({ type }) => filter.types.some((prefix) => type.startsWith(prefix))),
    };
  }
}

describe('The contract suite finds out a store that', () => {
  test.each<[string, () => EventStore, keyof typeof contractChecks]>([
    [
      'takes any revision',
      () => new DropsTheRevisionCheck(),
      'an append is taken at the revision the caller has read and at no other',
    ],
    [
      'lets two racers win',
      () => new DropsTheRevisionCheck(),
      'of twenty racers on one revision exactly one wins, the others learn the actual one',
    ],
    [
      'gives events out of order',
      () => new DropsTheOrder(),
      'revisions are contiguous and appends adjacent under eight writers',
    ],
    [
      'forgets an event of an append',
      () => new ForgetsAnEventOfAnAppend(),
      'revisions are contiguous and appends adjacent under eight writers',
    ],
    [
      'delivers twice',
      () => new DeliversTwice(),
      'a subscription from start, middle and head delivers everything once while four writers append',
    ],
    [
      'loses an event on reconnecting',
      () => new LosesOneOnReconnect(),
      'a subscription from start, middle and head delivers everything once while four writers append',
    ],
    [
      'begins with the event at which it was cut',
      () => new BeginsWhereItWasCut(),
      'a subscription goes on behind whatever event it was cut at',
    ],
    ['puts one of thousands elsewhere', () => new ForgetsOneOfThousands(), 'ten thousand streams are told apart'],
    [
      'takes names for others',
      () => new FoldsNames(),
      'names differ in every character that they may have, and so do the texts of an event',
    ],
    [
      'loses the end of a large page',
      () => new CutsLargePages(),
      'large appends are read in pages of bounded size, whole and in order',
    ],
    ['changes salts', () => new RepeatsAreStoredAgain(), 'salts, MACs, optional members and submitted times survive'],
    [
      'filters types by prefix',
      () => new FiltersByPrefix(),
      'a filter gives what filtering by hand gives, and moves past the rest',
    ],
  ])('%s', async (_fault, make, rule) => {
    await expect(contractChecks[rule](make())).rejects.toThrow();
    await contractChecks[rule](new MemoryEventStore()); // and only that one
  });
});
