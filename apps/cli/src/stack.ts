import { hostname } from 'node:os';
import { type Logger, pino } from 'pino';
import { openEventStore, readEventStore } from '#event-store';
import { UndoList } from '#kernel';
import { Metrics } from '../../api/src/operations/metrics.js';
import { type RunningApi, startApi } from '../../api/src/start-api.js';
import { type RunningWorker, startWorker } from '../../worker/src/start-worker.js';
import { openDatabases } from './databases.js';
import type { Environment } from './environment.js';

export interface Stack {
  readonly api: RunningApi;
  readonly worker: RunningWorker;
  /** What runs and where, for people. */
  readonly database: string;
}

/**
 * Starts the whole ledger in this process, in the order in which one part needs the other: database, tables, projections, api. Every
 * step pushes its undo first, so that a signal at any moment stops what there is, in reverse.
 */
export async function startStack(
  environment: Environment,
  undo: UndoList,
  { report, logger }: { readonly report: (line: string) => void; readonly logger: Logger },
): Promise<Stack> {
  const { databaseUrl, dataDirectory, host, port, oidc, publicUrl } = environment;
  const eventStore = readEventStore(environment.eventStore); // before anything starts
  const databases = await openDatabases({ databaseUrl, dataDirectory, undo, report });
  const worker = await started(undo, 'the projections', () =>
    startWorker({ connectionString: databases.workerUrl, eventStore, owner: ownerOf(port) }),
  );
  const metrics = new Metrics();
  const store = await openEventStore({
    eventStore,
    databaseUrl: databases.apiUrl,
    onMetric: (metric) => metrics.note(metric),
  });
  undo.push('the journal', () => store.close());
  const options = { store, databaseUrl: databases.apiUrl, host, port, dataDirectory, logger, metrics };
  const api = await startApi({ ...options, ...(oidc && { oidc }), ...(publicUrl && { publicUrl }) });
  undo.push('the api', () => api.close());
  return { api, worker, database: databases.description };
}

/** A port has one process at a time, so a restart on it takes the projections over at once instead of waiting for their leases. */
const ownerOf = (port: number): string => `serve-${hostname()}-${port === 0 ? `process-${process.pid}` : port}`;

/** Pushes the undo of a step before the step begins: it waits for the step to settle and stops what came of it. */
const started = async (undo: UndoList, name: string, start: () => Promise<RunningWorker>): Promise<RunningWorker> => {
  const starting = start();
  undo.push(name, async () => (await starting.catch(() => undefined))?.stop());
  return starting;
};

/** Only what goes wrong, on stderr: beside a progress bar a line a request would be noise. */
export const quietLogger = (): Logger => pino({ level: 'warn' }, pino.destination(2));

/** One line a request on stderr: stdout is for data. */
export const serverLogger = (): Logger => pino(pino.destination(2));
