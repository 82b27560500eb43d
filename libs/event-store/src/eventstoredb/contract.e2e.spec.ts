import { StandIn } from '../../../../test/support/eventstoredb/stand-in.js';
import { eventStoreContract } from '../event-store.contract.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

const servers: StandIn[] = [];

afterAll(async () => {
  for (const server of servers) await server.stop();
});

eventStoreContract('EventStoreDB', async () => {
  const server = await StandIn.start();
  servers.push(server);
  return EventStoreDbEventStore.open({ connectionString: server.url });
});
