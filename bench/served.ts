import 'reflect-metadata';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { PostgresEventStore } from '#event-store';
import { closeOnSignals, parseJson, splitLines, UndoList } from '#kernel';
import { acceptData, acceptTime } from '#ledger';
import { checkEnvelope } from '../apps/api/src/intake/envelope.js';
import { onStop, startProcesses } from '../apps/api/src/processes.js';
import { startApi } from '../apps/api/src/start-api.js';
import { type Served, serveBareBatches, serveBareEvents } from './bare.js';

/** The process that is measured: the api, or what is left of it without a ledger. Its parent holds the other end of its channel. */
const [mode, databaseUrl = '', dataDirectory = '', processes = '1'] = process.argv.slice(2);
const HOST = '127.0.0.1';
/** One client asks as much as it can. */
const QUOTAS = { open: Infinity, read: Infinity, intake: Infinity, refused: Infinity };
const RECORDED = '2026-06-01T00:00:00.000000Z';

const undo = new UndoList();
const report = (line: string): void => void process.stderr.write(`${line}\n`);
const end = (): void => void undo.close(report).then((errors) => process.exit(errors.length > 0 ? 1 : 0));
process.on('disconnect', end);
closeOnSignals(undo, {
  on: (signal, handler) => process.on(signal, handler),
  after: (milliseconds, then) => setTimeout(then, milliseconds).unref(),
  exit: (code) => process.exit(code),
  report,
});

/** Each takes one line of a request. */
const limits: Readonly<Record<string, (line: Uint8Array) => void>> = {
  parse: (line) => void JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString()),
  validate: (line) => {
    const { type, time, data } = checkEnvelope(parseJson(line));
    const faults = acceptData(type, data);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    acceptTime(time, RECORDED);
  },
};

async function serveLimit(take: (line: Uint8Array) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const lines = splitLines(Buffer.concat(chunks));
    try {
      for (const { bytes } of lines) take(bytes);
      response.end(JSON.stringify({ created: lines.length }));
    } catch (error) {
      response.writeHead(500).end(JSON.stringify({ created: 0, error: String(error) }));
    }
  });
  undo.push('the server', () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()));
  await new Promise<void>((resolve) => void server.listen(0, HOST, resolve));
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

async function serveLedger(): Promise<string> {
  const store = await PostgresEventStore.open({ connectionString: databaseUrl });
  undo.push('the journal', () => store.close());
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const api = await startApi({ store, databaseUrl, host: HOST, port: 0, dataDirectory, logger, quotas: QUOTAS });
  undo.push('the api', () => api.close());
  return api.url;
}

/** Behind one port, as the api starts them; this process is the primary, which serves nothing. @returns when all of them listen. */
async function serveSeveral(count: number): Promise<string> {
  const listening = new Promise<string>((resolve) => {
    let ready = 0;
    cluster.on('listening', (_worker, { port }) => {
      if (++ready === count) resolve(`http://${HOST}:${port}`);
    });
  });
  await startProcesses(count, undo, pino({ level: 'warn' }, pino.destination(2)));
  return listening;
}

async function serveBare(start: (databaseUrl: string) => Promise<Served>): Promise<string> {
  const { url, close } = await start(databaseUrl);
  undo.push('the bare handler', close);
  return url;
}

async function serve(): Promise<string> {
  if (cluster.isPrimary && Number(processes) > 1) return serveSeveral(Number(processes));
  if (mode === 'bareBatches') return serveBare(serveBareBatches);
  if (mode === 'bareEvents') return serveBare(serveBareEvents);
  const limit = limits[mode ?? ''];
  return limit === undefined ? serveLedger() : serveLimit(limit);
}

if (cluster.isWorker) onStop(end);
const url = await serve();
if (cluster.isPrimary) process.send?.(url);
