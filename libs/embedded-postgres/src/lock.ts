import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from './failures.js';
import { formatIdentity, isRunning, type ProcessIdentity, parseIdentity, self } from './processes.js';

/** The longest a start can take, crash recovery of a large write-ahead log included. */
export const LOCK_SECONDS_MAX = 360;
const POLL_MS = 50;
/** Breaking a stale lock is guarded by a lock, whose breaking is guarded by a lock. Each level needs one more crash. */
const BREAK_DEPTH_MAX = 3;

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Told once, when somebody else holds the lock. */
  readonly onWait?: (holder: ProcessIdentity) => void;
  readonly secondsMax?: number;
}

/**
 * Takes the exclusive lock `file`, waiting for its holder. It holds the id and start time of a process and is stale
 * when no such process lives, so neither kill -9 nor a repeated process id can block a folder.
 *
 * @returns The release function. A crash before the release leaves a stale lock.
 * @throws Failure `postgres.startInterrupted` when the signal is aborted, `postgres.lockHeld` after `secondsMax`.
 */
export async function takeLock(file: string, options: LockOptions = {}, depth = 0): Promise<() => Promise<void>> {
  const secondsMax = options.secondsMax ?? LOCK_SECONDS_MAX;
  const deadline = performance.now() + secondsMax * 1000;
  for (let isFirst = true; ; isFirst = false) {
    if (options.signal?.aborted) throw refuse('postgres.startInterrupted');
    if (await create(file)) return () => rm(file, { force: true });
    const holder = await readHolder(file);
    if (holder === undefined) continue; // released in between
    if (!isRunning(holder)) {
      await removeStale(file, depth);
      continue;
    }
    if (isFirst) options.onWait?.(holder);
    if (performance.now() > deadline) {
      throw refuse('postgres.lockHeld', { params: { pid: String(holder.pid), seconds: String(secondsMax), file } });
    }
    await sleep(POLL_MS);
  }
}

/** Link, not an exclusive open: the file appears together with its content, so nobody reads half of it. */
async function create(file: string): Promise<boolean> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(aside, formatIdentity(self()), { flag: 'wx', mode: 0o600 });
    await link(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/**
 * Two waiters may judge one lock stale; without a guard the slower would remove the fresh lock of the faster. Under the
 * guard the file is read again: a stale lock is removed by guard holders only, so it cannot change before the removal.
 */
async function removeStale(file: string, depth: number): Promise<void> {
  const release = depth < BREAK_DEPTH_MAX ? await takeLock(`${file}.break`, {}, depth + 1) : undefined;
  try {
    const holder = await readHolder(file);
    if (holder !== undefined && !isRunning(holder)) await rm(file, { force: true });
  } finally {
    await release?.();
  }
}

/** Undefined when there is no lock. */
async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return parseIdentity(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
