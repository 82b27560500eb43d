import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.js';
import { refuse } from './failures.js';
import type { Home } from './home.js';
import { launch, tailOf, untilEnd } from './launch.js';
import { SUPERUSER, syncFolder } from './passwords.js';

/** Everything that is decided before PostgreSQL starts. */
export interface Site {
  readonly home: Home;
  readonly account: Account;
  /** Folder with bin, lib and share. */
  readonly binaries: string;
  readonly durability: 'full' | 'none';
  readonly port?: number;
  readonly signal?: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * `--locale=C` would look the same and break pg_trgm for Arabic: no trigram at all, and no error. The built-in provider
 * sorts by code point and knows all letters, the same on every host. `trust`, initdb's default, would let any local
 * user in.
 */
const FLAGS = [
  '--encoding=UTF8',
  '--locale=C.UTF-8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--auth=scram-sha-256',
  `--username=${SUPERUSER}`,
];

/**
 * Makes the data folder if there is none. initdb works in a folder beside it, which is renamed when it is whole: a crash
 * before the rename leaves rubbish that the next start removes, after it a finished database. Call under the lock.
 *
 * @throws Failure `postgres.initFailed`, `postgres.startInterrupted`
 */
export async function ensureCluster(site: Site, superuserPassword: string): Promise<void> {
  const { cluster, log } = site.home;
  await removeUnfinished(cluster);
  if (existsSync(cluster)) return;
  site.say(`Making a new PostgreSQL data folder in ${cluster}`);
  // A new name each time: an initdb that outlived kill -9 for a moment still writes to its own folder only.
  const unfinished = `${cluster}.init-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${unfinished}.password`;
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, superuserPassword, { mode: 0o600, flag: 'wx' });
    await giveTo(site.account, unfinished, passwordFile);
    await initialise(site, unfinished, passwordFile);
    await rename(unfinished, cluster);
    if (site.durability === 'full') await syncFolder(dirname(cluster));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5 });
  }
  site.say(`The log of PostgreSQL is ${log}`);
}

async function initialise(site: Site, folder: string, passwordFile: string): Promise<void> {
  const { binaries, account, signal, durability, home } = site;
  const sync = durability === 'none' ? ['--no-sync'] : [];
  const parameters = [...FLAGS, ...sync, `--pgdata=${folder}`, `--pwfile=${passwordFile}`];
  if (signal?.aborted) throw refuse('postgres.startInterrupted');
  const initdb = await launch(account, join(binaries, 'bin', 'initdb'), parameters, home.log);
  const outcome = await untilEnd(initdb, signal);
  if (signal?.aborted) throw refuse('postgres.startInterrupted');
  if (outcome !== 0) {
    throw refuse('postgres.initFailed', { params: { file: home.log, log: await tailOf(home.log) }, cause: outcome });
  }
}

async function giveTo({ isDropped, uid, gid }: Account, folder: string, file: string): Promise<void> {
  if (!isDropped) return;
  await chown(folder, uid, gid);
  await chown(file, uid, gid);
}

async function removeUnfinished(cluster: string): Promise<void> {
  const folder = dirname(cluster);
  const prefix = `${basename(cluster)}.init-`;
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  }
}
