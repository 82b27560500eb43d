import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from './cluster.js';

const MEBIBYTE = 1024 * 1024;
const WIDE = 2_048 * MEBIBYTE;

/** A small volume in memory, which can be made smaller and larger under whoever uses it. Needs root. */
export class Volume {
  private constructor(readonly directory: string) {}

  static mount(directory: string): Volume {
    mkdirSync(directory, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${WIDE},mode=0755`, 'tmpfs', directory]);
    return new Volume(directory);
  }

  /** Leaves so much room beyond what is used. */
  narrow(freeMebibytes: number): void {
    const { bsize, blocks, bfree } = statfsSync(this.directory);
    this.resize((blocks - bfree) * bsize + freeMebibytes * MEBIBYTE);
  }

  widen(): void {
    this.resize(WIDE);
  }

  unmount(): void {
    execFileSync('umount', [this.directory]);
  }

  private resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.directory]);
  }
}

/** A cluster whose write-ahead log lies in a folder of its own. */
export const withOwnLog = async (directory: string, log: string): Promise<Cluster> => {
  const cluster = await Cluster.start(directory);
  await cluster.end('SIGINT');
  execFileSync('cp', ['-a', join(cluster.data, 'pg_wal'), log]);
  execFileSync('rm', ['-rf', join(cluster.data, 'pg_wal')]);
  symlinkSync(join(log, 'pg_wal'), join(cluster.data, 'pg_wal'));
  await cluster.comeBack();
  return cluster;
};

/** Why a volume cannot be made here; undefined: it can. */
export const missingForVolumes = (): string | undefined => {
  if (process.platform !== 'linux') return 'tmpfs is of Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  const directory = mkdtempSync(join(tmpdir(), 'sijill-volume-'));
  try {
    Volume.mount(directory).unmount();
    return undefined;
  } catch (error) {
    return `mount says ${String(error).trim().replaceAll('\n', ' ')}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
};

/** Why system calls cannot be made to fail here; undefined: they can. */
export const missingForTracing = (): string | undefined => {
  const { error, status, stderr } = spawnSync('strace', ['-e', 'inject=none:error=EIO', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error) return 'strace is not installed';
  return status === 0 || stderr.includes('none') ? undefined : `strace says ${stderr.trim()}`;
};

const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/faketime/libfaketime.so.1',
];

/** Environment in which a program's clock is off by so much, such as `+30d`; undefined where libfaketime is missing. */
export const clockOff = (by: string): Readonly<Record<string, string>> | undefined => {
  const library = FAKETIME.find((path) => existsSync(path));
  if (library === undefined) return undefined;
  // Only what the calendar says moves: waiting goes on as before.
  return { LD_PRELOAD: library, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
};
