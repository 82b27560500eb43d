import type { WireEvent } from '#simulation';
import type { Told } from './history.js';
import { post, settle } from './load.js';
import type { Stack } from './stack.js';

/** Codes of the rules that may refuse what is told out of order. */
export const RULES = /^(transaction|stream)\./;
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

/** Events of transactions that have more than one, as a client would tell them. The client has no more to tell afterwards. */
export const storyOf = ({ lanes }: Stack, lane: number, events: number): readonly WireEvent[] => {
  const told = lanes.next(lane, 10 * events);
  const numbers = told.map(({ data }) => data.number);
  return told
    .filter(({ data: { number } }) => numbers.indexOf(number) !== numbers.lastIndexOf(number))
    .slice(0, events);
};

/**
 * Two writers who share the events of one story, each its half, in an order that is not the story's, one event a request, each at a
 * door of its own where there are two. @returns problem codes of what was refused
 */
export const tellOutOfOrder = async (stack: Stack, story: readonly WireEvent[]): Promise<string[]> => {
  const shuffled = story.map((event, at) => ({ event, at: (at * 7_919) % story.length })).sort((a, b) => a.at - b.at);
  const told = await Promise.all(
    DOORS.map(async (half) => {
      const all: Told[] = [];
      // Each on its own: what is refused because it came too early is refused alone.
      for (const { event } of shuffled.filter((_, at) => at % 2 === half))
        all.push(...(await post(stack, `writer ${half}`, [event], half % stack.doors.length)));
      return all;
    }),
  );
  return told.flat().flatMap(({ problem }) => problem?.code ?? []);
};
