import { type EventStore, type JournalImport, MemoryEventStore, openEventStore, openJournalImport } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { type CopyProgress, copyJournal } from './journal-copy.js';
import { digestOf } from './journal-digest.js';
import { vectorEvent } from './vectors.contract.js';

const EVENTS = 60;
const PAGE = 7;

/** Reads in short pages, so that a copy has many steps. */
const inPages = (store: EventStore): EventStore =>
  new Proxy(store, {
    get(target, name) {
      if (name === 'readAll')
        return (options: Parameters<EventStore['readAll']>[0]) =>
          target.readAll({ ...options, max: Math.min(options.max, PAGE) });
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });

const recorded = async (count: number, order: 'dense' | 'sparse' = 'sparse'): Promise<MemoryEventStore> => {
  let now = 1_767_225_601_000_000n;
  const store = new MemoryEventStore(() => (now += 1n), order);
  for (let nth = 0; nth < count; nth++) await tell(store, nth);
  return store;
};
const tell = (store: EventStore, nth: number) => {
  const { stream, ...event } = vectorEvent(nth);
  return store.append(stream, 'empty', [event]);
};

describe('A journal that is copied', () => {
  let database: TestDatabase;
  let to: EventStore;
  let into: JournalImport;
  beforeEach(async () => {
    database = await createTestDatabase();
    const durability = 'none';
    to = await openEventStore({ eventStore: 'postgres', databaseUrl: database.url('sijill_api'), durability });
    into = await openJournalImport({ eventStore: 'postgres', databaseUrl: database.adminUrl, durability });
  });
  afterEach(async () => {
    await Promise.all([to.close(), into.close()]);
    await database.drop();
  });

  /** As kill -9 leaves it: so many pages are written, and the last one perhaps without its writer knowing. */
  const dying = (pages: number, isWritten: boolean): JournalImport => {
    let taken = 0;
    return {
      ...into,
      take: async (events, held) => {
        if (++taken < pages || isWritten) await into.take(events, held);
        if (taken >= pages) throw new Error('killed');
      },
    };
  };

  test.each(['dense', 'sparse'] as const)(
    'out of a store with %s positions has the digest of the source',
    async (order) => {
      const from = await recorded(EVENTS, order);
      const steps: CopyProgress[] = [];
      const copied = await copyJournal({
        from: inPages(from),
        to,
        into,
        onProgress: (progress) => steps.push(progress),
      });
      expect(copied.events).toBe(BigInt(EVENTS));
      expect((await digestOf(to)).root).toEqual(copied.root);
      expect((await digestOf(from)).root).toEqual(copied.root);
      expect(new Set(steps.map(({ step }) => step))).toEqual(new Set(['copying', 'proving']));
      expect(steps.at(-1)).toEqual({ step: 'proving', events: BigInt(EVENTS) });
    },
  );

  test.each([
    [1, false],
    [3, false],
    [3, true],
    [9, true],
  ])('goes on after it was killed at page %s (written: %s), and writes nothing twice', async (pages, isWritten) => {
    const from = inPages(await recorded(EVENTS));
    await expect(copyJournal({ from, to, into: dying(pages, isWritten) })).rejects.toThrow('killed');
    const steps: CopyProgress[] = [];
    await copyJournal({ from, to, into, onProgress: (progress) => steps.push(progress) });
    const compared = steps.filter(({ step }) => step === 'comparing').at(-1)?.events;
    const whole = BigInt((isWritten ? pages : pages - 1) * PAGE);
    expect(compared ?? 0n).toBe(whole > EVENTS ? BigInt(EVENTS) : whole);
    expect((await digestOf(to)).root).toEqual((await digestOf(from)).root);
  });

  test('takes on what the source takes on, and again when it is copied again', async () => {
    const from = await recorded(EVENTS);
    let isTold = false;
    const onProgress = () => {
      if (isTold) return;
      isTold = true;
      void tell(from, EVENTS);
    };
    expect((await copyJournal({ from: inPages(from), to, into, onProgress })).events).toBe(BigInt(EVENTS + 1));
    await tell(from, EVENTS + 1);
    expect((await copyJournal({ from, to, into })).events).toBe(BigInt(EVENTS + 2));
  });

  test('of nothing is nothing', async () => {
    expect((await copyJournal({ from: new MemoryEventStore(), to, into })).events).toBe(0n);
  });

  test.each<[string, () => Promise<EventStore>, equal: number]>([
    ['another journal', async () => recorded(EVENTS).then((store) => shifted(store)), 0],
    ['more than the source', async () => recorded(EVENTS - 1), EVENTS - 1],
    ['what an empty source has not', async () => new MemoryEventStore(), 0],
  ])('is not written where the target holds %s', async (_, source, equal) => {
    await copyJournal({ from: await recorded(EVENTS), to, into });
    const before = await digestOf(to);
    const refusal = { code: 'copy.noPrefix', params: { events: String(equal) } };
    await expect(copyJournal({ from: inPages(await source()), to, into })).rejects.toMatchObject(refusal);
    expect(await digestOf(to)).toEqual(before);
  });

  test('is not called a copy when a byte of it is another', async () => {
    const from = await recorded(EVENTS);
    let taken = 0n;
    const careless: JournalImport = {
      ...into,
      take: async (events, held) => {
        taken += BigInt(events.length);
        await into.take(
          events.map((event, nth) => (nth === 3 ? { ...event, actor: 'another' } : event)),
          held,
        );
      },
    };
    await expect(copyJournal({ from, to, into: careless })).rejects.toMatchObject({ code: 'copy.differs' });
    expect(taken).toBe(BigInt(EVENTS));
  });
});

/** The same events, each recorded a microsecond later. */
const shifted = async (store: EventStore): Promise<EventStore> => {
  const { events } = await store.readAll({ max: EVENTS });
  let now = 1_767_225_602_000_000n;
  const other = new MemoryEventStore(() => (now += 1n));
  for (const { stream, ...event } of events) await other.append(stream, 'empty', [event]);
  return other;
};
