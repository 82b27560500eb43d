import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { refuse } from './failures.js';

/** The operating system user PostgreSQL runs as. */
export interface Account {
  readonly name: string;
  /** Never 0. On Windows -1: there PostgreSQL runs as whoever started us. */
  readonly uid: number;
  readonly gid: number;
  /** We are root and give up our rights for it. False: it is our own user. */
  readonly isDropped: boolean;
}

interface Permissions {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** In order of preference. We use users that exist and never make one: a database is no reason to change the host. */
const DROPPED_TO = ['sijill', 'postgres', 'nobody'] as const;

const EXECUTE = 0o1;
const READ = 0o4;

/**
 * @returns Our own user, or, when we are root, the first of sijill, postgres and nobody that exists.
 * @throws Failure `postgres.accountUnknown` when our user id has no entry in the user database (initdb needs one),
 *   `postgres.accountMissing` when we are root and none of the three exists.
 */
export function chooseAccount(): Account {
  if (process.getuid === undefined) return { name: userInfo().username, uid: -1, gid: -1, isDropped: false };
  if (process.getuid() === 0) return firstExisting();
  try {
    const { username, uid, gid } = userInfo();
    return { name: username, uid, gid, isDropped: false };
  } catch (cause) {
    throw refuse('postgres.accountUnknown', { params: { uid: String(process.getuid()) }, cause });
  }
}

/** The first folder on the way to `path`, `path` included, that the account may not walk through; undefined: none. */
export async function firstBlocked(path: string, account: Account): Promise<string | undefined> {
  if (!account.isDropped) return undefined;
  for (let folder = path; ; folder = dirname(folder)) {
    if (!permits(await stat(folder), account, EXECUTE)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Whether the account may read `path` (and, for folders and programs, enter or run it). Says nothing of the way there. */
export async function canUse(path: string, account: Account): Promise<boolean> {
  if (!account.isDropped) return true;
  const found = await stat(path);
  const isExecutable = found.isDirectory() || (found.mode & 0o111) !== 0;
  return permits(found, account, isExecutable ? READ | EXECUTE : READ);
}

/** The classic rule: only the first class that fits counts, so an owner without a right does not get it as "other". */
export function permits({ uid, gid, mode }: Permissions, account: Account, right: number): boolean {
  const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
  return (bits & right) === right;
}

function firstExisting(): Account {
  for (const name of DROPPED_TO) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { name, uid, gid, isDropped: true };
  }
  throw refuse('postgres.accountMissing', { params: { names: DROPPED_TO.join(', ') } });
}

/** Asks `id`, which knows every source of users; `/etc/passwd` alone does not. */
function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : undefined;
}
