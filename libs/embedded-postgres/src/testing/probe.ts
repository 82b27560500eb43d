import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DIST = process.env.SIJILL_TEST_DIST ?? resolve(HERE, '../../../../dist');
const INDEX = join(DIST, 'libs/embedded-postgres/src/index.js');
const SCRIPT = join(HERE, 'probe-process.mjs');
const STEP_SECONDS_MAX = 30;

/** Who starts the server. Root gives its rights up for another user, an ordinary user keeps its own. */
export interface Caller {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Step {
  readonly step: string;
  readonly pid?: number;
  readonly line?: string;
  readonly adminUrl?: string;
  readonly directory?: string;
  readonly ownership?: string;
  readonly version?: string;
  readonly code?: string;
}

const me: Caller = { name: 'an ordinary user', uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };

/** Both kinds of caller when the tests run as root, else our own alone. */
export function callers(): readonly Caller[] {
  if (!existsSync(INDEX)) throw new Error(`${INDEX} is missing: run "npm run build" first`);
  if (me.uid !== 0) {
    console.warn('Left out: starting the server as root. The tests run as an ordinary user.');
    return [me];
  }
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  const nobody = { name: 'an ordinary user', uid: idOf('-u'), gid: idOf('-g') };
  const load = `import(${JSON.stringify(pathToFileURL(INDEX).href)})`;
  const { status } = spawnSync(process.execPath, ['-e', load], { uid: nobody.uid, gid: nobody.gid, cwd: '/' });
  if (status === 0 && existsSync(SCRIPT)) return [{ ...me, name: 'root' }, nobody];
  console.warn('Left out: starting the server as an ordinary user. User nobody cannot read this checkout.');
  return [{ ...me, name: 'root' }];
}

/** A process that owns an embedded server, and what it has printed. */
export class Probe {
  readonly steps: Step[] = [];
  private readonly ended: Promise<number | string>;
  private hasEnded = false;

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on('line', (line) => this.steps.push(JSON.parse(line) as Step));
    child.stderr!.on('data', (text: Buffer) => this.steps.push({ step: 'stderr', line: text.toString() }));
    this.ended = new Promise((done) => {
      child.once('close', (code, signal) => done(code ?? signal ?? ''));
    });
    running.add(this);
    void this.ended.then(() => {
      this.hasEnded = true;
      running.delete(this);
    });
  }

  static start({ uid, gid }: Caller, options: object, extra: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Probe {
    const user = me.uid === 0 ? { uid, gid } : {};
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], {
      ...user,
      cwd: extra.cwd ?? '/',
      detached: true, // a group of its own, so that a test can play Ctrl-C
      env: { ...process.env, ...extra.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Probe(child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  async until(step: string): Promise<Step> {
    const found = await eventually(() => {
      const wanted = this.steps.find((candidate) => candidate.step === step);
      if (wanted === undefined && this.hasEnded) throw new Error(`no "${step}": ${JSON.stringify(this.steps)}`);
      return wanted;
    });
    return found;
  }

  /** Signals the process, or its whole group, and does not wait. */
  signal(name: NodeJS.Signals, isForGroup = false): void {
    process.kill(isForGroup ? -this.pid : this.pid, name);
  }

  /** @returns Exit code, or the name of the signal that ended it. */
  async end(name: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    if (!this.hasEnded) this.signal(name);
    return await this.ended;
  }
}

const made: string[] = [];
const running = new Set<Probe>();

/** A fresh folder of the caller that everybody can walk through. */
export function workFolder({ uid, gid }: Caller): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'sijill-embedded-'));
  chmodSync(folder, 0o755);
  if (me.uid === 0) chownSync(folder, uid, gid);
  made.push(folder);
  return folder;
}

/** Ends every probe, and every server below the folders that were made, then removes the folders. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running].map((probe) => probe.end('SIGKILL')));
  for (const folder of made.splice(0)) {
    for (const pid of processesNaming(folder)) process.kill(pid, 'SIGKILL');
    await eventually(() => processesNaming(folder).length === 0 || undefined);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ids of the PostgreSQL programs whose command line names the folder. */
export function processesNaming(folder: string): number[] {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' });
    const lines = stdout.split('\n').filter((line) => line.includes(folder) && /\/(postgres|initdb) /.test(line));
    return lines.map((line) => Number.parseInt(line, 10));
  }
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      const [program = '', ...rest] = commandLine(pid);
      return (
        ['postgres', 'initdb', 'setpriv'].includes(basename(program)) && rest.some((word) => word.includes(folder))
      );
    });
}

export function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return []; // ended
  }
}

/** Asks again and again until the answer is not undefined. */
export async function eventually<T>(ask: () => T | undefined, seconds = STEP_SECONDS_MAX): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`nothing for ${seconds} seconds: ${ask}`);
    await sleep(10);
  }
}
