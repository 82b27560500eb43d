import 'reflect-metadata';
import cluster from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { openEventStore, readEventStore } from '#event-store';
import { closeOnSignals, startWhenReachable, UndoList } from '#kernel';
import { Metrics } from './operations/metrics.js';
import { onStop, readProcesses, startProcesses } from './processes.js';
import { readPublicUrl } from './public-url.js';
import { startApi } from './start-api.js';

/** The api as a process of its own, or as several behind one port: everything it needs to know stands in the environment. */
const { PORT = '8080', HOST = '127.0.0.1', SIJILL_DATA_DIR = './.sijill', DATABASE_URL } = process.env;
const { SIJILL_OIDC_ISSUER: issuer, SIJILL_OIDC_AUDIENCE: audience = 'sijill', SIJILL_OIDC_JWKS: jwks } = process.env;

const logger = pino();
const undo = new UndoList();
closeOnSignals(undo, {
  // One of several leaves signals to the primary, which ends all of them in order.
  on: (signal, handler) => process.on(signal, cluster.isWorker && signal !== 'SIGTERM' ? () => {} : handler),
  after: (milliseconds, then) => setTimeout(then, milliseconds).unref(),
  exit: (code) => process.exit(code),
  report: (line) => logger.error(line),
});

/** Opens the journal and serves it; leaves nothing open when either fails, so that it can be tried again. */
async function start(databaseUrl: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const publicUrl = readPublicUrl(process.env.SIJILL_PUBLIC_URL);
  const metrics = new Metrics();
  const store = await openEventStore({
    eventStore: readEventStore(process.env.SIJILL_EVENT_STORE),
    databaseUrl,
    onMetric: (metric) => {
      metrics.note(metric);
      if (metric.name === 'warning') logger.warn({ setting: metric.setting, value: metric.value }, 'event store');
    },
  });
  const oidc = issuer === undefined ? undefined : { issuer, audience, ...(jwks !== undefined && { jwks }) };
  const options = {
    store,
    databaseUrl,
    host: HOST,
    port: Number(PORT),
    dataDirectory: SIJILL_DATA_DIR,
    logger,
    metrics,
  };
  try {
    const api = await startApi({ ...options, ...(oidc !== undefined && { oidc }), ...(publicUrl && { publicUrl }) });
    return { url: api.url, close: () => api.close().finally(() => store.close()) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(databaseUrl: string): Promise<void> {
  const starting = startWhenReachable(undo, () => start(databaseUrl), { pause, report: (line) => logger.warn(line) });
  undo.push('api', async () => (await starting.catch(() => undefined))?.close());
  const api = await starting;
  if (api !== undefined) logger.info({ url: api.url }, 'listening');
}

try {
  if (DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set; `sijill serve` brings its own PostgreSQL');
  const processes = readProcesses(process.env.SIJILL_API_PROCESSES);
  if (cluster.isWorker) onStop(() => process.kill(process.pid, 'SIGTERM'));
  if (cluster.isPrimary && processes > 1) await startProcesses(processes, undo, logger);
  else await serve(DATABASE_URL);
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error));
  await undo.close((line) => logger.error(line));
  process.exitCode = 1;
  if (cluster.isWorker) cluster.worker?.disconnect(); // the channel to the primary would keep it alive
}
