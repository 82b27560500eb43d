import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Account } from './account.js';
import { refuse } from './failures.js';

/** From this size the log is moved to `<log>.1` at the next start. One earlier log is kept. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;
const LOG_TAIL_BYTES = 2_000;
const LOG_TAIL_LINES = 8;

export interface Launched {
  /** Undefined when the program could not be started at all. */
  readonly pid: number | undefined;
  /** Exit code (null: a signal), or why the program could not be started. Never rejects. */
  readonly ended: Promise<number | null | Error>;
}

/**
 * Starts a PostgreSQL program as `account`, in a session of its own: Ctrl-C reaches the whole group of the terminal and
 * must not stop the database under its users. Instead the system interrupts it when our main thread ends, even by
 * kill -9 (`setpriv --pdeathsig`; where there is no setpriv it lives on, and the next start adopts it).
 *
 * Output goes to a file, never to a pipe: a pipe breaks when we die. The environment is next to empty: ours may hold
 * secrets and settings (PGDATA, PGOPTIONS) that are not for the database.
 */
export async function launch(
  account: Account,
  program: string,
  parameters: readonly string[],
  log: string,
): Promise<Launched> {
  if (!isMainThread) throw refuse('postgres.mainThreadOnly');
  const output = await open(log, 'a', 0o600);
  const [file, ...all] = [...guard(account), program, ...parameters] as [string, ...string[]];
  const isSwitchedByNode = account.isDropped && file === program;
  try {
    const child = spawn(file, all, {
      cwd: parse(process.execPath).root,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: environment(),
      ...(isSwitchedByNode ? { uid: account.uid, gid: account.gid } : {}), // Node drops the other groups, too
    });
    // Listened to before anything is awaited: the program may be over by then.
    const ended = new Promise<number | null | Error>((resolve) => {
      child.once('exit', resolve).once('error', resolve);
    });
    child.unref();
    return { pid: child.pid, ended };
  } finally {
    await output.close();
  }
}

/** Waits for the end of a short program. An aborted signal kills it with all its children. */
export async function untilEnd({ pid, ended }: Launched, signal?: AbortSignal): Promise<number | null | Error> {
  const kill = () => {
    if (pid !== undefined) killGroup(pid);
  };
  // The process does not keep Node alive, so something else must while we wait for it.
  const alive = setInterval(() => undefined, 60_000);
  signal?.addEventListener('abort', kill);
  try {
    if (signal?.aborted) kill();
    return await ended;
  } finally {
    clearInterval(alive);
    signal?.removeEventListener('abort', kill);
  }
}

/** The end of the log on one line, for a failure's text. */
export async function tailOf(log: string): Promise<string> {
  const file = await open(log, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LOG_TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trim().split('\n').slice(-LOG_TAIL_LINES).join(' / ');
  } finally {
    await file.close();
  }
}

/** Keeps a log that nobody looks at from filling the disk. */
export async function rotate(log: string): Promise<void> {
  if (existsSync(log) && (await stat(log)).size > LOG_BYTES_MAX) await rename(log, `${log}.1`);
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The words before the program: give up root's rights, ask for the signal. Empty without setpriv. */
function guard({ isDropped, uid, gid }: Account): string[] {
  if (process.platform !== 'linux') return [];
  // A small setpriv without this option exists (busybox).
  const { stdout, error } = spawnSync('setpriv', ['--help'], { encoding: 'utf8' });
  if (error !== undefined || !stdout.includes('--pdeathsig')) return [];
  const drop = isDropped ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  return ['setpriv', ...drop, '--pdeathsig=INT', '--'];
}

function environment(): NodeJS.ProcessEnv {
  if (process.platform === 'win32') return { ...process.env, LC_ALL: 'C' };
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
