import 'reflect-metadata';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type EventStoreAddress, readEventStore } from '#event-store';
import { closeOnSignals, startWhenReachable, UndoList } from '#kernel';
import { serveHealth } from './health.js';
import { startWorker } from './start-worker.js';

/** Runs the projections as a process of its own, over the database that DATABASE_URL names (role sijill_worker). PORT, if set, answers probes. */
const undo = new UndoList();
closeOnSignals(undo, {
  on: (signal, handler) => void process.on(signal, handler),
  after: (milliseconds, then) => void setTimeout(then, milliseconds).unref(),
  exit: (code) => process.exit(code),
  report: (line) => void process.stderr.write(`${line}\n`),
});

const connectionString = process.env.DATABASE_URL;
if (!connectionString) {
  process.stderr.write('DATABASE_URL is not set: the worker needs the database of the ledger (role sijill_worker)\n');
  process.exit(2);
}
const partitions = process.env.SIJILL_PROJECTION_PARTITIONS ?? '1';
if (partitions !== '1' && partitions !== '16') {
  process.stderr.write(`SIJILL_PROJECTION_PARTITIONS is "${partitions}": 1 or 16\n`);
  process.exit(2);
}
const { PORT: port, HOST: host = '127.0.0.1' } = process.env;
if (port !== undefined) {
  try {
    undo.push('the health port', await serveHealth(Number(port), host));
  } catch (error) {
    process.stderr.write(`PORT is "${port}": ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
const eventStore = eventStoreOrExit();
const isCutting = partitions === '16';
const owner = `${hostname()}-${process.pid}`;
const starting = startWhenReachable(undo, () => startWorker({ connectionString, eventStore, owner, isCutting }), {
  pause,
  report: (line) => void process.stderr.write(`${line}\n`),
});
undo.push('the projections', async () => (await starting.catch(() => undefined))?.stop());
try {
  if (await starting) process.stdout.write('projections run\n');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function eventStoreOrExit(): EventStoreAddress {
  try {
    return readEventStore(process.env.SIJILL_EVENT_STORE);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}
