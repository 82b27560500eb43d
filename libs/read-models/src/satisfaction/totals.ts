import { addDays } from '#kernel';
import type { Page, ReadEvent } from '../read-model.js';
import { SatisfactionDay } from './tables.js';

export const TOTAL_TYPES = ['reported', 'restated', 'withdrawn'].map((past) => `gov.sijill.aggregate.${past}.v1`);

/** Measures of totals that are numbers of answers with one rating → measure of the cube. */
const RATINGS: Readonly<Record<string, string>> = {
  rating_1: 'rating1',
  rating_2: 'rating2',
  rating_3: 'rating3',
  rating_4: 'rating4',
  rating_5: 'rating5',
};

/** A total of a category of customers is a part of another one and not looked at: the data set does not split by category. */
export const isRatingTotal = ({ data }: ReadEvent): boolean =>
  Object.hasOwn(RATINGS, String(data.measure)) && data.category === undefined;

/** What became known of a cell on one day: the answers counted, 0 where the publisher gives no number. */
interface Entry {
  readonly day: string;
  readonly answers: string;
  /** Answers before, of which nobody knows since when; where the publisher says so. */
  readonly before?: string;
}
interface CellState {
  readonly entries: readonly Entry[];
}

/**
 * A published total of ratings. What was known when follows from the days of publication and not from the order of arrival, so
 * the differences of the whole history are taken back and made anew; those that stay the same cost nothing.
 */
export const foldTotal = (event: ReadEvent, page: Page): void => {
  if (!isRatingTotal(event)) return;
  const { stream, data, knownDay, recordedDay } = event;
  const { entries: before } = page.get<CellState>(stream) ?? { entries: [] };
  const told: Entry = {
    day: knownDay,
    answers: answersOf(data.value),
    ...(data.previous !== undefined && { before: answersOf(data.previous) }),
  };
  const isEarlier = ({ day }: Entry) => day <= knownDay;
  const after = [...before.filter(isEarlier), told, ...before.filter((entry) => !isEarlier(entry))];
  page.set<CellState>(stream, { entries: after });
  const periodEnd = String(data.periodEnd);
  const subject = { ...subjectOf(data), recordedDay };
  const measure = RATINGS[String(data.measure)] as string;
  for (const [day, answers] of stepsOf(before, periodEnd))
    page.add(SatisfactionDay, { effectiveDay: periodEnd, knownDay: day }, subject, { [measure]: answers }, -1);
  for (const [day, answers] of stepsOf(after, periodEnd))
    page.add(SatisfactionDay, { effectiveDay: periodEnd, knownDay: day }, subject, { [measure]: answers });
};

const WHOLE = /^(0|[1-9][0-9]{0,17})(\.0{1,6})?$/;

/** Answers are counted in whole numbers: anything else is no number of them. */
const answersOf = (value: unknown): string =>
  typeof value === 'string' && WHOLE.test(value) ? (value.split('.')[0] as string) : '0';

/**
 * By how much each entry changed what was known. The undated number before the first entry counts from the day after the
 * period's end.
 */
const stepsOf = (entries: readonly Entry[], periodEnd: string): [day: string, by: bigint][] => {
  const steps: [string, bigint][] = [];
  const [first] = entries;
  const undated = addDays(periodEnd, 1);
  let known = 0n;
  if (first?.before !== undefined && undated < first.day) {
    known = BigInt(first.before);
    steps.push([undated, known]);
  }
  for (const { day, answers } of entries) {
    steps.push([day, BigInt(answers) - known]);
    known = BigInt(answers);
  }
  return steps;
};

const subjectOf = (data: ReadEvent['data']) => {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const about =
    data.serviceId !== undefined ? 'service' : data.entityId !== undefined ? 'entity' : `scope ${data.scope}`;
  const parts = [
    about,
    ...(data.channel === undefined ? [] : ['channel']),
    ...(data.assisted === undefined ? [] : ['assisted']),
  ];
  return {
    periodStart: String(data.periodStart),
    origin: 'aggregate',
    publisher: String(data.publisher),
    dataset: String(data.dataset),
    freq: String(data.freq),
    breakdown: parts.join('/'),
    period: data.freq === 'R' ? `${data.periodStart}..${data.periodEnd}` : null,
    entity: text(data.entityId),
    service: text(data.serviceId),
    channel: text(data.channel),
    platform: null,
  };
};
