import { pino } from 'pino';
import { PostgresEventStore } from '#event-store';
import { closeOnSignals, UndoList } from '#kernel';
import { Metrics } from './operations/metrics.js';
import { startApi } from './start-api.js';

/** The api as a process of its own: everything it needs to know stands in the environment. */
const { PORT = '8080', HOST = '127.0.0.1', SIJILL_DATA_DIR = './.sijill', DATABASE_URL } = process.env;
const { SIJILL_OIDC_ISSUER: issuer, SIJILL_OIDC_AUDIENCE: audience = 'sijill', SIJILL_OIDC_JWKS: jwks } = process.env;

const logger = pino();
const undo = new UndoList();
closeOnSignals(undo, {
  on: (signal, handler) => process.on(signal, handler),
  after: (milliseconds, then) => setTimeout(then, milliseconds).unref(),
  exit: (code) => process.exit(code),
  report: (line) => logger.error(line),
});

try {
  if (DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set; `sijill serve` brings its own PostgreSQL');
  const metrics = new Metrics();
  const store = await PostgresEventStore.open({
    connectionString: DATABASE_URL,
    onMetric: (metric) => metrics.note(metric),
  });
  undo.push('event store', () => store.close());
  const oidc = issuer === undefined ? undefined : { issuer, audience, ...(jwks !== undefined && { jwks }) };
  const options = {
    store,
    databaseUrl: DATABASE_URL,
    host: HOST,
    port: Number(PORT),
    dataDirectory: SIJILL_DATA_DIR,
    logger,
    metrics,
  };
  const api = await startApi({ ...options, ...(oidc !== undefined && { oidc }) });
  undo.push('api', () => api.close());
  logger.info({ url: api.url }, 'listening');
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error));
  await undo.close((line) => logger.error(line));
  process.exitCode = 1;
}
