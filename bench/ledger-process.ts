import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchServer, Ledger } from './server.js';
import { type Body, LANES, type Year } from './year.js';

/** `ledger`: the api as it is. `validate`: reads, parses and checks, and stores nothing. `parse`: reads and parses. */
export type Mode = 'ledger' | 'validate' | 'parse';

export interface LedgerProcess {
  readonly pid: number;
  /** @returns how many events were taken. @throws Error when one of them was not. */
  post(body: Body): Promise<number>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./served.js', import.meta.url));

/** Starts the intake in a process of its own. It ends with this one, however this one ends. */
export async function startLedgerProcess(server: BenchServer, ledger: Ledger, mode: Mode): Promise<LedgerProcess> {
  const directory = mkdtempSync(join(server.folder, 'ledger-'));
  const child = fork(PROGRAM, [mode, ledger.apiUrl, directory], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  let isStopped = false;
  const stop = async () => {
    if (!isStopped && child.connected) child.disconnect();
    isStopped = true;
    await ended;
  };
  server.undo.push('the ledger process', stop);
  const [url] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  if (typeof url !== 'string' || child.pid === undefined) throw new Error(`the ledger process ended: ${url}`);
  const tokens = new Map<Body['role'], string>();
  const tokenOf = (role: Body['role']): string => {
    const token = tokens.get(role) ?? (mode === 'ledger' ? readToken(directory, role) : 'none');
    tokens.set(role, token);
    return token;
  };
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const target = new URL('/v1/events', url);
  return {
    pid: child.pid,
    post: (body) => post(agent, target, tokenOf(body.role), body),
    stop: () => {
      agent.destroy();
      return stop();
    },
  };
}

const readToken = (directory: string, role: string): string =>
  readFileSync(join(directory, 'tokens', role), 'utf8').trim();

async function post(agent: Agent, target: URL, token: string, { lines, events }: Body): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-ndjson',
    'content-length': lines.length,
  };
  const sent = request(target, { agent, method: 'POST', headers });
  sent.end(lines);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const answer = JSON.parse(text) as { created?: number; results?: readonly { status: string }[] };
  if (answer.created === events) return events;
  const refused = answer.results?.find(({ status }) => status !== 'created') ?? text.slice(0, 500);
  throw new Error(`status ${response.statusCode}, ${answer.created} of ${events} taken: ${JSON.stringify(refused)}`);
}

/** Registers in order, so that what follows can refer to them. */
export const postRegisters = async (ledger: LedgerProcess, { registers }: Year): Promise<void> => {
  for (const body of registers) await ledger.post(body);
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
