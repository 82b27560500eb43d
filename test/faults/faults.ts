import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import type { TcpProxy } from '../support/tcp-proxy.js';
import type { Stack } from './stack.js';

/** Something that is done to a stack, and undone. */
export interface Fault {
  readonly name: string;
  readonly inject: (stack: Stack) => Promise<void> | void;
  /** Nothing: the stack has to come back by itself. */
  readonly heal?: (stack: Stack) => Promise<void> | void;
}

/** Any moment of starting, reading, folding, committing. */
const MOMENT_MS_MAX = 300;
const BACKENDS = `select pid from pg_stat_activity where application_name = 'sijill append' limit 1`;
const NEWS_OF = `select from projector.projection
  where owner = 'test-' || $1::int and applied > 0 and updated_at > clock_timestamp() - interval '1 s'`;

/** Within a page as well as between two. The worker must be one with a short lease. */
const killWorker = async ({ cluster, worker }: Stack): Promise<void> => {
  await until('the worker takes pages', async () => (await cluster.ask(NEWS_OF, [worker.pid])).length > 0, 90);
  await pause(Math.random() * MOMENT_MS_MAX);
  await worker.end('SIGKILL');
  worker.start();
};

/** Of a process of PostgreSQL that may end by itself meanwhile. */
const isKilled = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

/** The postmaster ends all sessions then, and recovers. */
const killBackend = async (stack: Stack): Promise<void> => {
  const { cluster } = stack;
  await until('a session that appends is killed', async () => {
    const [session] = await cluster.ask<{ pid: number }>(BACKENDS);
    stack.crashes++;
    return session !== undefined && isKilled(session.pid);
  });
  await until('PostgreSQL has recovered', () => cluster.ask('select 1').then(() => true), 60);
  stack.crashes++;
};

export const kills = {
  'kill-api': async (stack: Stack) => {
    await pause(Math.random() * MOMENT_MS_MAX);
    await stack.killApi();
  },
  'kill-worker': killWorker,
  'kill-backend': killBackend,
  'kill-postmaster': (stack: Stack) => stack.crash('SIGKILL'),
  'immediate-shutdown': (stack: Stack) => stack.crash('SIGQUIT'),
} as const;

const wires: Readonly<Record<string, (stack: Stack) => TcpProxy>> = {
  'client-api': ({ door }) => door.wire,
  'api-database': ({ apiWire }) => apiWire,
  'worker-database': ({ workerWire }) => workerWire,
};

const shapes: Readonly<Record<string, (wire: TcpProxy) => void>> = {
  latency: (wire) => Object.assign(wire, { pace: { delayMs: 30 } }),
  stall: (wire) => wire.freeze(),
  'half-open': (wire) => wire.deaden(),
  'one-byte': (wire) => Object.assign(wire, { pace: { pieceBytes: 1 } }),
  reset: (wire) => wire.reset(),
};

export const wireFaults: readonly Fault[] = Object.entries(wires).flatMap(([place, wireOf]) =>
  Object.entries(shapes).map(([name, injure]) => ({
    name: `${name} ${place}`,
    inject: (stack: Stack) => injure(wireOf(stack)),
    heal: (stack: Stack) => {
      const wire = wireOf(stack);
      wire.pace = undefined;
      wire.thaw();
    },
  })),
);
