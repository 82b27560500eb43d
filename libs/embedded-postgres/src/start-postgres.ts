import { existsSync } from 'node:fs';
import { chooseAccount } from './account.js';
import { findBinaries, usableBinaries } from './binaries.js';
import { ensureCluster, type Site } from './cluster.js';
import { refuse } from './failures.js';
import { type Home, openHome } from './home.js';
import { takeLock } from './lock.js';
import { Passwords, SUPERUSER } from './passwords.js';
import { obtainPostmaster, type Postmaster, stopPostmaster } from './postmaster.js';
import { ensureDatabase, prepareRoles, readVersion } from './roles.js';

export interface StartOptions {
  /** Folder for data, passwords and log. Made when missing; elsewhere when PostgreSQL's user cannot walk there. */
  readonly directory: string;
  /** `none` loses committed transactions in a crash of the machine and is for tests only. Default `full`. */
  readonly durability?: 'full' | 'none';
  /** On 127.0.0.1. Default: a free one, a different one at each start. */
  readonly port?: number;
  /** What goes on, a sentence a line. */
  readonly onProgress?: (line: string) => void;
  /** Calls off a start under way: what it began is undone, then it rejects. Once started it means nothing: `stop`. */
  readonly signal?: AbortSignal;
}

export interface RunningPostgres {
  /** Of the superuser and the database `postgres`. Holds the password. */
  readonly adminUrl: string;
  /**
   * Address with the generated password of a role.
   * @throws Failure `postgres.roleUnknown` for a role that is no login role of roles.sql.
   */
  url(role: string, database: string): string;
  /** Makes a database if there is none of this name, and runs the roles file in it. @returns The superuser's address. */
  createDatabase(name: string): Promise<string>;
  /** Real folder of data, passwords and log. */
  readonly directory: string;
  /** For example 18.4. */
  readonly version: string;
  /**
   * `started` by us; `adopted`: it had outlived its owner and is ours now; `borrowed`: another living process owns it,
   * and it stops when that one wants.
   */
  readonly ownership: 'started' | 'borrowed' | 'adopted';
  /** Ordered stop, once however often it is called; done when the process is gone. Leaves a borrowed server alone. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on a folder, or takes over the one that runs there. Two starts at once are put in
 * order by a lock: the second borrows what the first started.
 *
 * It installs no signal handler. Whoever does makes an AbortController first, registers as undo "abort, wait for the
 * start to settle, stop what it gave", and only then calls: a signal is answered at any moment of the start.
 * When this process dies without stop, the server stops by itself (Linux with setpriv) or is adopted by the next start.
 *
 * @returns When the server accepts connections and all roles have their passwords.
 * @throws Failure `postgres.…`, see failures.ts.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  const { signal, port, durability = 'full', onProgress: say = () => undefined } = options;
  const account = chooseAccount();
  const binaries = await usableBinaries(await findBinaries(), account);
  const home = await openHome(options.directory, account, say);
  const release = await takeLock(home.lock, {
    signal,
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is starting PostgreSQL on this folder`),
  });
  try {
    return await startLocked({ home, account, binaries, durability, port, signal, say });
  } finally {
    await release();
  }
}

async function startLocked(site: Site): Promise<RunningPostgres> {
  const { home, binaries, signal, say } = site;
  const passwords = await Passwords.open(home.passwords, existsSync(home.cluster));
  await ensureCluster(site, passwords.of(SUPERUSER));
  const postmaster = await obtainPostmaster(site);
  const isOurs = postmaster.ownership !== 'borrowed';
  const stop = () => (isOurs ? stopPostmaster(home.cluster, binaries, postmaster.process) : Promise.resolve());
  try {
    const adminUrl = urlOf(SUPERUSER, passwords, postmaster.port, 'postgres');
    const version = await readVersion(adminUrl);
    if (isOurs) await prepareRoles(adminUrl, passwords);
    if (signal?.aborted) throw refuse('postgres.startInterrupted');
    say(`PostgreSQL ${version} is ready on 127.0.0.1:${postmaster.port}`);
    return describe(home, postmaster, passwords, version, stop);
  } catch (error) {
    await stop();
    throw signal?.aborted ? refuse('postgres.startInterrupted', { cause: error }) : error;
  }
}

function describe(home: Home, { port, ownership }: Postmaster, passwords: Passwords, version: string, stop: Stop) {
  const adminUrl = urlOf(SUPERUSER, passwords, port, 'postgres');
  let stopped: Promise<void> | undefined;
  return {
    adminUrl,
    version,
    ownership,
    directory: home.folder,
    url: (role: string, database: string) => urlOf(role, passwords, port, database),
    createDatabase: async (name: string) => {
      const url = urlOf(SUPERUSER, passwords, port, name);
      await ensureDatabase(adminUrl, name, url);
      return url;
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  } satisfies RunningPostgres;
}

type Stop = () => Promise<void>;

const urlOf = (role: string, passwords: Passwords, port: number, database: string): string => {
  const user = `${encodeURIComponent(role)}:${encodeURIComponent(passwords.of(role))}`;
  return `postgres://${user}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
};
