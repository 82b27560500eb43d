import {
  AE_DU,
  addDays,
  type Day,
  halfOf,
  monthOf,
  quarterOf,
  type WeekRule,
  weekdayOf,
  weekOf,
  yearOf,
} from '#kernel';
import type { Grain } from './read-model.js';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export interface FiscalYear {
  /** Month 1 to 12 in which the fiscal year begins. Default 1: the calendar year, labelled `2021`; else `2021-2022`. */
  readonly startMonth?: number;
}

/**
 * SQL text of the period label of a date expression. The same labels as `periodOf` of the kernel, day for day: a test
 * compares all days of 2015 to 2030. `day` is SQL of ours, never text of a caller.
 */
export const periodSql = (grain: Grain, day: string, { startMonth = 1 }: FiscalYear = {}): string => {
  switch (grain) {
    case 'day':
      return `to_char(${day}, 'YYYY-MM-DD')`;
    case 'week':
      return `to_char(${weekStartSql(day)}, 'YYYY-MM-DD')`;
    case 'month':
      return `to_char(${day}, 'YYYY-MM')`;
    case 'quarter':
      return `to_char(${day}, 'YYYY"-Q"Q')`;
    case 'half':
      return `to_char(${day}, 'YYYY') || case when extract(month from ${day}) <= 6 then '-H1' else '-H2' end`;
    case 'year':
      return `to_char(${day}, 'YYYY')`;
    case 'fiscal_year':
      return startMonth === 1 ? `to_char(${day}, 'YYYY')` : shiftedYearSql(day, startMonth);
  }
};

/** Last day of the period with this label; the fiscal year is the calendar year. */
export const lastDayOfLabel = (grain: Grain, label: string): Day => {
  switch (grain) {
    case 'day':
      return label;
    case 'week':
      return weekOf(label).end;
    case 'month':
      return monthOf(label).end;
    case 'quarter':
      return quarterOf(label).end;
    case 'half':
      return halfOf(label).end;
    case 'year':
    case 'fiscal_year':
      return yearOf(label).end;
  }
};

const shiftedYearSql = (day: string, startMonth: number): string => {
  const year = `extract(year from ${day} - interval '${Math.trunc(startMonth) - 1} months')::int`;
  return `${year}::text || '-' || (${year} + 1)::text`;
};

/** First day of the week: back to the last start day of the rule in force, or of the rule before until the new one has had its first. */
const weekStartSql = (day: string): string => {
  const branches = AE_DU.weeks.map((rule, at) => {
    const next = AE_DU.weeks[at + 1];
    const start = backToStart(rule, next ? `least(${day}, date '${addDays(next.from, -1)}')` : day);
    return at === 0 ? `else ${start}` : `when ${day} >= date '${firstStartOf(rule)}' then ${start}`;
  });
  return `case ${branches.reverse().join(' ')} end`;
};

const backToStart = ({ weekStart }: WeekRule, day: string): string =>
  `${day} - (extract(isodow from ${day})::int + ${7 - isoWeekday(weekStart)}) % 7`;

const firstStartOf = (rule: WeekRule): string => {
  let day = rule.from;
  while (weekdayOf(day) !== isoWeekday(rule.weekStart)) day = addDays(day, 1);
  return day;
};

const isoWeekday = (name: string): number => WEEKDAYS.indexOf(name) + 1;

/** The grains, longest first where it matters to a reader; used to tell a period group from a dimension. */
export const GRAINS: readonly Grain[] = ['day', 'week', 'month', 'quarter', 'half', 'year', 'fiscal_year'];

export const isGrain = (name: string): name is Grain => (GRAINS as readonly string[]).includes(name);
