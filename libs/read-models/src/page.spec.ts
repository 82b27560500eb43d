import fc from 'fast-check';
import { MemoryEventStore } from '#event-store';
import {
  foldAll,
  foldInPages,
  movedParcel,
  Parcel,
  ParcelDay,
  parcels,
  post,
  readJournal,
  sentParcel,
} from '../../../test/support/read-models.js';
import { MemoryPage } from './page.js';
import type { ReadEvent } from './read-model.js';

const SEED = 20_260_101;
const MICROS_OF_2021 = 1_614_556_800_000_000n;

const journalOf = async (facts: Parameters<typeof post>[1]): Promise<ReadEvent[]> => {
  let now = MICROS_OF_2021;
  const store = new MemoryEventStore(() => (now += 3_600_000_000n));
  await post(store, facts);
  return readJournal(store);
};

describe('A page of a fold', () => {
  test('adds up what its events add to one cell', async () => {
    const page = foldAll(parcels, await journalOf([sentParcel('a', 'app'), sentParcel('b', 'app', { grams: 50 })]));
    const cell = { effectiveDay: '2021-03-01', knownDay: '2021-03-01', channel: 'app' };
    expect(page.cubeRows(ParcelDay)).toEqual([{ ...cell, sent: 2n, weightGrams: 150n }]);
  });

  test('notes what each event added to each cell, and that sums up to the cell', async () => {
    const page = foldAll(
      parcels,
      await journalOf([sentParcel('a', 'app'), movedParcel('a', 'web'), movedParcel('a', 'web')]),
    );
    const { events, ends, cells, deltas } = page.contributions();
    for (const cell of page.cells(ParcelDay)) {
      const added = deltas.filter((_, at) => cells[at] === cell).map(({ sent }) => Number(sent));
      expect(added.reduce((sum, sent) => sum + sent)).toBe(cell.sums[0]);
    }
    expect(events.map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
    expect(ends).toEqual([1, 3, 4]); // there and back in one cell is one note
  });

  test('adds exactly beyond the numbers that are whole, and refuses a part', async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const page = new MemoryPage();
    page.begin(event as ReadEvent);
    const cell = { effectiveDay: '2021-03-01', knownDay: '2021-03-01', channel: 'app' };
    page.add(ParcelDay, cell, { weightGrams: Number.MAX_SAFE_INTEGER });
    page.add(ParcelDay, cell, { weightGrams: 2 });
    page.add(ParcelDay, cell, { weightGrams: 2n ** 62n });
    expect(page.cubeRows(ParcelDay)).toEqual([{ ...cell, weightGrams: 2n ** 62n + 2n ** 53n + 1n }]);
    page.add(ParcelDay, cell, { weightGrams: -(2n ** 62n) - 2n ** 53n });
    expect([...page.cells(ParcelDay)].map(({ sums }) => sums)).toEqual([[0, 1]]);
    expect(() => page.add(ParcelDay, cell, { weightGrams: 0.5 })).toThrow('not exact');
  });

  test('keeps the last row of a key', async () => {
    const page = foldAll(parcels, await journalOf([sentParcel('a', 'app'), movedParcel('a', 'web')]));
    expect([...page.rows(Parcel)]).toEqual([{ id: 'a', channel: 'web', moves: ['app', 'web'], label: { grams: 100 } }]);
  });

  test('gives a cell the same name on every store, and the days of names are in order', async () => {
    const days = ['2021-03-01', '2021-03-02', '2021-11-30'];
    const facts = days.map((day) => ({ ...sentParcel(day, 'app'), time: `${day}T08:00:00+04:00` }));
    const names = [...foldAll(parcels, await journalOf(facts)).cells(ParcelDay)].map(({ name }) => name);
    expect(names[0]).toBe('48ff4209723a66318b60f18f6f64615b');
    expect(names).toEqual([...names].sort());
  });

  test('refuses a dimension or measure that the table does not have, and a missing one', async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const page = new MemoryPage();
    page.begin(event as ReadEvent);
    const cell = { effectiveDay: '2021-03-01', knownDay: '2021-03-01', channel: 'app' };
    expect(() => page.add(ParcelDay, cell, { received: 1 })).toThrow('no measure received');
    expect(() => page.add(ParcelDay, { ...cell, place: 'x' }, { sent: 1 })).toThrow('no dimension place');
    expect(() => page.add(ParcelDay, { effectiveDay: '2021-03-01', knownDay: '2021-03-01' }, { sent: 1 })).toThrow(
      'needs channel',
    );
    expect(() => page.put(Parcel, { id: 'a', colour: 'red' })).toThrow('no column colour');
  });

  test(`gives the same tables wherever pages end (seed ${SEED})`, async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const channel = fc.constantFrom('app', 'web', 'counter');
    const history = fc.array(fc.tuple(id, channel), { minLength: 1, maxLength: 30 });
    const property = fc.asyncProperty(history, fc.array(fc.nat(30), { maxLength: 6 }), async (steps, cuts) => {
      const seen = new Set<string>();
      const facts = steps.map(([of, to]) => {
        const isFirst = !seen.has(of);
        seen.add(of);
        return isFirst ? sentParcel(of, to) : movedParcel(of, to);
      });
      const events = await journalOf(facts);
      const ends = cuts.map((cut) => Math.min(cut, events.length)).sort((one, other) => one - other);
      expect(foldInPages(parcels, events, ends)).toEqual(foldInPages(parcels, events, []));
      expect(foldInPages(parcels, events, ends)).not.toEqual([]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });
});
