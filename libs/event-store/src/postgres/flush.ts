import { setTimeout as pause } from 'node:timers/promises';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended } from '../port.js';
import type { GroupAnswer } from './append-call.js';
import { ANSWER_TIMEOUT_MS, type AppendLane } from './append-lane.js';
import type { WaitingAppend } from './append-queue.js';
import { faultOf } from './driver-faults.js';

export const SETTLE_TIMEOUT_MS = 10_000;
const SETTLE_PAUSE_MS = 100;

export interface Flushing {
  readonly lane: AppendLane;
  /** What is stored right behind the expected revision of each append, if that is its own first event (same salt). */
  readonly findOwn: (appends: readonly WaitingAppend[]) => Promise<readonly (Appended | undefined)[]>;
  /** Something new is durable: tell those who wait. */
  readonly onStored: () => void;
  readonly onMetric: (metric: StoreMetric) => void;
}

/**
 * Takes one group to the store and answers every append of it.
 *
 * Nothing is durable before `append` answers; then all accepted appends of the group are, and a crash of ours loses
 * answers only. A definite error wrote nothing: each append is tried once alone, so that one of them cannot sink its
 * neighbours.
 */
export async function flush(flushing: Flushing, group: readonly WaitingAppend[]): Promise<void> {
  try {
    await answer(flushing, group, await flushing.lane.append(group), false);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.isUnknown) await settle(flushing, group);
    else if (fault.isOfOneAppend && group.length > 1) for (const append of group) await flush(flushing, [append]);
    else for (const append of group) append.reject(fault.failure);
  }
}

/**
 * The answer was lost: sends the very same attempts again until the store is definite about them. That is safe, because
 * the store checks the expected revision: what was committed before cannot be committed twice, it comes back as a
 * conflict with our own salt. What was not, is committed now; a first attempt that is still under way then meets the
 * conflict.
 *
 * Only "stored" and "conflict" end the doubt: an error of the second try says nothing about the first.
 */
async function settle(flushing: Flushing, group: readonly WaitingAppend[]): Promise<void> {
  flushing.onMetric({ name: 'outcome_unknown', appends: group.length });
  const end = performance.now() + SETTLE_TIMEOUT_MS;
  let cause: unknown;
  for (let left = SETTLE_TIMEOUT_MS; left > 0; left = end - performance.now()) {
    try {
      await answer(flushing, group, await flushing.lane.append(group, Math.min(left, ANSWER_TIMEOUT_MS)), true);
      return;
    } catch (error) {
      cause = error;
      await pause(SETTLE_PAUSE_MS * (1 + Math.random()));
    }
  }
  for (const append of group) append.reject(refuse('store.outcomeUnknown', { cause }));
}

async function answer(
  { findOwn, onStored }: Flushing,
  group: readonly WaitingAppend[],
  { outcomes, recorded }: GroupAnswer,
  isDoubtful: boolean,
): Promise<void> {
  const refused: { append: WaitingAppend; actual: bigint }[] = [];
  for (const [index, append] of group.entries()) {
    const outcome = outcomes[index];
    if ('actual' in outcome) refused.push({ append, actual: outcome.actual });
    else append.resolve(placeOf(append, outcome.firstPosition, recorded));
  }
  if (refused.length < group.length) onStored();
  if (refused.length === 0) return;
  // Behind the expected revision there may be our own events: a repeat of an attempt is answered as the first time.
  const held = refused.filter(({ append, actual }) => actual > append.expected);
  const own =
    held.length === 0
      ? []
      : await findOwn(held.map(({ append }) => append)).catch((error) => lost(error, held, isDoubtful));
  for (const { append, actual } of refused) {
    const found = own[held.findIndex((other) => other.append === append)];
    if (found) append.resolve(found);
    else append.reject(conflict(append.expected, actual));
  }
}

/** The store refused, but whether because of ourselves could not be read: the caller settles it. */
function lost(cause: unknown, held: readonly { append: WaitingAppend }[], isDoubtful: boolean): readonly undefined[] {
  const code = isDoubtful ? 'store.outcomeUnknown' : 'store.unavailable';
  for (const { append } of held) append.reject(refuse(code, { cause }));
  return held.map(() => undefined);
}

export const placeOf = ({ expected, events }: WaitingAppend, firstPosition: bigint, recorded: string): Appended => {
  const last = BigInt(events.length - 1);
  return { revision: expected + 1n + last, position: firstPosition + last, recorded };
};

const conflict = (expected: bigint, actual: bigint) =>
  refuse('stream.conflict', { params: { expected: revisionText(expected), actual: revisionText(actual) } });

const revisionText = (revision: bigint): string => (revision < 0n ? 'empty' : String(revision));
