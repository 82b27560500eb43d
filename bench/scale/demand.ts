import { simulate } from '#simulation';

export const HOURS_A_WEEK = 7 * 24;
const SECONDS_A_YEAR = 365 * 24 * 3_600;

/** How much people ask for, and when. */
export interface Demand {
  readonly people: number;
  /** Transactions a head and year. */
  readonly perHead: number;
  readonly eventsPerTransaction: number;
  /** Of an hour of the busiest week over the mean hour of the year, Monday 0:00 UTC first. */
  readonly profile: readonly number[];
  /** Questions to data sets a second in a mean hour, for a million people. */
  readonly questionsPerMillion: number;
}

export const eventsPerYear = ({ people, perHead, eventsPerTransaction }: Demand): number =>
  people * perHead * eventsPerTransaction;

/** Mean of the year, events a second. */
export const meanRate = (demand: Demand): number => eventsPerYear(demand) / SECONDS_A_YEAR;

/** The shape of the simulated traffic: events of a transaction, and how uneven its week and its months are. */
export const shapeOf = (events = 40_000, seed = 'sijill'): Pick<Demand, 'eventsPerTransaction' | 'profile'> => {
  const hours = new Array<number>(HOURS_A_WEEK).fill(0);
  const months = new Array<number>(12).fill(0);
  let received = 0;
  let total = 0;
  for (const { event } of simulate({ events, seed })) {
    if (!event.type.startsWith('gov.sijill.transaction.')) continue;
    const at = new Date(event.time);
    hours[((at.getUTCDay() + 6) % 7) * 24 + at.getUTCHours()]! += 1;
    months[at.getUTCMonth()]! += 1;
    total++;
    if (event.type === 'gov.sijill.transaction.received.v1') received++;
  }
  const busiestMonth = (Math.max(...months) * 12) / total;
  return {
    eventsPerTransaction: total / received,
    profile: hours.map((count) => (count * HOURS_A_WEEK * busiestMonth) / total),
  };
};
