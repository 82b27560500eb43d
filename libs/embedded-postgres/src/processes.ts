import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One process as the operating system sees it. Ids repeat, in containers after every restart: the start time tells. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; compare only. Empty where the system does not tell (Windows). */
  readonly startedAt: string;
}

export interface ProcessDetails extends ProcessIdentity {
  readonly parentPid: number;
  /** Program and arguments, separated by single spaces. */
  readonly commandLine: string;
}

const hasProcfs = process.platform === 'linux';

/** @returns The living process with this id. A zombie has ended: it only waits for its parent to take note. */
export function findProcess(pid: number): ProcessDetails | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (hasProcfs) return fromProcfs(pid);
  return process.platform === 'win32' ? fromSignal(pid) : fromPs(pid);
}

export const self = (): ProcessIdentity => {
  const own = findProcess(process.pid);
  return { pid: process.pid, startedAt: own?.startedAt ?? '' };
};

export const isRunning = ({ pid, startedAt }: ProcessIdentity): boolean => findProcess(pid)?.startedAt === startedAt;

export const formatIdentity = ({ pid, startedAt }: ProcessIdentity): string => JSON.stringify({ pid, startedAt });

/** What cannot be read stands for a process that never lives. */
export function parseIdentity(text: string): ProcessIdentity {
  const match = /^\{"pid":(\d+),"startedAt":"([^"]*)"\}$/.exec(text);
  return { pid: Number(match?.[1] ?? 0), startedAt: match?.[2] ?? 'unreadable' };
}

/** @returns Server processes, postmaster or not, that have `folder` as their working directory. Empty without procfs. */
export function serverProcessesIn(folder: string): readonly ProcessDetails[] {
  if (!hasProcfs) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && linkOf(`/proc/${entry}/cwd`) === folder)
    .map((entry) => findProcess(Number(entry)))
    .filter((found) => found !== undefined)
    .filter(({ commandLine }) => /^postgres: |\/postgres /.test(commandLine));
}

/** False when the process is gone already. Any other refusal, such as a foreign process, is thrown. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function fromProcfs(pid: number): ProcessDetails | undefined {
  try {
    // Fields of proc(5) after the name in brackets, which may itself hold spaces and brackets.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, parentPid, startedAt] = [fields[0], Number(fields[1]), fields[19] ?? ''];
    if (state === 'Z' || state === 'X') return undefined;
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parentPid, startedAt, commandLine };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function fromPs(pid: number): ProcessDetails | undefined {
  const columns = ['-o', 'state=', '-o', 'ppid=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)];
  const { status, stdout } = spawnSync('ps', ['-ww', ...columns], { encoding: 'utf8', env: { LC_ALL: 'C' } });
  // lstart is five words: Sat Nov 21 21:09:00 2026.
  const match = /^\s*(\S+)\s+(\d+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/m.exec(stdout);
  if (status !== 0 || match === null || match[1]?.startsWith('Z')) return undefined;
  return { pid, parentPid: Number(match[2]), startedAt: match[3] ?? '', commandLine: `${match[4]} ` };
}

function fromSignal(pid: number): ProcessDetails | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return { pid, parentPid: 0, startedAt: '', commandLine: '' };
}

/** Undefined when the process is gone, is not ours to look at, or there is no procfs. */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
