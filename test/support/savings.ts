import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { DEFAULTS_SOURCE, defaultFacts, streamOfType } from '#ledger';
import type { DataSet, DataSetAnswer, DataSetQuery, ReadModel } from '../../libs/read-models/src/read-model.js';
import { inSnapshot } from '../../libs/read-models/src/snapshot.js';
import { transactionsModel } from '../../libs/read-models/src/transactions.js';
import { createTestDatabase } from './database.js';
import { project, readingSource } from './projection.js';
import { type PostedFact, post } from './read-models.js';

const DAY_MICROS = 86_400_000_000n;
const microsOf = (day: string): bigint => BigInt(Date.parse(`${day}T06:00:00Z`)) * 1000n;

export const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  ...{ type: `gov.sijill.${type}.v1`, stream, data },
  ...(time && { time }),
});

/** What every fresh ledger adopts: calendar, policies, factors, indicators. */
export const defaults = (): PostedFact[] =>
  defaultFacts().map(({ type, time, data }) => {
    const stream = streamOfType(type);
    return { type, time, data, source: DEFAULTS_SOURCE, stream: `${stream.category}-${stream.id(data)}` };
  });

export const entityRegistered = (entityId: string): PostedFact =>
  fact('entity.registered', `entity-${entityId}`, {
    ...{ entityId, title: { en: entityId }, kind: 'government', jurisdiction: 'AE-DU', from: '2010-01-01' },
  });

export const serviceRegistered = (serviceId: string, ownerEntityId: string, flow = 'customer'): PostedFact =>
  fact('service.registered', `service-${serviceId}`, {
    ...{ serviceId, ownerEntityId, title: { en: serviceId }, kind: 'transactional', flow, critical: false },
    ...{ status: 'active', from: '2010-01-01' },
  });

let records = 0;
/** Paper that an entity used over a period. */
export const consumed = (entityId: string, period: readonly [string, string], sheets: number, more: object = {}) => {
  const recordId = `r${records++}`;
  const [periodStart, periodEnd] = period;
  return fact('paper.consumed', `paper-${entityId}:${recordId}`, {
    ...{ entityId, recordId, sheets, kind: 'process', flow: 'customer', method: 'metered', periodStart, periodEnd },
    ...more,
  });
};

export const baselineSet = (entityId: string, year: number, sheets: number, more: object = {}): PostedFact =>
  fact('paperBaseline.set', `paperBaseline-${entityId}`, {
    ...{ entityId, year, sheets, method: 'measured', source: 'test', ...more },
  });

let numbers = 0;
/** A transaction received and completed on one day. */
export const completed = (
  entityId: string,
  serviceId: string,
  day: string,
  more: Readonly<Record<string, unknown>> = {},
) => {
  const number = String(numbers++);
  const stream = `transaction-${entityId}:${number}`;
  const receipt = {
    ...{ entityId, number, serviceId, channel: 'web', assisted: false, flow: 'customer', customerCategory: 'resident' },
    ...{ feeDue: '0', ...more },
  };
  return [
    fact('transaction.received', stream, receipt, `${day}T09:00:00+04:00`),
    fact(
      'transaction.completed',
      stream,
      { entityId, number, delivery: 'electronic', intended: true },
      `${day}T10:00:00+04:00`,
    ),
  ];
};

export interface Ledger {
  readonly source: DataSource;
  ask(dataSet: DataSet, query?: Partial<DataSetQuery>): Promise<DataSetAnswer>;
  behind(dataSet: DataSet, query?: Partial<DataSetQuery>): ReturnType<DataSet['contributions']>;
  close(): Promise<void>;
}

const ALL: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1000 };

/** A ledger that learnt facts on days, the days in rising order, projected and ready to be asked. */
export const learned = async (
  days: Readonly<Record<string, readonly PostedFact[]>>,
  models: readonly ReadModel[] = [transactionsModel],
): Promise<Ledger> => {
  const database = await createTestDatabase();
  let now = 0n;
  const store = new MemoryEventStore(() => now);
  for (const [day, facts] of Object.entries(days)) {
    now = microsOf(day) > now ? microsOf(day) : now + DAY_MICROS;
    await post(store, facts);
  }
  await project(database, store, models);
  const source = await readingSource(database, models);
  const within = <T>({ projection }: DataSet, read: Parameters<typeof inSnapshot<T>>[2]) =>
    inSnapshot(source, projection, read);
  return {
    source,
    ask: (dataSet, query) => within(dataSet, (manager) => dataSet.rows({ ...ALL, ...query }, manager)),
    behind: (dataSet, query) => within(dataSet, (manager) => dataSet.contributions({ ...ALL, ...query }, manager)),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
};
