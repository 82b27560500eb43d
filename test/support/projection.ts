import { DataSource } from 'typeorm';
import type { EventStore } from '#event-store';
import { ProjectionWatch } from '../../libs/read-models/src/projector/projection-status.js';
import { Projector } from '../../libs/read-models/src/projector/projector.js';
import type { ReadModel } from '../../libs/read-models/src/read-model.js';
import type { TestDatabase } from './database.js';

const WAIT_MS = 60_000;
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
    for (const { name } of models) {
      const hasArrived = await watch.waitForPosition(
        name,
        (await store.head()) ?? -1n,
        errors.length > 0 ? 0 : WAIT_MS,
      );
      if (!hasArrived) throw new Error(`${name} did not arrive: ${errors.map(String).join('; ')}`);
    }
  } finally {
    await watch.close();
    await projector.stop();
  }
};

/** Reads as the api does. Destroy it before the database is dropped. */
export const readingSource = async (database: TestDatabase, models: readonly ReadModel[]): Promise<DataSource> => {
  const entities = models.flatMap(({ cubes, rows }) => [...cubes, ...rows]) as (new () => object)[];
  return new DataSource({ type: 'postgres', url: database.url('sijill_api'), entities, poolSize: 2 }).initialize();
};
