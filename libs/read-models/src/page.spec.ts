import fc from 'fast-check';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import {
  foldAll,
  foldInPages,
  movedParcel,
  NotedContributions,
  Parcel,
  ParcelDay,
  parcels,
  post,
  readJournal,
  sentParcel,
} from '../../../test/support/read-models.js';
import { type Amounts, exact } from './amounts.js';
import { byName, type Cell } from './cells.js';
import { MemoryPage } from './page.js';
import type { Page, ReadEvent, Row } from './read-model.js';

const SEED = 20_260_101;
const MICROS_OF_2021 = 1_614_556_800_000_000n;

const journalOf = async (facts: Parameters<typeof post>[1]): Promise<ReadEvent[]> => {
  let now = MICROS_OF_2021;
  const store = new MemoryEventStore(() => (now += 3_600_000_000n));
  await post(store, facts);
  return readJournal(store);
};

const DAYS = { effectiveDay: '2021-03-01', knownDay: '2021-03-01' };
const tell = (page: MemoryPage, event: ReadEvent | undefined, apply: (open: Page) => void): void =>
  page.take(event as ReadEvent, { apply: () => apply(page) });

const uuidOf = ({ name }: Cell): string => name.map((word) => word.toString(16).padStart(8, '0')).join('-');

@Entity({ name: 'dated_parcel_day', synchronize: false })
class DatedParcelDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') basis!: string;
  @PrimaryColumn('text') channel!: string;
  @Column('text', { primary: true, nullable: true }) place!: string | null;
  @Column('bigint') sent!: string;
}

describe('A page of a fold', () => {
  test('adds up what its events add to one cell', async () => {
    const page = foldAll(parcels, await journalOf([sentParcel('a', 'app'), sentParcel('b', 'app', { grams: 50 })]));
    const cell = { effectiveDay: '2021-03-01', knownDay: '2021-03-01', channel: 'app' };
    expect(page.cubeRows(ParcelDay)).toEqual([{ ...cell, sent: 2n, weightGrams: 150n }]);
  });

  test('notes what each event added to each cell, and that sums up to the cell', async () => {
    const noted = new NotedContributions();
    const page = foldAll(
      parcels,
      await journalOf([sentParcel('a', 'app'), movedParcel('a', 'web'), movedParcel('a', 'web')]),
      noted,
    );
    const added = noted.list.flatMap(({ cells, deltas }) => {
      const sent = (JSON.parse(deltas) as { sent: string }[]).map((delta) => Number(delta.sent));
      return cells.map((cell, nth) => ({ cell, sent: sent[nth] as number }));
    });
    for (const cell of page.cells(ParcelDay)) {
      const ofCell = added.filter((one) => one.cell === cell);
      expect(ofCell.reduce((sum, { sent }) => sum + sent, 0)).toBe(cell.sums[0]);
    }
    expect(noted.list.map(({ event, cells }) => [event.revision, cells.length])).toEqual([
      [0n, 1],
      [1n, 2], // there and back in one cell is nothing
    ]);
  });

  test('adds exactly beyond the numbers that are whole, and refuses a part', async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const page = new MemoryPage();
    const add = (...amounts: (number | bigint)[]) =>
      tell(page, event, (open) => {
        for (const weightGrams of amounts) open.add(ParcelDay, DAYS, { channel: 'app' }, { weightGrams });
      });
    const cell = { ...DAYS, channel: 'app' };
    add(Number.MAX_SAFE_INTEGER, 2);
    add(2n ** 62n);
    expect(page.cubeRows(ParcelDay)).toEqual([{ ...cell, weightGrams: 2n ** 62n + 2n ** 53n + 1n }]);
    add(-(2n ** 62n) - 2n ** 53n);
    expect([...page.cells(ParcelDay)].map(({ sums }) => sums)).toEqual([[0, 1]]);
    expect(() => add(0.5)).toThrow('not exact');
  });

  test('leaves out what an event adds and takes away again', async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const noted = new NotedContributions();
    const page = new MemoryPage(undefined, noted);
    const [app, web] = [{ channel: 'app' }, { channel: 'web' }];
    tell(page, event, (open) => {
      open.add(ParcelDay, DAYS, app, { sent: 1, weightGrams: 5 }, -1);
      open.add(ParcelDay, DAYS, web, { sent: 1 }, -1);
      open.add(ParcelDay, DAYS, { ...app }, { sent: 1, weightGrams: 7 });
      open.add(ParcelDay, DAYS, { ...web }, { sent: 1 });
    });
    expect(page.cubeRows(ParcelDay)).toEqual([{ ...DAYS, ...app, weightGrams: 2n }]);
    expect(noted.list.map(({ deltas }) => deltas)).toEqual(['[{"weight_grams":"2"}]']);
  });

  test(`comes to the exact difference for every amount that an event may carry (seed ${SEED})`, async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const amounts = fc.array(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), { maxLength: 8 });
    const sum = (some: readonly bigint[]) => some.reduce((total, amount) => total + amount, 0n);
    const property = fc.property(amounts, amounts, (before, after) => {
      const page = new MemoryPage();
      tell(page, event, (open) => {
        const add = (sign: 1 | -1) => (fils: bigint) =>
          open.add(ParcelDay, DAYS, { channel: 'app' }, { weightGrams: exact(`${fils}`) }, sign);
        before.forEach(add(-1));
        after.forEach(add(1));
      });
      expect(BigInt(page.cubeRows(ParcelDay)[0]?.weightGrams ?? 0)).toBe(sum(after) - sum(before));
    });
    fc.assert(property, { seed: SEED, examples: [[[9_007_199_254_740_991n], [9_007_199_254_740_993n]]] });
  });

  test('keeps the last row of a key', async () => {
    const page = foldAll(parcels, await journalOf([sentParcel('a', 'app'), movedParcel('a', 'web')]));
    expect([...page.rows(Parcel)]).toEqual([{ id: 'a', channel: 'web', moves: ['app', 'web'], label: { grams: 100 } }]);
  });

  test('gives a cell the same name on every store, and its days are the first that orders names', async () => {
    const days = ['2021-03-01', '2021-03-02', '2021-11-30'];
    const facts = days.map((day) => ({ ...sentParcel(day, 'app'), time: `${day}T08:00:00+04:00` }));
    const names = [...foldAll(parcels, await journalOf(facts)).cells(ParcelDay)].map(uuidOf);
    expect(names[0]).toBe('566f2b37-a5029d20-1d0acc0e-2cbabcd8');
    expect(names).toEqual([...names].sort());
  });

  test(`gives cells that differ in anything other names, in the order of UUIDs (seed ${SEED})`, async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const day = fc.constantFrom('1900-01-01', '1900-01-02', '2021-03-01', '2079-06-06', '2200-12-31');
    const text = fc.constantFrom<string[]>('app', 'web', '=app', '-', '');
    const cell = fc.record({ effectiveDay: day, knownDay: day, basis: text, channel: text, place: fc.option(text) });
    const property = fc.property(fc.array(cell, { minLength: 2, maxLength: 40 }), (drawn) => {
      const page = new MemoryPage();
      tell(page, event, (open) => {
        for (const { effectiveDay, knownDay, basis, ...subject } of drawn)
          open.add(DatedParcelDay, { effectiveDay, knownDay, basis }, subject, { sent: 1 });
      });
      const cells = [...page.cells(DatedParcelDay)];
      const different = new Set(drawn.map((one) => JSON.stringify(one)));
      expect(new Set(cells.map(uuidOf)).size).toBe(different.size);
      expect(cells.sort(byName).map(uuidOf)).toEqual(cells.map(uuidOf).sort());
    });
    fc.assert(property, { seed: SEED });
  });

  test('refuses a measure or column that the table does not have, and a missing dimension', async () => {
    const [event] = await journalOf([sentParcel('a', 'app')]);
    const adding = (subject: Row, measures: Amounts) => () =>
      tell(new MemoryPage(), event, (open) => open.add(ParcelDay, DAYS, subject, measures));
    expect(adding({ channel: 'app' }, { received: 1 })).toThrow('no measure received');
    expect(adding({ place: 'x' }, { sent: 1 })).toThrow('needs channel');
    expect(() => new MemoryPage().put(Parcel, { id: 'a', colour: 'red' })).toThrow('no column colour');
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
