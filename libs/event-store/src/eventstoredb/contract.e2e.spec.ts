import { StandIn } from '../../../../test/support/eventstoredb/stand-in.js';
import { type Outage, outageChecks } from '../contract/outage.contract.js';
import { contractChecks, eventStoreContract } from '../event-store.contract.js';
import type { StoreMetric } from '../metrics.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

const servers: StandIn[] = [];
const startServer = async (...options: Parameters<typeof StandIn.start>): Promise<StandIn> => {
  const server = await StandIn.start(...options);
  servers.push(server);
  return server;
};

afterAll(async () => {
  for (const server of servers) await server.stop();
});

eventStoreContract('EventStoreDB', async () =>
  EventStoreDbEventStore.open({ connectionString: (await startServer()).url }),
);

describe('EventStoreDB through outages', () => {
  const metrics: StoreMetric[] = [];
  let server: StandIn;
  let outage: Outage & { store: EventStoreDbEventStore };

  beforeAll(async () => {
    server = await startServer();
    const onMetric = (metric: StoreMetric) => void metrics.push(metric);
    outage = {
      store: await EventStoreDbEventStore.open({ connectionString: server.url, onMetric }),
      metrics,
      loseNextAnswer: () => server.loseAnswers(1),
      kill: () => server.kill(),
      restore: () => server.restart(),
      freeze: () => server.freeze(),
      thaw: () => server.thaw(),
      cut: () => server.dropConnections(),
    };
  });

  afterAll(() => outage.store.close());

  test.each(Object.entries(outageChecks))('%s', (_rule, check) => check(outage));
});

const SECURE = {
  isSecure: true,
  users: { ledger: { password: 'changeit', rights: ['append', 'read', 'all'] } },
} as const;

describe('Servers and clusters of EventStoreDB of other kinds keep the contract', () => {
  test.each<[kind: string, options: Parameters<typeof StandIn.start>[0]]>([
    ['without batch append', { hasBatchAppend: false }],
    ['behind TLS with a CA and a password', SECURE],
    ['of two nodes', { nodes: 2 }],
  ])('%s', async (_kind, options) => {
    const server = await startServer(options);
    const connectionString = server.urlFor(options?.users ? 'ledger' : undefined);
    const store = await EventStoreDbEventStore.open({ connectionString });
    for (const check of Object.values(contractChecks)) await check(store);
    await store.close();
  });
});

/** A maintainer's own server: it is left with what the suite has written. */
const REAL = process.env.TEST_ESDB_URL;
if (REAL !== undefined) {
  describe('A real server keeps the contract', () => {
    test.each(Object.entries(contractChecks))('%s', async (_rule, check) => {
      const store = await EventStoreDbEventStore.open({ connectionString: REAL });
      await check(store);
      await store.close();
    });
  });
}
