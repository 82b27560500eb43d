// The api with one fault built in on purpose: it answers before the commit. The checker must find it out after a kill.
import 'reflect-metadata';
import { startApi } from '../../dist/apps/api/src/start-api.js';
import { PostgresEventStore } from '../../dist/libs/event-store/src/index.js';

const COMMIT_DELAY_MS = 500;
const store = await PostgresEventStore.open({ connectionString: process.env.DATABASE_URL });
let isListening = false;
let position = 0n;

const faulty = new Proxy(store, {
  get(target, name) {
    if (name !== 'append' || !isListening)
      return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
    return async (stream, expected, events) => {
      setTimeout(() => target.append(stream, expected, events).catch(() => {}), COMMIT_DELAY_MS);
      position += BigInt(events.length);
      return {
        position,
        revision: (expected === 'empty' ? -1n : expected) + BigInt(events.length),
        recorded: new Date().toISOString().replace('Z', '000Z'),
      };
    };
  },
});

await startApi({
  store: faulty,
  databaseUrl: process.env.DATABASE_URL,
  host: process.env.HOST,
  port: Number(process.env.PORT),
  dataDirectory: process.env.SIJILL_DATA_DIR,
});
isListening = true;
