import { dayOfInstant, lastDayOfPart, microsOfInstant } from '#kernel';
import { refuse } from './failures.js';

/** Zone of the days of the ledger: UTC+4 without summer time (domain.md names it calendar `ae-du`). */
export const LEDGER_ZONE = 'Asia/Dubai';

/** Categories whose events may carry the day their source made them known. */
const PUBLISHED_CATEGORIES: ReadonlySet<string> = new Set(['aggregate', 'collection', 'claim']);

interface Dated {
  readonly from?: string;
  readonly day?: string;
  readonly on?: string;
  readonly periodEnd?: string;
  readonly publishedOn?: string;
}

/** Day to which a fact belongs: `from`, `day`, `on` or the period's last day if the data have one, else of `time`. */
export const effectiveDay = (fact: { readonly data: object; readonly time: string }, zone = LEDGER_ZONE): string => {
  const { from, day, on, periodEnd } = fact.data as Dated;
  return from ?? day ?? on ?? periodEnd ?? dayOfInstant(fact.time, zone);
};

/** Day on which a fact counts as known: the day its source published it where it says so, else the day of recording. */
export const knownDay = (stream: string, fact: { readonly data: object; readonly recorded: string }): string => {
  const { publishedOn } = fact.data as Dated;
  const category = stream.slice(0, stream.indexOf('-'));
  return publishedOn !== undefined && PUBLISHED_CATEGORIES.has(category)
    ? lastDayOfPart(publishedOn)
    : dayOfInstant(fact.recorded, LEDGER_ZONE);
};

/** How far the clock of a source may run ahead of ours. */
export const CLOCK_AHEAD_MINUTES_MAX = 5;
const EARLIEST_YEAR = 1900;
const MICROS_PER_MINUTE = 60_000_000;

/**
 * Whether the time of an event is believable. Both are RFC 3339.
 *
 * @throws Failure `time.inFuture`, `time.tooEarly`.
 */
export const acceptTime = (time: string, now: string): void => {
  if (Number(time.slice(0, 4)) < EARLIEST_YEAR) throw refuse('time.tooEarly', { params: { time } });
  const ahead = microsOfInstant(time) - microsOfInstant(now);
  if (ahead > CLOCK_AHEAD_MINUTES_MAX * MICROS_PER_MINUTE) throw refuse('time.inFuture', { params: { time } });
};

/** Id of the entity in whose name a source speaks: `urn:sijill:<entityId>:<system>`. */
export const entityOfSource = (source: string): string => {
  const begin = source.indexOf(':', source.indexOf(':') + 1) + 1;
  const end = source.indexOf(':', begin);
  return source.slice(begin, end < 0 ? undefined : end);
};
