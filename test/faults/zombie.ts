import { setTimeout as pause } from 'node:timers/promises';
import { TestProcess, until } from '../support/processes.js';
import { settle } from './load.js';
import { SHORT_LEASE_WORKER, type Stack } from './stack.js';

const OWNERS = `select name, owner, position from projector.projection where state <> 'building' order by name`;
const PAGE_DELAY_MS = '2500';

interface Row {
  readonly name: string;
  readonly owner: string;
  readonly position: string;
}

/** What a second worker had, and what it has after the first one woke up. */
export interface Awakening {
  readonly before: readonly Row[];
  readonly after: readonly Row[];
  readonly zombie: TestProcess;
}

const count = (text: string, part: string): number => text.split(part).length - 1;
const arrivals = ({ output }: TestProcess): number => count(output, 'a page has arrived');
/** Pages that have left a worker of `worker.mjs`, and have not arrived. */
export const pagesUnderWay = (worker: TestProcess): number =>
  count(worker.output, 'a page is on its way') - arrivals(worker);
const end = async (worker: TestProcess): Promise<void> => void (await worker.end('SIGKILL'));

/**
 * A worker is stopped (SIGSTOP) with a page on its way to the database; another one takes its leases over; then it wakes up and its
 * page arrives. All workers are ended before and after.
 *
 * @param faults taken out of the workers, see worker.mjs
 * @param isHeirSlow the heir holds the leases and has not yet written
 */
export const awaken = async (stack: Stack, faults: string, isHeirSlow: boolean): Promise<Awakening> => {
  for (const worker of stack.workers.splice(0)) await end(worker);
  const zombie = stack.addWorker(SHORT_LEASE_WORKER, { FAULTS: faults, PAGE_DELAY_MS });
  const rows = () => stack.cluster.ask<Row>(OWNERS);
  const owns = async ({ pid }: TestProcess) => (await rows()).every(({ owner }) => owner === `test-${pid}`);
  await until('the first worker has the leases', () => owns(zombie), 60);
  await settle(stack, 'client 2', stack.lanes.next(2, 20));
  await until('a page is on its way', () => pagesUnderWay(zombie) > 0);
  process.kill(zombie.pid!, 'SIGSTOP');
  const heir = stack.addWorker(SHORT_LEASE_WORKER, {
    FAULTS: faults,
    LEASE_MS: '6000',
    PAGE_DELAY_MS: isHeirSlow ? '60000' : '0',
  });
  await until('the second worker has the leases', () => owns(heir), 60);
  if (!isHeirSlow) await pause(1_500); // it takes in what the first one has on its way
  const before = await rows();
  const arrived = arrivals(zombie);
  process.kill(zombie.pid!, 'SIGCONT');
  await until(
    () => `the page of the first worker arrives\n${zombie.output}`,
    () => arrivals(zombie) > arrived,
  );
  await pause(300);
  const after = await rows();
  stack.workers.splice(0);
  await end(zombie);
  await end(heir);
  return { before, after, zombie };
};
