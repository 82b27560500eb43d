// The api of the build whose keys are remembered for so short a time that an erasure is due at once.
import 'reflect-metadata';
import { pino } from 'pino';
import { startApi } from '../../dist/apps/api/src/start-api.js';
import { PostgresEventStore } from '../../dist/libs/event-store/src/index.js';

const { DATABASE_URL: databaseUrl, PORT, SIJILL_DATA_DIR: dataDirectory } = process.env;
const store = await PostgresEventStore.open({ connectionString: databaseUrl });
const options = { store, databaseUrl, dataDirectory, host: '127.0.0.1', port: Number(PORT), keyCacheMilliseconds: 50 };
await startApi({ ...options, logger: pino() });
