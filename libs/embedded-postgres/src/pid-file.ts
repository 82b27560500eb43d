import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.js';
import { findProcess, formatIdentity, isRunning, type ProcessDetails, parseIdentity, self } from './processes.js';

/** The lines of PostgreSQL's `postmaster.pid` we rely on (source: miscadmin.h, "Interlocking via lock file"). */
export interface PidFile {
  /** Line 1. */
  readonly pid: number;
  /** Line 4; 0 until the server listens. */
  readonly port: number;
  /** Line 8, in the order of a server's life; absent at first. */
  readonly status: 'starting' | 'ready' | 'standby' | 'stopping' | undefined;
}

/** A server that runs on our data folder though we did not start it just now. */
export interface FoundPostmaster extends PidFile {
  readonly process: ProcessDetails;
  /** The process that started or adopted it lives: it is its business when the server stops. */
  readonly hasOwner: boolean;
  /** Whether it was started with fsync on. */
  readonly isDurable: boolean;
}

const STATES = ['starting', 'ready', 'standby', 'stopping'] as const;

/** Undefined for a text without a process id, such as a file that is just being written. */
export function parsePidFile(text: string): PidFile | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const status = STATES.find((state) => state === lines[7]);
  return { pid, port: Number(lines[3] ?? 0) || 0, status };
}

export const pidFileOf = (cluster: string): string => join(cluster, 'postmaster.pid');

export function readPidFile(cluster: string): PidFile | undefined {
  try {
    return parsePidFile(readFileSync(pidFileOf(cluster), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The server that runs on `cluster`. The process id of the file is no proof, ids repeat: the process must be a postgres
 * that was started on this very folder.
 */
export function findPostmaster({ cluster, owner }: Home): FoundPostmaster | undefined {
  const file = readPidFile(cluster);
  const process = file && findProcess(file.pid);
  if (file === undefined || process === undefined) return undefined;
  const { commandLine } = process;
  if (!commandLine.includes('postgres') || !commandLine.includes(` ${folderParameters(cluster).join(' ')} `)) {
    return undefined;
  }
  return { ...file, process, hasOwner: hasLivingOwner(owner), isDurable: !commandLine.includes(' fsync=off ') };
}

/** First on the command line, so that a later start can tell whose server it is. More must follow. */
export const folderParameters = (cluster: string): readonly string[] => ['-D', cluster];

/**
 * Call under the lock, before the server is started or adopted: there is no moment in which it runs without an owner.
 * The parent process would not do as owner: an adopted server has none, and in a container process 1 may be Node.js.
 */
export const claim = ({ owner }: Home): void => writeFileSync(owner, formatIdentity(self()), { mode: 0o600 });

const hasLivingOwner = (file: string): boolean =>
  existsSync(file) && isRunning(parseIdentity(readFileSync(file, 'utf8')));
