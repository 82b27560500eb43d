import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Site } from './cluster.js';
import { refuse } from './failures.js';
import { launch, rotate, tailOf } from './launch.js';
import { claim, findPostmaster, folderParameters, pidFileOf, readPidFile } from './pid-file.js';
import { findProcess, isRunning, type ProcessIdentity, send, serverProcessesIn } from './processes.js';

export interface Postmaster {
  readonly process: ProcessIdentity;
  readonly port: number;
  readonly ownership: 'started' | 'borrowed' | 'adopted';
}

const FAST_STOP_SECONDS_MAX = 10;
const IMMEDIATE_STOP_SECONDS_MAX = 15;
const LEFTOVER_SECONDS_MAX = 5;
const START_SECONDS_MAX = 300;
const PORT_ATTEMPTS_MAX = 3;
const POLL_MS = 20;

/** On the command line, where they win over configuration files and `alter system`. Nothing here is secret. */
const DURABILITY = {
  full: ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on', 'max_connections=50'],
  none: ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=200'],
} as const;

/**
 * Takes over the server that runs on the data folder, or starts one. Call under the lock, with the data folder made.
 *
 * @returns When the server accepts connections.
 * @throws Failure `postgres.startFailed`, `postgres.portTaken`, `postgres.startInterrupted`, `postgres.leftoverProcesses`
 */
export async function obtainPostmaster(site: Site): Promise<Postmaster> {
  const found = findPostmaster(site.home);
  if (found?.hasOwner && found.status !== 'stopping') return await takeOver(site, found.process, 'borrowed');
  claim(site.home);
  if (found !== undefined) {
    const isFit = found.isDurable === (site.durability === 'full') && (site.port ?? found.port) === found.port;
    if (isFit && found.status !== 'stopping') return await takeOver(site, found.process, 'adopted');
    site.say(`Ending the earlier server on this folder (process ${found.pid})`);
    await stopPostmaster(site.home.cluster, site.binaries, found.process);
  }
  await removeStalePidFile(site.home.cluster);
  return await start(site);
}

/**
 * Ordered ("fast") stop: sessions are ended, everything is written, the next start needs no recovery. After
 * `fastSeconds` the immediate one: the next start recovers from the log, and no committed transaction is lost.
 */
export async function stopPostmaster(
  cluster: string,
  binaries: string,
  server: ProcessIdentity,
  fastSeconds = FAST_STOP_SECONDS_MAX,
): Promise<void> {
  if (!isRunning(server)) return;
  if (process.platform === 'win32') {
    // There are no signals to other processes here; pg_ctl knows the substitute and waits itself.
    spawnSync(join(binaries, 'bin', 'pg_ctl'), ['stop', '-m', 'fast', '-w', '-D', cluster], { stdio: 'ignore' });
  } else {
    send(server.pid, 'SIGINT');
    if (await isGoneWithin(server, fastSeconds)) return;
    send(server.pid, 'SIGQUIT');
  }
  if (await isGoneWithin(server, IMMEDIATE_STOP_SECONDS_MAX)) return;
  throw refuse('postgres.stopFailed', { params: { pid: String(server.pid) } });
}

/** A crash recovery, or the start of one, may still go on. It is not ours to stop when we are called off. */
async function takeOver(site: Site, server: ProcessIdentity, ownership: 'borrowed' | 'adopted'): Promise<Postmaster> {
  await untilReady(site, server, () => !isRunning(server));
  const { port } = readPidFile(site.home.cluster) ?? { port: 0 };
  site.say(`Using the PostgreSQL that runs on ${site.home.folder} (${ownership}, process ${server.pid})`);
  return { process: server, port, ownership };
}

async function start(site: Site): Promise<Postmaster> {
  const { home, account, binaries, durability } = site;
  await rotate(home.log);
  for (let attempt = 1; ; attempt++) {
    const port = site.port ?? (await freePort());
    if (site.port !== undefined && !(await isFree(port))) {
      throw refuse('postgres.portTaken', { params: { port: String(port) } });
    }
    if (site.signal?.aborted) throw refuse('postgres.startInterrupted');
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC'];
    const flags = [...settings, 'log_timezone=UTC', ...DURABILITY[durability]].flatMap((setting) => ['-c', setting]);
    const parameters = [...folderParameters(home.cluster), ...flags];
    const child = await launch(account, join(binaries, 'bin', 'postgres'), parameters, home.log);
    let outcome: number | null | Error | undefined;
    void child.ended.then((end) => {
      outcome = end;
    });
    const identity = child.pid === undefined ? undefined : findProcess(child.pid);
    if (identity !== undefined) {
      const server = { pid: identity.pid, startedAt: identity.startedAt };
      const isReady = await untilReady(site, server, () => outcome !== undefined, true);
      if (isReady) return { process: server, port, ownership: 'started' };
    }
    outcome ??= await child.ended;
    // Between our look and PostgreSQL's somebody else may have taken the port.
    const wasOutrun = site.port === undefined && attempt < PORT_ATTEMPTS_MAX && !(await isFree(port));
    if (!wasOutrun) throw await startFailed(site, outcome);
  }
}

/**
 * Waits until `postmaster.pid` says that this very process is ready. The log would have to be understood in the host's
 * language, and a connection needs a password.
 *
 * @returns False when the server has ended before.
 * @throws Failure `postgres.startInterrupted`; a server of ours is stopped by then.
 */
async function untilReady(site: Site, server: ProcessIdentity, hasEnded: () => boolean, isOurs = false) {
  const deadline = performance.now() + START_SECONDS_MAX * 1000;
  for (;;) {
    const file = readPidFile(site.home.cluster);
    if (file?.pid === server.pid && file.status === 'ready') return true;
    if (hasEnded()) {
      if (isOurs) return false;
      throw await startFailed(site);
    }
    const isLate = performance.now() > deadline;
    if (site.signal?.aborted || isLate) {
      if (isOurs) await stopPostmaster(site.home.cluster, site.binaries, server);
      throw isLate ? await startFailed(site) : refuse('postgres.startInterrupted');
    }
    await sleep(POLL_MS);
  }
}

/**
 * A pid file nobody stands behind. PostgreSQL sorts this out itself unless another process has the id by now, which is
 * what happens in containers. The file is also PostgreSQL's guard against sessions that survived their postmaster, so
 * it goes only after the last of those.
 */
async function removeStalePidFile(cluster: string): Promise<void> {
  const file = pidFileOf(cluster);
  if (!existsSync(file)) return;
  const deadline = performance.now() + LEFTOVER_SECONDS_MAX * 1000;
  let isToldToEnd = false;
  for (let left = serverProcessesIn(cluster); left.length > 0; left = serverProcessesIn(cluster)) {
    if (performance.now() > deadline + (isToldToEnd ? LEFTOVER_SECONDS_MAX * 1000 : 0)) {
      const pids = left.map(({ pid }) => pid).join(', ');
      if (isToldToEnd) throw refuse('postgres.leftoverProcesses', { params: { pids, folder: cluster } });
      for (const { pid } of left) send(pid, 'SIGQUIT');
      isToldToEnd = true;
    }
    await sleep(POLL_MS);
  }
  const holder = readPidFile(cluster)?.pid ?? 0;
  if (process.platform === 'linux' || findProcess(holder) !== undefined) await rm(file, { force: true });
}

async function isGoneWithin(server: ProcessIdentity, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (isRunning(server)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

const startFailed = async ({ home }: Site, cause?: unknown) =>
  refuse('postgres.startFailed', { params: { file: home.log, log: await tailOf(home.log) }, cause });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
