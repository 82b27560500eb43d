import { createHash } from 'node:crypto';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventStore, NewEvent, StoredEvent } from '#event-store';
import type { Cell } from '../../libs/read-models/src/cells.js';
import { type Contributions, MemoryPage } from '../../libs/read-models/src/page.js';
import { readEventOf } from '../../libs/read-models/src/projector/reading.js';
import type { ReadEvent, ReadModel, Table } from '../../libs/read-models/src/read-model.js';
import { shapeOf } from '../../libs/read-models/src/tables.js';

@Entity({ name: 'parcel_day', synchronize: false })
export class ParcelDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') channel!: string;
  @Column('bigint') sent!: string;
  @Column('bigint', { name: 'weight_grams' }) weightGrams!: string;
}

@Entity({ name: 'parcel', synchronize: false })
export class Parcel {
  @PrimaryColumn('text') id!: string;
  @Column('text', { nullable: true }) channel!: string | null;
  @Column('text', { array: true }) moves!: string[];
  @Column('jsonb') label!: object;
}

interface Sent {
  channel: string;
  grams: number;
  day: string;
  moves: string[];
}

/** Smallest model with all a fold can do: a cube, a row table, state, and events that take back what earlier ones added. */
export const parcels = {
  name: 'parcels',
  version: 1,
  cubes: [ParcelDay],
  rows: [Parcel],
  types: ['gov.sijill.parcel.sent.v1', 'gov.sijill.parcel.moved.v1'],
  keys: ({ id }) => [id],
  apply(event, page) {
    const { channel, grams = 0, isPoison } = event.data as { channel: string; grams?: number; isPoison?: boolean };
    if (isPoison) throw new Error('no fold can take this');
    const before = page.get<Sent>(event.id);
    if (before) add(event, before, -1);
    const sent = before ?? { channel, grams, day: event.effectiveDay, moves: [] };
    const now = { ...sent, channel, moves: [...sent.moves, channel] };
    add(event, now, 1);
    page.set(event.id, now);
    page.put(Parcel, { id: event.id, channel, moves: now.moves, label: { grams: now.grams } });
    function add({ knownDay }: ReadEvent, { day, channel: of, grams: weight }: Sent, sign: 1 | -1) {
      const measures = { sent: 1, weightGrams: BigInt(weight) };
      page.add(ParcelDay, { effectiveDay: day, knownDay }, { channel: of }, measures, sign);
    }
  },
} satisfies ReadModel;

export interface PostedFact {
  readonly type: string;
  readonly stream: string;
  readonly data: object;
  readonly time?: string;
  readonly source?: string;
}

export const sentParcel = (id: string, channel: string, data: object = {}): PostedFact => ({
  type: 'gov.sijill.parcel.sent.v1',
  stream: `parcel-${id}`,
  data: { channel, grams: 100, ...data },
});

export const movedParcel = (id: string, channel: string): PostedFact => ({
  type: 'gov.sijill.parcel.moved.v1',
  stream: `parcel-${id}`,
  data: { channel },
});

/** Appends facts to their streams in this order, each in a call of its own. */
export const post = async (store: EventStore, facts: readonly PostedFact[]): Promise<void> => {
  for (const [at, { type, stream, data, ...envelope }] of facts.entries()) {
    const { time = '2021-03-01T08:00:00+04:00', source = 'urn:sijill:test:facts' } = envelope;
    const past = await store.readWhole(stream);
    const salt = createHash('sha256').update(`${stream}:${past.length}`).digest();
    const bytes = new TextEncoder().encode(JSON.stringify(data));
    const identity = { source, id: `${stream}:${past.length}:${at}`, actor: 'test' };
    const event: NewEvent = { ...identity, type, time, data: bytes, salt, requestMac: salt };
    await store.append(stream, past.at(-1)?.revision ?? 'empty', [event]);
  }
};

/** The whole journal as folds read it. */
export const readJournal = async (store: EventStore): Promise<ReadEvent[]> => {
  const events: StoredEvent[] = [];
  for (let after: bigint | undefined, atHead = false; !atHead; ) {
    const page = await store.readAll({ after, max: 1000 });
    events.push(...page.events);
    after = page.next;
    atHead = page.atHead;
  }
  return events.map((event) => readEventOf(event, event.recorded));
};

/** Keeps what events added. */
export class NotedContributions implements Contributions {
  readonly list: { readonly event: ReadEvent; readonly cells: readonly Cell[]; readonly deltas: string }[] = [];
  private cells: Cell[] = [];

  addCell(cell: Cell): void {
    this.cells.push(cell);
  }

  addEvent(event: ReadEvent, deltas: string): void {
    this.list.push({ event, cells: this.cells, deltas });
    this.cells = [];
  }
}

/** Folds events without a database. */
export const foldAll = (model: ReadModel, events: readonly ReadEvent[], noted?: Contributions): MemoryPage => {
  const page = new MemoryPage(undefined, noted);
  foldInto(page, model, events);
  return page;
};

const foldInto = (page: MemoryPage, model: ReadModel, events: readonly ReadEvent[]): void => {
  for (const event of events) {
    if ((model.types as unknown) !== 'every' && !model.types.includes(event.type)) continue;
    page.take(event, model);
  }
};

/**
 * Folds events in pages as the projector does: each page sees only the state rows that `keys` names, as JSON. Returns the
 * tables as sorted lines; they must not depend on where pages end.
 */
export const foldInPages = (model: ReadModel, events: readonly ReadEvent[], ends: readonly number[]): string[] => {
  const states = new Map<string, string>();
  const cells = new Map<string, Map<string, bigint>>();
  const rows = new Map<string, string>();
  const contributions: string[] = [];
  let from = 0;
  for (const to of [...ends, events.length]) {
    const slice = events.slice(from, to);
    from = to;
    const wanted = slice.filter(({ type }) => (model.types as unknown) === 'every' || model.types.includes(type));
    const keys = new Set(wanted.flatMap((event) => [...model.keys(event)]));
    const known = [...keys]
      .filter((key) => states.has(key))
      .map((key) => [key, JSON.parse(states.get(key) ?? '')] as const);
    const noted = new NotedContributions();
    const page = new MemoryPage(new Map<string, object>(known), noted);
    foldInto(page, model, wanted);
    for (const [key, value] of page.changedStates()) {
      if (!keys.has(key)) throw new Error(`${model.name} sets state ${key}, which keys() does not name`);
      states.set(key, JSON.stringify(value));
    }
    for (const table of model.cubes) addCells(cells, page, table);
    for (const table of model.rows) {
      const { name, keys: primary } = shapeOf(table);
      for (const row of page.rows(table))
        rows.set(`${name} ${textOf(primary.map(({ property }) => row[property]))}`, textOf(row));
    }
    for (const { event, cells: added, deltas } of noted.list)
      contributions.push(`contribution ${event.stream} ${event.revision} ${added.map(({ name }) => name)} ${deltas}`);
  }
  const lines = [...cells].map(([cell, measures]) => `${cell} ${textOf(Object.fromEntries([...measures].sort()))}`);
  for (const [key, value] of states) lines.push(`state ${key} ${value}`);
  for (const [key, value] of rows) lines.push(`${key} ${value}`);
  return [...lines, ...contributions].sort();
};

const addCells = (cells: Map<string, Map<string, bigint>>, page: MemoryPage, table: Table): void => {
  const { name: of, values } = shapeOf(table);
  for (const { name, dimensions, sums: added } of page.cells(table)) {
    const key = `${of} ${name} ${JSON.stringify(dimensions)}`;
    const sums = cells.get(key) ?? new Map<string, bigint>();
    for (const [at, { property }] of values.entries())
      sums.set(property, (sums.get(property) ?? 0n) + BigInt(added[at] ?? 0));
    cells.set(key, sums);
  }
};

const textOf = (value: object): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
