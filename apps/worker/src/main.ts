import 'reflect-metadata';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { closeOnSignals, Failure, UndoList } from '#kernel';
import { type RunningWorker, startWorker } from './start-worker.js';

const RETRY_MS_FIRST = 250;
const RETRY_MS_MAX = 5_000;

/** Runs the projections as a process of its own, over the database that DATABASE_URL names (role sijill_worker). */
const undo = new UndoList();
closeOnSignals(undo, {
  on: (signal, handler) => void process.on(signal, handler),
  after: (milliseconds, then) => void setTimeout(then, milliseconds).unref(),
  exit: (code) => process.exit(code),
  report: (line) => void process.stderr.write(`${line}\n`),
});

/** A database that is not there yet, or restarts at this moment, is waited for; anything else ends the process. */
const startWhenReachable = async (connectionString: string): Promise<RunningWorker | undefined> => {
  for (let waitMs = RETRY_MS_FIRST; !undo.isClosing; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
    try {
      return await startWorker({ connectionString, owner: `${hostname()}-${process.pid}` });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'store.unavailable') throw error;
      const { cause } = error;
      process.stderr.write(`waiting for the database${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
      await pause(waitMs);
    }
  }
  return undefined;
};

const connectionString = process.env.DATABASE_URL;
if (!connectionString) {
  process.stderr.write('DATABASE_URL is not set: the worker needs the database of the ledger (role sijill_worker)\n');
  process.exit(2);
}
const starting = startWhenReachable(connectionString);
undo.push('the projections', async () => (await starting.catch(() => undefined))?.stop());
try {
  if (await starting) process.stdout.write('projections run\n');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
