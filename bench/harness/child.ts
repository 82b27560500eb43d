import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchServer, Ledger } from '../server.js';
import type { Asked, Sample } from './observer.js';

/** A process that is measured. It ends with this one, however this one ends. */
export interface Child {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly readiness: unknown;
  sample(asked?: Asked): Promise<Sample>;
  stop(): Promise<void>;
}

/** The api in a process of its own. */
export interface ApiProcess extends Child {
  /** @returns the whole body. @throws Error for any status but 200. */
  get(path: string, role: string): Promise<Buffer>;
  /** The same of a request with a body. */
  post(path: string, role: string, body: { readonly type: string; readonly bytes: Buffer }): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const OBSERVER = new URL('./observer.js', import.meta.url).href;
const SOCKETS_MAX = 64;

/** Starts one of our programs and waits until it says that it is ready. @throws Error when it ends before. */
export async function startChild(server: BenchServer, program: string, parameters: readonly string[]): Promise<Child> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [...parameters], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--import', OBSERVER],
  });
  const ended = once(child, 'exit');
  let isStopped = false;
  const stop = async () => {
    if (!isStopped && child.connected) child.disconnect();
    isStopped = true;
    await ended;
  };
  server.undo.push(`the process ${program}`, stop);
  const [readiness, signal] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
  if (child.exitCode !== null || child.pid === undefined) throw new Error(`${program} ended: ${readiness} ${signal}`);
  return { pid: child.pid, readiness, sample: (asked = 'sample') => sampleOf(child, asked), stop };
}

const sampleOf = async (child: ChildProcess, asked: Asked): Promise<Sample> => {
  const answered = once(child, 'message');
  child.send(asked);
  const [{ sample }] = (await answered) as [{ sample: Sample }];
  return sample;
};

/** The api of this ledger, with a data directory of its own. */
export async function startApiProcess(server: BenchServer, ledger: Ledger): Promise<ApiProcess> {
  const directory = mkdtempSync(join(server.folder, 'api-'));
  const child = await startChild(server, '../served.js', ['ledger', ledger.apiUrl, directory]);
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const tokens = new Map<string, string>();
  const tokenOf = (role: string): string => {
    const token = tokens.get(role) ?? readFileSync(join(directory, 'tokens', role), 'utf8').trim();
    tokens.set(role, token);
    return token;
  };
  const send = async (method: string, path: string, role: string, body?: { type: string; bytes: Buffer }) => {
    const headers: Record<string, string | number> = { authorization: `Bearer ${tokenOf(role)}` };
    if (body !== undefined) Object.assign(headers, { 'content-type': body.type, 'content-length': body.bytes.length });
    const sent = request(new URL(path, String(child.readiness)), { agent, method, headers });
    sent.end(body?.bytes);
    const [response] = await once(sent, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode as number, body: Buffer.concat(chunks) };
  };
  return {
    ...child,
    get: async (path, role) => {
      const { status, body } = await send('GET', path, role);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.toString().slice(0, 500)}`);
      return body;
    },
    post: (path, role, body) => send('POST', path, role, body),
    stop: async () => {
      agent.destroy();
      await child.stop();
    },
  };
}
