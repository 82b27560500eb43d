import { DataSource } from 'typeorm';
import { type EventStore, MemoryEventStore } from '#event-store';
import { isTransient, Parked } from '../../libs/read-models/src/projector/faults.js';
import { ProjectionWatch } from '../../libs/read-models/src/projector/projection-status.js';
import { Projector } from '../../libs/read-models/src/projector/projector.js';
import type { ReadEvent, ReadModel } from '../../libs/read-models/src/read-model.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type PostedFact, post, readJournal } from './read-models.js';

const WAIT_MS = 60_000;
const LOOK_MS = 250;
/** Tests post types of their own. */
const EVERY_TYPE = { has: () => true } as unknown as ReadonlySet<string>;

/** Takes the whole journal into read models of this database, and stops. */
export const project = async (
  database: TestDatabase,
  store: EventStore,
  models: readonly ReadModel[],
  pageEvents?: number,
): Promise<void> => {
  const connectionString = database.url('sijill_worker');
  const errors: unknown[] = [];
  const projector = new Projector({
    store,
    connectionString,
    models,
    owner: 'test',
    knownTypes: EVERY_TYPE,
    ...(pageEvents !== undefined && { pageEvents }),
    onMetric: ({ error }) => error !== undefined && errors.push(error),
  });
  const watch = new ProjectionWatch(connectionString, store);
  await projector.start();
  try {
    const deadline = Date.now() + WAIT_MS;
    const isInVain = () => Date.now() > deadline || errors.some((error) => error instanceof Parked);
    for (const { name } of models) {
      while (!(await isThere(watch, name, (await store.head()) ?? -1n)))
        if (isInVain()) throw new Error(`${name} did not arrive: ${errors.map(String).join('; ')}`);
    }
  } finally {
    await watch.close();
    await projector.stop();
  }
};

/** On a machine that is busy with other tests a connection may be lost on the way: whoever asks again is answered. */
const isThere = async (watch: ProjectionWatch, name: string, head: bigint): Promise<boolean> => {
  try {
    return await watch.waitForPosition(name, head, LOOK_MS);
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
};

/** Reads as the api does. Destroy it before the database is dropped. */
export const readingSource = async (database: TestDatabase, models: readonly ReadModel[]): Promise<DataSource> => {
  const entities = models.flatMap(({ cubes, rows }) => [...cubes, ...rows]) as (new () => object)[];
  return new DataSource({ type: 'postgres', url: database.url('sijill_api'), entities, poolSize: 2 }).initialize();
};

export interface ProjectedLots {
  readonly source: DataSource;
  readonly events: readonly ReadEvent[];
  close(): Promise<void>;
}

const FIRST_OF_MARCH = 1_614_556_800_000_000n; // 2021-03-01T00:00Z
const NINE_DAYS = 9n * 86_400_000_000n;

/** A read model that learnt a first lot of facts on 1 March 2021 and a second on 10 March, ready to be asked. */
export const projectedLots = async (
  model: ReadModel,
  first: readonly PostedFact[],
  second: readonly PostedFact[],
): Promise<ProjectedLots> => {
  const database = await createTestDatabase();
  let now = FIRST_OF_MARCH;
  const store = new MemoryEventStore(() => now);
  await post(store, first);
  now += NINE_DAYS;
  await post(store, second);
  await project(database, store, [model]);
  const source = await readingSource(database, [model]);
  const close = async () => {
    await source.destroy();
    await database.drop();
  };
  return { source, events: await readJournal(store), close };
};
