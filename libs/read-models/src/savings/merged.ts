import type { Contribution, DataSet } from '../read-model.js';

/** One page of the events behind a figure. */
export type ContributionPage = Awaited<ReturnType<DataSet['contributions']>>;

/** Of events about transactions those that completed one, or took a completion back. */
export const completedOnly = ({ events, next }: ContributionPage): ContributionPage => ({
  events: events.flatMap((event) => {
    const { completed } = event.deltas;
    return completed === undefined ? [] : [{ ...event, deltas: { completed } }];
  }),
  ...(next && { next }),
});

/** One page of several lists. None is looked at beyond the place up to which all of them are known. */
export const merged = (limit: number, pages: readonly ContributionPage[]): ContributionPage => {
  const ends = pages.flatMap(({ next }) => (next ? [next] : []));
  const end = ends.sort(byPlace)[0];
  const known = new Map<string, Contribution>();
  for (const event of pages.flatMap(({ events }) => events)) {
    if (end && byPlace([event.stream, event.revision], end) > 0) continue;
    const key = `${event.stream} ${event.revision}`;
    known.set(key, { ...event, deltas: { ...known.get(key)?.deltas, ...event.deltas } });
  }
  const all = [...known.values()].sort((one, other) =>
    byPlace([one.stream, one.revision], [other.stream, other.revision]),
  );
  const events = all.slice(0, limit);
  const last = events.at(-1);
  if (all.length > limit && last) return { events, next: [last.stream, last.revision] };
  return end ? { events, next: end } : { events };
};

type Place = readonly (string | null)[];

/** By stream in byte order, then by revision: what the lists are sorted by. Names of streams are ASCII. */
const byPlace = ([stream = '', revision = '0']: Place, [other = '', than = '0']: Place): number => {
  if (stream !== other) return (stream ?? '') < (other ?? '') ? -1 : 1;
  return Number(BigInt(revision ?? 0) - BigInt(than ?? 0));
};
