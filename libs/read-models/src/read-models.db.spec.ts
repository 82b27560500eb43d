import { createHash } from 'node:crypto';
import pg from 'pg';
import { MemoryEventStore, type NewEvent } from '#event-store';
import { DEFAULTS_SOURCE, dataClasses, defaultFacts, streamNameOf, streamOfType } from '#ledger';
import { simulate } from '#simulation';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project } from '../../../test/support/projection.js';
import { foldInPages, readJournal } from '../../../test/support/read-models.js';
import { dumpHash } from './canonical-dump.js';
import { dataQuality } from './data-quality.js';
import { MemoryPage } from './page.js';
import { PARTITIONS, partitionOf } from './projector/partitions.js';
import type { ReadEvent, ReadModel } from './read-model.js';
import { dataSets, readModels } from './read-models.js';
import { quoted, schemaOf, shapeOf } from './tables.js';
import { transactionsModel } from './transactions.js';

const SEED = 'pages-2026';
const EVENTS = 3_000;
const CUTS = [[1, 2, 3, 50, 51], [700], Array.from({ length: 99 }, (_, at) => at * 30)];

/** The default registers and a simulated year of all programmes as they would be recorded; they break no rule, so no decider is asked. */
const simulatedStore = async (): Promise<MemoryEventStore> => {
  let now = 1_767_225_600_000_000n; // 2026-01-01T00:00Z
  const store = new MemoryEventStore(() => (now += 60_000_000n));
  const defaults = defaultFacts().map((fact) => ({ ...fact, source: DEFAULTS_SOURCE }));
  const year = [...simulate({ seed: SEED, events: EVENTS, programmes: true })].map(({ event }) => event);
  for (const event of [...defaults, ...year]) {
    const stream = streamNameOf(streamOfType(event.type), event.data);
    const past = await store.readWhole(stream);
    const salt = createHash('sha256').update(event.id).digest();
    const { type, source, id, time } = event;
    const data = new TextEncoder().encode(JSON.stringify(event.data));
    const appended: NewEvent = { type, source, id, time, actor: 'simulation', data, salt, requestMac: salt };
    await store.append(stream, past.at(-1)?.revision ?? 'empty', [appended]);
  }
  return store;
};

const concerning = ({ types }: ReadModel, events: readonly ReadEvent[]): readonly ReadEvent[] =>
  events.filter(({ type }) => types === 'every' || types.includes(type));

/** Whether no state row and no row of a table is of two streams. */
const keepsToStreams = (model: ReadModel, events: readonly ReadEvent[]): boolean => {
  const states = new Map<string, object>();
  const owners = new Map<string, string>();
  let isKept = true;
  for (const event of concerning(model, events)) {
    const page = new MemoryPage(states);
    page.take(event, model);
    const rows = model.rows.flatMap((table) => {
      const { name, keys } = shapeOf(table);
      return [...page.rows(table)].map((row) => `${name} ${keys.map(({ property }) => row[property]).join(' ')}`);
    });
    for (const key of [...model.keys(event), ...rows]) {
      const owner = owners.get(key) ?? event.stream;
      isKept &&= owner === event.stream;
      owners.set(key, owner);
    }
  }
  return isKept;
};

describe('Every read model', () => {
  let store: MemoryEventStore;
  const databases: TestDatabase[] = [];
  const filled = async (pageEvents: number): Promise<pg.Client> => {
    const database = await createTestDatabase();
    databases.push(database);
    await project(database, store, readModels, pageEvents);
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    store = await simulatedStore();
  });
  afterAll(async () => {
    for (const database of databases) await database.drop();
  });

  test('that workers may share keeps to its streams, and comes out the same whichever of them is taken in first', async () => {
    const events = await readJournal(store);
    const shared = readModels.filter(({ partitionable }) => partitionable);
    expect(shared.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['registers', 'catalogue', 'places', 'sharing']),
    );
    const inPartitions = Array.from({ length: PARTITIONS }, (_, nth) =>
      events.filter(({ stream }) => partitionOf(stream) === nth),
    ).flat();
    for (const model of shared) {
      expect([model.name, keepsToStreams(model, events)]).toEqual([model.name, true]);
      expect(foldInPages(model, inPartitions, [])).toEqual(foldInPages(model, events, []));
    }
    expect(keepsToStreams(transactionsModel, events)).toBe(false); // it looks up entities and services
    expect(keepsToStreams(dataQuality, events)).toBe(false);
  });

  test('keeps under the name of a stream what its own events told: its first event finds nothing there', async () => {
    const events = await readJournal(store);
    const names = new Set(events.map(({ stream }) => stream));
    for (const model of readModels) {
      const states = new Map<string, object>();
      const tellers = new Map<string, string>();
      for (const event of concerning(model, events)) {
        if (event.revision === 0n && states.has(event.stream)) throw new Error(`${model.name} knows ${event.stream}`);
        const page = new MemoryPage(states);
        page.take(event, model);
        for (const [key] of page.changedStates()) if (names.has(key)) tellers.set(key, event.stream);
      }
      expect([...tellers].filter(([key, teller]) => key !== teller)).toEqual([]);
    }
  });

  test('folds types that the ledger has, and each data set reads a model that is there', () => {
    const unknown = readModels.flatMap(({ types }) =>
      types === 'every' ? [] : types.filter((type) => !dataClasses[type]),
    );
    expect(unknown).toEqual([]);
    const names = new Set(readModels.map(({ name }) => name));
    expect([...dataSets.values()].filter(({ projection }) => !names.has(projection))).toEqual([]);
  });

  test.each(readModels.map((model) => [model.name, model] as const))(
    '%s: the same tables wherever pages end',
    async (_, model) => {
      const events = await readJournal(store);
      const whole = foldInPages(model, events, []);
      for (const ends of CUTS) expect(foldInPages(model, events, ends)).toEqual(whole);
      // A programme that the simulated year does not run leaves its tables empty.
      const isTold = events.some(({ type }) => model.types === 'every' || model.types.includes(type));
      expect(whole.length > 0).toBe(isTold);
    },
  );

  test('dumps the same after pages of 97 and of 2,000 events, and its contributions sum up to its cells', async () => {
    const [small, large] = [await filled(97), await filled(2_000)];
    try {
      for (const model of readModels) {
        const schema = schemaOf(model.name);
        expect([model.name, await dumpHash(small, model, schema)]).toEqual([
          model.name,
          await dumpHash(large, model, schema),
        ]);
        for (const cube of model.cubes)
          expect([model.name, await cellsThatDiffer(large, schema, cube)]).toEqual([model.name, 0]);
      }
    } finally {
      await Promise.all([small.end(), large.end()]);
    }
  });
});

const cellsThatDiffer = async (
  client: pg.Client,
  schema: string,
  cube: Parameters<typeof shapeOf>[0],
): Promise<number> => {
  const { name, values } = shapeOf(cube);
  const differs = values.map(
    (column) => `max(c.${quoted(column.name)}) <> coalesce(sum((k.delta ->> '${column.name}')::numeric), 0)`,
  );
  const { rowCount } = await client.query(
    `with k as (select p.cell, k.deltas -> (p.at::int - 1) as delta
       from ${quoted(schema)}.contribution k, unnest(k.cells) with ordinality as p (cell, at))
     select from ${quoted(schema)}.${quoted(name)} c left join k using (cell) group by cell having ${differs.join(' or ')}`,
  );
  return rowCount ?? -1;
};
