import type { EntityManager } from 'typeorm';
import { addDays, type FailureTable, failingWith, periodOf } from '#kernel';
import { knownOn } from '../paper/size-class.js';
import { isGrain } from '../periods.js';
import type { DataSetQuery, Grain } from '../read-model.js';

/** What one saving is of. Days are inside; where the question begins or ends within a period of the calendar, so does this. */
export interface SavingPeriod {
  readonly first: string;
  readonly last: string;
  /** Grain → its label, for the grains that the question groups by. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Three years of days: a saving has an expectation a unit and period, so periods are not without price. */
export const PERIODS_MAX = 1_100;

export const periodFailures = {
  'savings.tooManyPeriods': {
    kind: 'invalid',
    en: '{from} to {to} has more than {most} periods of the grain asked for. Ask for fewer days or a coarser grain.',
    ar: 'تضم المدة من {from} إلى {to} أكثر من {most} فترة بالتقسيم المطلوب. اطلب مدة أقصر أو تقسيماً أوسع.',
  },
} as const satisfies FailureTable;
const refuse = failingWith(periodFailures);

/**
 * Periods of a question, oldest first: one where it groups by no grain. Without `from` they begin with the year after the first
 * baseline, without `to` they end with the last day on which paper or a transaction is known; no clock is asked.
 *
 * @throws Failure `savings.tooManyPeriods`.
 */
export const periodsOf = async (query: DataSetQuery, manager: EntityManager): Promise<readonly SavingPeriod[]> => {
  const { from, to } = await daysOf(query, manager);
  if (from === undefined || to === undefined) return [];
  const grains = query.group.filter(isGrain);
  const periods: SavingPeriod[] = [];
  for (let first = from; first <= to; ) {
    if (periods.length === PERIODS_MAX)
      throw refuse('savings.tooManyPeriods', { params: { from, to, most: `${PERIODS_MAX}` } });
    const spans = grains.map((grain: Grain) => periodOf(first, grain));
    const last = [to, ...spans.map(({ end }) => end)].sort()[0] as string;
    periods.push({ first, last, labels: Object.fromEntries(spans.map(({ label }, at) => [grains[at], label])) });
    if (last === to) break; // the day after may be none that the calendar has
    first = addDays(last, 1);
  }
  return periods;
};

interface Days {
  readonly from?: string;
  readonly to?: string;
}

const daysOf = async (query: DataSetQuery, manager: EntityManager): Promise<Days> => {
  const { from, to } = query;
  if (from !== undefined && to !== undefined) return { from, to };
  const known = knownOn(query);
  const [row] = await manager.query<{ from: string | null; to: string | null }[]>(
    `select (select make_date(min(year) + 1, 1, 1) from paper_baseline
              where known_from <= ${known} and known_to > ${known})::text as from,
            (select least(max(day), ${known}) from (select max(effective_day) as day from sheets_day
              union all select max(effective_day) from channel_volume_day) told having max(day) is not null)::text as to`,
  );
  return { from: from ?? row?.from ?? undefined, to: to ?? row?.to ?? undefined };
};
