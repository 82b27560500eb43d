import type { WireEvent } from '#simulation';
import type { Told } from './history.js';
import { post, settle } from './load.js';
import type { Stack } from './stack.js';

/** Codes of the rules that may refuse what is told out of order. */
export const RULES = /^(transaction|stream)\./;
const OPENING = /transaction\.(started|received)\.v1$/;
const EVENTS_OF_REQUEST = 5;
const DOORS = [0, 1] as const;

/**
 * The same requests at both doors at once, so many by each lane, lanes side by side. What both were told must be one story: an
 * event is new to one of them at most, and both are told the same place.
 *
 * @returns how many events, how often one was new to its client, and which were told two stories
 */
export const tellTwice = async (stack: Stack, lanes: readonly number[], requests: number) => {
  const seen = { events: 0, created: 0, faults: [] as string[] };
  const tell = async (lane: number): Promise<void> => {
    for (let request = 0; request < requests; request++) {
      const events = stack.lanes.next(lane, EVENTS_OF_REQUEST);
      const told = await Promise.all(
        DOORS.map((door) => settle(stack, `client ${lane} at door ${door}`, events, door)),
      );
      for (const [at, { id }] of events.entries()) {
        const [one, other] = told.map((answers) => answers[at]) as [Told, Told];
        const created = [one, other].filter(({ status }) => status === 'created').length;
        seen.events++;
        seen.created += created;
        if (created > 1 || one.position !== other.position)
          seen.faults.push(`${id} is ${one.status} at ${one.position} and ${other.status} at ${other.position}`);
      }
    }
  };
  await Promise.all(lanes.map(tell));
  return seen;
};

const transactionOf = ({ data }: WireEvent): string => `${data.entityId}:${data.number}`;

/**
 * Events of transactions that begin here and have more than one, as a client would tell them. The client has no more to tell
 * afterwards.
 */
export const storyOf = ({ lanes }: Stack, lane: number, events: number): readonly WireEvent[] => {
  const transactions = new Map<string, WireEvent[]>();
  for (const event of lanes.next(lane, 10 * events))
    transactions.set(transactionOf(event), [...(transactions.get(transactionOf(event)) ?? []), event]);
  const whole = [...transactions.values()].filter(
    ([first, ...others]) => OPENING.test(first!.type) && others.length > 0,
  );
  return whole.flat().slice(0, events);
};

/**
 * Two writers who share the events of one story, each its half, from its end to its beginning, one event a request, each at a door of
 * its own where there are two: what follows is told before what it follows. @returns problem codes of what was refused
 */
export const tellOutOfOrder = async (stack: Stack, story: readonly WireEvent[]): Promise<string[]> => {
  const backwards = [...story].reverse();
  const told = await Promise.all(
    DOORS.map(async (half) => {
      const all: Told[] = [];
      // Each on its own: what is refused because it came too early is refused alone.
      for (const event of backwards.filter((_, at) => at % 2 === half))
        all.push(...(await post(stack, `writer ${half}`, [event], half % stack.doors.length)));
      return all;
    }),
  );
  return told.flat().flatMap(({ problem }) => problem?.code ?? []);
};
