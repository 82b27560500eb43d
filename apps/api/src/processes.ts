import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { UndoList } from '#kernel';
import { answerForMetrics } from './operations/shared-metrics.js';

/** Most of what an event needs dies young: with room for it, less is copied. Costs up to 96 MB of memory a process. */
const HEAP = '--max-semi-space-size=32';
const RESTART_MS_FIRST = 250;
const RESTART_MS_MAX = 10_000;
/** A process that lived so long did not fail at its start. */
const STEADY_MS = 30_000;
const PROCESSES_MAX = 64;
const STOP = 'sijill stop';

/** @throws Error naming the variable, what it holds and what it may hold. */
export const readProcesses = (text = '1'): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= PROCESSES_MAX) return count;
  throw new Error(`SIJILL_API_PROCESSES is "${text}": 1 to ${PROCESSES_MAX}`);
};

/**
 * Runs this program `count` times behind one port; returns when all of them were started. One that dies is started anew, later each
 * time; the others answer meanwhile. They share nothing but the database, so what one acknowledged outlives it.
 *
 * @throws Error when the first process ends before it listens: the others would fare no better.
 */
export async function startProcesses(count: number, undo: UndoList, logger: Logger): Promise<void> {
  // Each accepts by itself. The other policy hands connections over by message: one on its way to a process that dies stays open
  // for ever with nobody behind it, and one that hangs still gets its share.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ execArgv: [...process.execArgv, HEAP] });
  answerForMetrics();
  undo.push('the api processes', stopAll);
  const first = cluster.fork();
  const ended = once(first, 'exit');
  const isListening = await Promise.race([once(first, 'listening').then(() => true), ended.then(() => false)]);
  if (undo.isClosing) return;
  if (!isListening) throw new Error('the first api process ended before it listened: its lines above say why');
  const processes = [first, ...Array.from({ length: count - 1 }, () => cluster.fork())];
  for (const one of processes) keepRunning(one, undo, logger);
}

function keepRunning(first: Worker, undo: UndoList, logger: Logger): void {
  let waitMs = RESTART_MS_FIRST;
  const watch = (worker: Worker): void => {
    const startedAt = performance.now();
    worker.once('exit', async (code, signal) => {
      if (undo.isClosing) return;
      if (performance.now() - startedAt >= STEADY_MS) waitMs = RESTART_MS_FIRST;
      logger.error({ process: worker.process.pid, code, signal, waitMs }, 'an api process ended, another one follows');
      await pause(waitMs);
      waitMs = Math.min(2 * waitMs, RESTART_MS_MAX);
      if (!undo.isClosing) watch(cluster.fork());
    });
  };
  watch(first);
}

/** Each answers what it is answering. Not by a signal: the terminal has sent one to all of them already. */
async function stopAll(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    workers.map(async (worker) => {
      const ended = once(worker, 'exit');
      if (worker.isConnected()) worker.send(STOP);
      await ended;
    }),
  );
}

/** In one of several processes: calls `stop` when the primary says so. Without a primary such a process ends by itself. */
export const onStop = (stop: () => void): void => {
  process.on('message', (message) => {
    if (message === STOP) stop();
  });
};
