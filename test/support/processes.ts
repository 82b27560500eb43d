import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './repository.js';

/** Where and as whom a process runs, if not in the checkout as whoever runs the tests. */
export interface Place {
  readonly directory?: string;
  readonly user?: number;
  /** Of Node, before the script. */
  readonly flags?: readonly string[];
}

/** A process of the build, started by a test and ended by it. */
export class TestProcess {
  /** The end of what it has said. */
  output = '';
  /** Characters that it has said in all. */
  said = 0;
  private child: ChildProcess | undefined;

  constructor(
    private readonly script: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly parameters: readonly string[] = [],
    private readonly place: Place = {},
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
    const { directory = ROOT, user, flags = [] } = this.place;
    this.child = spawn(process.execPath, [...flags, join(directory, this.script), ...this.parameters], {
      cwd: directory,
      ...(user !== undefined && { uid: user, gid: user }),
      env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      this.said += text.length;
      this.output = `${this.output}${text}`.slice(-50_000);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
  }

  /** What it has said since it had said so many characters in all, as far as that is kept. */
  outputSince(said: number): string {
    return this.said === said ? '' : this.output.slice(said - this.said);
  }

  /** Ends it by a signal and waits until it is gone. @returns its exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const { child } = this;
    if (!child || !this.isRunning) return child?.exitCode ?? child?.signalCode ?? null;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code, by] = (await gone) as [number | null, NodeJS.Signals | null];
    return code ?? by;
  }

  /** Waits for it to end by itself. */
  async done(): Promise<number | null> {
    if (this.child && this.isRunning) await once(this.child, 'exit');
    return this.child?.exitCode ?? null;
  }
}

/** Below the ports that systems give to outgoing connections: a server that is killed and started again finds its port free. */
const PORT_FIRST = 15_000;
const PORT_LAST = 31_999;
const given = new Set<number>();

export const freePort = async (): Promise<number> => {
  const port = PORT_FIRST + Math.floor(Math.random() * (PORT_LAST - PORT_FIRST + 1));
  if (given.has(port)) return freePort();
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  if (!isFree) return freePort();
  given.add(port);
  return port;
};

const LOOK_MS = 50;

/** Looks until `isTrue`, and fails with `what` after the looks of `seconds`: a machine that is slow to look is given longer. */
export const until = async (
  what: string | (() => string),
  isTrue: () => Promise<boolean> | boolean,
  seconds = 60,
): Promise<void> => {
  for (let looks = 0; looks * LOOK_MS < seconds * 1_000; looks++) {
    try {
      if (await isTrue()) return;
    } catch {
      // Not there yet: asked again until the time is over.
    }
    await pause(LOOK_MS);
  }
  throw new Error(`waited ${seconds} s in vain: ${typeof what === 'string' ? what : what()}`);
};

export const answers = async (url: string): Promise<boolean> =>
  (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
