import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type Account, firstBlocked } from './account.js';
import { refuse } from './failures.js';

/** What belongs to one embedded server, below one folder. */
export interface Home {
  /** Real path. Ours: it holds the files below. */
  readonly folder: string;
  /** PostgreSQL's data folder, mode 0700, of the account PostgreSQL runs as. */
  readonly cluster: string;
  /** All generated passwords, mode 0600, of whoever starts the server. */
  readonly passwords: string;
  readonly log: string;
  readonly lock: string;
  /** Identity of the process whose business it is when the server stops. Written before the server is started. */
  readonly owner: string;
}

/** Left in the wanted folder when the data are elsewhere: one line, the real path. */
const POINTER = 'postgres.location';

/**
 * Finds the place for the data. That is `directory`, unless the account PostgreSQL runs as cannot walk there (a checkout
 * in root's home); then it is a folder below the host's variable state, and a pointer file in `directory` names it. The
 * pointer is obeyed from then on, so that a later change of permissions does not start an empty database.
 *
 * @throws Failure `postgres.folderUnreachable` when `directory` holds a database already that the account cannot reach.
 */
export async function openHome(
  directory: string,
  account: Account,
  say: (line: string) => void,
  state = stateFolder(),
): Promise<Home> {
  const wanted = resolve(directory);
  try {
    await makeFolder(wanted);
    const pointed = await readPointer(join(wanted, POINTER), state);
    if (pointed !== undefined) return homeIn(pointed, account, say);
    const blocked = await firstBlocked(await realpath(wanted), account);
    if (blocked === undefined) return await homeIn(wanted, account);
    if (existsSync(join(wanted, 'cluster'))) {
      throw refuse('postgres.folderUnreachable', { params: { folder: wanted, user: account.name, blocked } });
    }
    const elsewhere = join(state, 'sijill', createHash('sha256').update(wanted).digest('hex').slice(0, 16));
    await makeFolder(elsewhere);
    await writeFile(join(wanted, POINTER), `${elsewhere}\n`);
    return await homeIn(elsewhere, account, say);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw refuse('postgres.folderForeign', { params: { folder: wanted, user: account.name }, cause: error });
  }
}

async function homeIn(folder: string, account: Account, say?: (line: string) => void): Promise<Home> {
  await makeFolder(folder);
  const real = await realpath(folder);
  const cluster = join(real, 'cluster');
  say?.(`The data are in ${real}: user ${account.name} cannot reach the folder that was asked for.`);
  if (account.uid !== -1 && existsSync(cluster) && (await stat(cluster)).uid !== account.uid) {
    throw refuse('postgres.folderForeign', { params: { folder: cluster, user: account.name } });
  }
  return {
    folder: real,
    cluster,
    passwords: join(real, 'postgres.passwords.json'),
    log: join(real, 'postgres.log'),
    lock: join(real, 'postgres.lock'),
    owner: join(real, 'postgres.owner.json'),
  };
}

/** Folders we make can be walked through whatever the umask is; what is secret in them has mode 0600 or 0700 itself. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await chmod(made, 0o755);
    if (made === first || made === dirname(made)) return;
  }
}

async function readPointer(file: string, state: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const target = (await readFile(file, 'utf8')).trim();
  const below = join(state, 'sijill');
  // Root follows this file: it must not lead to a folder somebody else chose.
  if (resolve(target) !== target || !target.startsWith(below + sep)) {
    throw refuse('postgres.locationInvalid', { params: { file, target, state: below } });
  }
  return target;
}

/** Where the host keeps the data of its services. */
const stateFolder = (): string => (process.platform === 'darwin' ? '/var/db' : '/var/lib');
