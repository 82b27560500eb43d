import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, chooseAccount, permits } from '../account.js';
import { findBinaries, usableBinaries } from '../binaries.js';
import { openHome } from '../home.js';
import { takeLock } from '../lock.js';
import { parsePidFile } from '../pid-file.js';
import { findProcess, formatIdentity, parseIdentity, self } from '../processes.js';
import { startPostgres } from '../start-postgres.js';
import { cleanUp, eventually, Probe, workFolder } from './probe.js';

const isRoot = process.getuid?.() === 0;
const us = { name: 'us', uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
const say = () => undefined;
const made: string[] = [];
const STATE = '/var/lib/sijill';
const hadState = existsSync(STATE);

afterAll(async () => {
  await cleanUp();
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
  if (!hadState && existsSync(STATE)) rmdirSync(STATE);
});

const privateFolder = () => {
  const folder = join(workFolder(us), 'private');
  mkdirSync(folder, { mode: 0o700 });
  return folder;
};

const runs = (folder: string, { uid, gid, isDropped }: Account) =>
  spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...(isDropped ? { uid, gid } : {}), cwd: '/' }).status ===
  0;

describe('The binaries', () => {
  test('of a platform without package are missed in one sentence that says what to do instead', async () => {
    const failure = await findBinaries('linux-riscv64').catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'postgres.platformMissing', kind: 'unavailable' });
    expect((failure as Error).message).toMatch(/linux-riscv64.*linux-x64, linux-arm64, darwin-x64.*DATABASE_URL/);
  });

  test('get their library links when the install did not make them', async () => {
    const found = await findBinaries();
    const folder = join(workFolder(us), 'native');
    cpSync(found.folder, folder, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) rmSync(join(folder, target.replace(/^native\//, '')), { force: true });
    const account = chooseAccount();
    expect(runs(folder, account)).toBe(false);
    expect(await usableBinaries({ ...found, folder }, account)).toBe(folder);
    expect(runs(folder, account)).toBe(true);
  });

  if (isRoot) {
    test('are copied once to a place that the user they run as can reach', async () => {
      const found = await findBinaries();
      const folder = join(privateFolder(), 'native');
      cpSync(found.folder, folder, { recursive: true, verbatimSymlinks: true });
      const temporary = workFolder(us);
      const account = chooseAccount();
      expect(runs(folder, account)).toBe(false);
      const both = [
        usableBinaries({ ...found, folder }, account, temporary),
        usableBinaries({ ...found, folder }, account, temporary),
      ];
      const [copy = '', other] = await Promise.all(both);
      expect([other, runs(copy, account)]).toEqual([copy, true]);
      expect(readdirSync(temporary)).toHaveLength(1);
      const { ino } = statSync(copy);
      expect(await usableBinaries({ ...found, folder }, account, temporary)).toBe(copy);
      expect(statSync(copy).ino).toBe(ino);

      chownSync(copy, account.uid, account.gid);
      const refused = usableBinaries({ ...found, folder }, account, temporary);
      await expect(refused).rejects.toMatchObject({ code: 'postgres.binariesForeign' });
    });
  } else {
    test('are not copied for anybody else: the tests run as an ordinary user', () => expect(isRoot).toBe(false));
  }
});

describe('The data folder', () => {
  const stranger: Account = { name: 'stranger', uid: 54_321, gid: 54_321, isDropped: true };

  test('stays where it was put, whatever becomes of the permissions above it', async () => {
    const parent = privateFolder();
    const state = workFolder(us);
    const directory = join(parent, 'data');
    const { folder } = await openHome(directory, stranger, say, state);
    expect(folder.startsWith(join(state, 'sijill'))).toBe(true);
    chmodSync(parent, 0o755);
    expect((await openHome(directory, stranger, say, state)).folder).toBe(folder);
  });

  test('is missed loudly when it can no longer be reached, and not replaced by an empty one', async () => {
    const parent = privateFolder();
    mkdirSync(join(parent, 'data', 'cluster'), { recursive: true });
    const open = openHome(join(parent, 'data'), stranger, say, workFolder(us));
    await expect(open).rejects.toMatchObject({ code: 'postgres.folderUnreachable', params: { blocked: parent } });
  });

  test('is never sought outside the state folder, whatever the pointer says', async () => {
    const directory = workFolder(us);
    for (const target of ['/etc', '/var/lib/sijill/../../etc', 'somewhere', '']) {
      writeFileSync(join(directory, 'postgres.location'), target);
      const open = openHome(directory, stranger, say, '/var/lib');
      await expect(open).rejects.toMatchObject({ code: 'postgres.locationInvalid' });
    }
  });

  if (isRoot) {
    test('below a private folder is moved to the state folder of the host, and it is said where', async () => {
      const directory = join(privateFolder(), 'data');
      const lines: string[] = [];
      const onProgress = (line: string) => lines.push(line);
      const server = await startPostgres({ directory, durability: 'none', onProgress });
      made.push(server.directory);
      await server.stop();
      expect(server.directory).toMatch(/^\/var\/lib\/sijill\/[0-9a-f]{16}$/);
      expect(readFileSync(join(directory, 'postgres.location'), 'utf8')).toBe(`${server.directory}\n`);
      expect(lines[0]).toContain(server.directory);
      expect(readdirSync(directory)).toEqual(['postgres.location']);
    });

    test('of another user is refused', async () => {
      const directory = workFolder(us);
      mkdirSync(join(directory, 'cluster'));
      chownSync(join(directory, 'cluster'), 54_321, 54_321);
      await expect(openHome(directory, chooseAccount(), say)).rejects.toMatchObject({ code: 'postgres.folderForeign' });
    });

    test('is not made for a user id without a name', async () => {
      const caller = { name: 'a number', uid: 54321, gid: 54321 };
      const probe = Probe.start(caller, { directory: workFolder(caller) });
      expect(await probe.until('failed')).toMatchObject({ code: 'postgres.accountUnknown' });
      expect(await probe.end()).toBe(1);
    });
  } else {
    test('is that of the caller alone: the tests run as an ordinary user', () => expect(isRoot).toBe(false));
  }

  test.each([
    ['the owner', 0o700, 1, true],
    ['the owner without the right, though others have it', 0o077, 1, false],
    ['the group', 0o710, 2, true],
    ['the group without the right, though others have it', 0o701, 2, false],
    ['others', 0o701, 3, true],
    ['others without the right', 0o770, 3, false],
  ])('lets %s through at mode %i: user %i, %s', (_who, mode, user, isAllowed) => {
    const account = { name: '', uid: user, gid: user === 2 ? 7 : 8, isDropped: true };
    expect(permits({ uid: 1, gid: 7, mode }, account, 0o1)).toBe(isAllowed);
  });
});

describe('The start lock', () => {
  test('is held by one at a time, however many want it at once', async () => {
    const file = join(workFolder(us), 'lock');
    writeFileSync(file, JSON.stringify({ pid: 4_000_000, startedAt: '1' })); // stale: everybody wants to break it
    let holders = 0;
    let most = 0;
    const turns = Array.from({ length: 12 }, async () => {
      const release = await takeLock(file);
      holders += 1;
      most = Math.max(most, holders);
      await new Promise((done) => setImmediate(done));
      holders -= 1;
      await release();
    });
    await Promise.all(turns);
    expect([most, existsSync(file)]).toEqual([1, false]);
  });

  test.each([
    ['a process that is gone', { pid: 4_000_000, startedAt: '1' }],
    ['a process whose id was used again', { ...self(), startedAt: '1' }],
    ['half a file', 'x'],
  ])('of %s is stale', async (_whose, content) => {
    const file = join(workFolder(us), 'lock');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    await (await takeLock(file, { secondsMax: 1 }))();
  });

  test('that is stale is removed by one waiter at a time, who looks again before', async () => {
    const file = join(workFolder(us), 'lock');
    writeFileSync(file, formatIdentity({ pid: 4_000_000, startedAt: '1' }));
    const release = await takeLock(`${file}.break`); // another waiter is at it
    const waiting = takeLock(file, { secondsMax: 0.3 });
    await sleep(150);
    expect(parseIdentity(readFileSync(file, 'utf8')).pid).toBe(4_000_000);
    writeFileSync(file, formatIdentity(self())); // it has removed the stale lock, and somebody has taken the free one
    await release();
    await expect(waiting).rejects.toMatchObject({ code: 'postgres.lockHeld' });
    expect(parseIdentity(readFileSync(file, 'utf8'))).toEqual(self());
  });

  test('of a living process is waited for, until the signal or the limit', async () => {
    const file = join(workFolder(us), 'lock');
    await takeLock(file);
    await expect(takeLock(file, { secondsMax: 0.1 })).rejects.toMatchObject({ code: 'postgres.lockHeld' });
    const signal = AbortSignal.timeout(50);
    await expect(takeLock(file, { signal })).rejects.toMatchObject({ code: 'postgres.startInterrupted' });
  });
});

describe('A process', () => {
  test('that has ended and waits for its parent to take note counts as gone', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((done) => parent.stdout.once('data', (text) => done(Number(text))));
    const isZombie = () => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    await eventually(() => isZombie() || undefined);
    expect(process.kill(pid, 0)).toBe(true);
    expect(findProcess(pid)).toBeUndefined();
    parent.kill();
  });

  test.each([
    ['', undefined],
    ['17\n', { pid: 17, port: 0, status: undefined }],
    ['17\n/data\n1\n5432\n\n127.0.0.1\n  1 2\nready   \n', { pid: 17, port: 5432, status: 'ready' }],
    ['17\n/data\n1\n5432\n\n127.0.0.1\n  1 2\nstopping\n', { pid: 17, port: 5432, status: 'stopping' }],
    ['-17\n', undefined],
  ])('is read from the pid file %j', (text, expected) => expect(parsePidFile(text)).toEqual(expected));
});
