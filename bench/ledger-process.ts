import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchServer, Ledger } from './server.js';
import { type Body, CALLERS, type Single, type Year } from './year.js';

/**
 * `ledger`: the api as it is. `bareBatches`, `bareEvents`: a framework, a compiled schema and one INSERT a request. `validate`: reads,
 * parses and checks, and stores nothing. `parse`: reads and parses.
 */
export type Mode = 'ledger' | 'bareBatches' | 'bareEvents' | 'validate' | 'parse';

export interface LedgerProcess {
  readonly pid: number;
  /** @returns how many events were taken. @throws Error when one of them was not. */
  post(body: Body): Promise<number>;
  /** One event a request. @returns 1. @throws Error when it was not taken. */
  postOne(single: Single): Promise<number>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./served.js', import.meta.url));

/** What lives as long as a batch is under way does not outlive a young space of this size: nothing of it is copied into the old one. */
const SEMI_SPACE_MEBIBYTES = 32;

/**
 * Starts the intake in a process of its own. It ends with this one, however this one ends.
 * @param processes of the api, behind one port.
 */
export async function startLedgerProcess(
  server: BenchServer,
  ledger: Ledger,
  mode: Mode,
  processes = 1,
): Promise<LedgerProcess> {
  const directory = mkdtempSync(join(server.folder, 'ledger-'));
  const url = mode.startsWith('bare') ? ledger.adminUrl : ledger.apiUrl;
  const execArgv = [...process.execArgv, `--max-semi-space-size=${SEMI_SPACE_MEBIBYTES}`];
  const child = fork(PROGRAM, [mode, url, directory, String(processes)], {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  let isStopped = false;
  const stop = async () => {
    if (!isStopped && child.connected) child.disconnect();
    isStopped = true;
    await ended;
  };
  server.undo.push('the ledger process', stop);
  const [address] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  if (typeof address !== 'string' || child.pid === undefined) throw new Error(`the ledger process ended: ${address}`);
  const tokens = new Map<Body['role'], string>();
  const tokenOf = (role: Body['role']): string => {
    const token = tokens.get(role) ?? (mode === 'ledger' ? readToken(directory, role) : 'none');
    tokens.set(role, token);
    return token;
  };
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const target = new URL('/v1/events', address);
  return {
    pid: child.pid,
    post: (body) => post({ agent, target, token: tokenOf(body.role) }, body),
    postOne: (single) => postOne({ agent, target, token: tokenOf(single.role) }, single.event),
    stop: () => {
      agent.destroy();
      return stop();
    },
  };
}

const readToken = (directory: string, role: string): string =>
  readFileSync(join(directory, 'tokens', role), 'utf8').trim();

interface Way {
  readonly agent: Agent;
  readonly target: URL;
  readonly token: string;
}

async function post(way: Way, { lines, events }: Body): Promise<number> {
  const { status, text } = await send(way, 'application/x-ndjson', lines);
  const answer = JSON.parse(text) as { created?: number; results?: readonly { status: string }[] };
  if (answer.created === events) return events;
  const refused = answer.results?.find((result) => result.status !== 'created') ?? text.slice(0, 500);
  throw new Error(`status ${status}, ${answer.created} of ${events} taken: ${JSON.stringify(refused)}`);
}

async function postOne(way: Way, event: Buffer): Promise<number> {
  const { status, text } = await send(way, 'application/cloudevents+json', event);
  if (status !== 201) throw new Error(`status ${status}: ${text.slice(0, 500)}`);
  return 1;
}

async function send({ agent, target, token }: Way, type: string, body: Buffer) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type, 'content-length': body.length };
  const sent = request(target, { agent, method: 'POST', headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode as number, text: Buffer.concat(chunks).toString() };
}

/** Registers in order, so that what follows can refer to them. */
export const postRegisters = async (ledger: LedgerProcess, { registers }: Year): Promise<void> => {
  for (const body of registers) await ledger.post(body);
};

/** A call for each caller: its next event, until it has none left. */
export const singleCalls = (queues: readonly (readonly Single[])[], post: (single: Single) => Promise<number>) => {
  const places = queues.map(() => 0);
  return async (caller: number): Promise<number | undefined> => {
    const single = queues[caller]?.[places[caller]!++];
    return single && post(single);
  };
};

/** A call for each lane: its next body, until it has none left. */
export const laneCalls = ({ lanes }: Year, post: (body: Body) => Promise<number>) => {
  const places = lanes.map(() => 0);
  const call = async (lane: number): Promise<number | undefined> => {
    const body = lanes[lane]?.[places[lane]!++];
    return body && post(body);
  };
  return call;
};
