import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger, pino } from 'pino';
import { DataSource } from 'typeorm';
import type { EventStore } from '#event-store';
import { UndoList } from '#kernel';
import { ProjectionWatch, readModelTables } from '#read-models';
import { isLoopback, startDevelopmentIssuer } from './access/development-issuer.js';
import { keyFile } from './access/key-file.js';
import { RateLimits, type RateQuotas } from './access/rate-limits.js';
import { type CheckToken, issuerCheck, type OidcOptions } from './access/tokens.js';
import { ApiModule } from './api.module.js';
import { Connections } from './connections.js';
import { Eraser } from './erasures/eraser.js';
import { ErasureDesk } from './erasures/erasure-desk.js';
import { adoptDefaults } from './intake/adopt-defaults.js';
import { Intake } from './intake/intake.js';
import { LENT_CONNECTIONS } from './lent-connections.js';
import type { FileLimits } from './limits.js';
import { PinoLogger } from './logger.js';
import { Metrics, measured } from './operations/metrics.js';
import { isOutage, storeUnavailable } from './problems/outage.js';
import { Cursors } from './reads/cursor.js';
import { createAdapter, prepareServer } from './server.js';
import { Vault } from './vault/vault.js';

export interface ApiOptions {
  /** Stays the caller's: closing the api does not close it. */
  readonly store: EventStore;
  /** Connection string of a role that may read the read models: sijill_api. */
  readonly databaseUrl: string;
  /** Where the keys of personal data are: a database of its own where backups need that. Default: `databaseUrl`. */
  readonly vaultUrl?: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Keys, tokens: made on first start. */
  readonly dataDirectory: string;
  /** Undefined: the local development issuer, and then the loopback only. */
  readonly oidc?: OidcOptions;
  readonly logger?: Logger;
  /** Give the one whose `note` the store reports to, so that both stand in one answer. */
  readonly metrics?: Metrics;
  /** Largest files that are answered. Default 250,000 rows, 64 MiB. */
  readonly files?: FileLimits;
  /** What absolute addresses in answers begin with: `readPublicUrl`. Default: the host that was asked, over http. */
  readonly publicUrl?: string;
  /** The day in Asia/Dubai, for tests. */
  readonly today?: () => string;
  /** Requests of one client within ten seconds. Default: generous. */
  readonly quotas?: RateQuotas;
  /** How long the key of a person stays in memory; an erasure waits for two such periods at least. Default 60 s. */
  readonly keyCacheMilliseconds?: number;
}

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  /** Answers what is in flight, then frees everything but the store. */
  close(): Promise<void>;
}

const READ_CONNECTIONS = 6;
/** With the wait for a connection and the driver's own limit it stays below the silence after which a client is let go (20 s). */
const STATEMENT_MILLISECONDS_MAX = 12_000;
const CONNECT_MILLISECONDS_MAX = 4_000;
const CURSOR_KEY_BYTES = 32;

/**
 * Starts the api and listens. Adopts the default registers first, so that a fresh ledger can judge its first event. What fails leaves
 * nothing open, so that it can be tried again with metrics of its own.
 *
 * @throws Error when no issuer is configured and `host` is not a loopback address. Failure `store.unavailable` while the database
 *   cannot be reached.
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { host, oidc, logger = pino() } = options;
  if (oidc === undefined && !isLoopback(host)) {
    throw new Error(`HOST=${host} needs SIJILL_OIDC_ISSUER: without an issuer the server listens on the loopback only`);
  }
  const undo = new UndoList();
  const close = () => undo.close((line) => logger.error(line)).then(() => undefined);
  try {
    const port = await open({ ...options, logger }, undo);
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close };
  } catch (error) {
    await close();
    throw isOutage(error) ? storeUnavailable(error) : error;
  }
}

/** Opens one part after the other, each with its undo. @returns the port that it listens on. */
async function open(options: ApiOptions & { readonly logger: Logger }, undo: UndoList): Promise<number> {
  const {
    host,
    dataDirectory,
    databaseUrl,
    oidc,
    logger,
    files,
    publicUrl,
    today,
    quotas,
    metrics = new Metrics(),
  } = options;
  const checkToken: CheckToken = oidc === undefined ? await startDevelopmentIssuer(dataDirectory) : issuerCheck(oidc);
  const cursorKey = await keyFile(join(dataDirectory, 'keys'), 'cursor.key', () => randomBytes(CURSOR_KEY_BYTES));
  const store = measured(options.store, metrics);
  const source = await readSource(databaseUrl).initialize();
  undo.push('the reads', () => source.destroy());
  const watch = new ProjectionWatch(databaseUrl, store);
  undo.push('the watch over the projections', () => watch.close());
  const vault = await Vault.open(options.vaultUrl ?? databaseUrl, dataDirectory, options.keyCacheMilliseconds);
  undo.push('the vault', () => vault.close());
  const given = { ...(files && { files }), ...(publicUrl && { publicUrl }), ...(today && { today }) };
  const parts = { store, source, watch, metrics, vault, cursors: new Cursors(cursorKey), ...given };
  const app = await createApp(parts, { checkToken, logger, ...(quotas && { quotas }) });
  const connections = new Connections(app.getHttpServer());
  undo.push('the server', () => connections.endIdleDuring(() => app.close()));
  await adoptDefaults(app.get(Intake), logger);
  const eraser = new Eraser(app.get(ErasureDesk), app.get(Intake), logger);
  undo.push('the eraser', () => eraser.stop());
  eraser.start();
  await app.listen(options.port, host);
  return (app.getHttpServer().address() as AddressInfo).port;
}

/** The application with its routes, not listening yet. */
export async function createApp(
  parts: Parameters<typeof ApiModule.of>[0],
  {
    checkToken,
    quotas,
    logger,
  }: { readonly checkToken: CheckToken; readonly quotas?: RateQuotas; readonly logger: Logger },
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(parts), createAdapter(), {
    bodyParser: false,
    abortOnError: false,
    logger: new PinoLogger(logger),
  });
  await prepareServer(app, { checkToken, limits: new RateLimits(quotas), metrics: parts.metrics, logger });
  return app.init();
}

const readSource = (url: string): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    entities: [...readModelTables] as (abstract new () => object)[] as never[],
    synchronize: false,
    poolSize: READ_CONNECTIONS,
    applicationName: 'sijill api reads',
    // Compiling a plan costs more than a page of answers. The limit on its own: options of the address would replace these.
    extra: {
      ...LENT_CONNECTIONS,
      statement_timeout: STATEMENT_MILLISECONDS_MAX,
      query_timeout: STATEMENT_MILLISECONDS_MAX + 2_000, // the server gives up first; a connection that died without a word is given up
      connectionTimeoutMillis: CONNECT_MILLISECONDS_MAX,
      keepAlive: true,
      options: '-c jit=off',
    },
  });
