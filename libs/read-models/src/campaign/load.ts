import type { EntityManager } from 'typeorm';
import { AE_DU, type Day, type WorkingCalendar } from '#kernel';
import type { DataSetQuery } from '../read-model.js';
import { calendarAsKnown, policyInForce } from '../register-look-ups.js';
import { type ClassRules, classOnSql, classRules, rulesOf } from '../transaction/class-rules.js';
import type { CampaignPolicy, Span, Surroundings } from './days.js';
import type { Counted, DaySums } from './figures.js';
import type { FrozenCalendar, PolicyVersion } from './fold.js';
import { countedSql, dayOf, type Edition, editionsSql, inScopeSql, type View, valuesOf } from './views.js';

const CALENDAR = 'ae-du';
const POLICY = 'campaign';

/** Until a policy is recorded: what a fresh ledger adopts as version 1 (domain.md, section 6.3). */
const POLICY_1: CampaignPolicy = {
  baselines: ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'],
  ...{ weeksBack: 4, lookBackWeeksMax: 8, pullDays: 7, persistenceWeeks: [4, 12] },
};

/** Calendar, policy and editions as a view has them: as known on its day, or as recorded when figures were frozen. */
export const surroundingsOf = async (
  { first_day: firstDay, weeks }: Edition,
  view: View,
  manager: EntityManager,
): Promise<Surroundings> => {
  const editions = await manager.query<Span[]>(
    `select e.first_day::text as "firstDay", e.last_day::text as "lastDay" from ${editionsSql(view)} e`,
  );
  if (view.campaign !== undefined) {
    const { calendar, policy } = await frozenRegisters(firstDay, view.campaign, manager);
    return { calendar, policy: chosen(policy, weeks), editions };
  }
  const knownAt = dayOf(view);
  const policy = await policyInForce(manager, POLICY, firstDay, { knownAt });
  const calendar = await calendarAsKnown(manager, CALENDAR, knownAt);
  const parameters = (policy?.content.parameters as CampaignPolicy | undefined) ?? POLICY_1;
  return { calendar, policy: chosen(parameters, weeks), editions };
};

/** The policy with the weeks that the owner chose; as far back again where weeks fall out. */
const chosen = (policy: CampaignPolicy, weeks: number | null): CampaignPolicy =>
  weeks === null
    ? policy
    : { ...policy, weeksBack: weeks, lookBackWeeksMax: Math.max(policy.lookBackWeeksMax, 2 * weeks) };

/** What is looked at how: facts by the view, channels by the classes that it knows. */
export interface Sight {
  readonly view: View;
  readonly classes: ClassRules;
}

/** The classes of channels as a view has them: as known on its day, or as recorded when figures were frozen. */
export const classesIn = async (
  view: View,
  { effectiveAt }: Pick<DataSetQuery, 'effectiveAt'>,
  manager: EntityManager,
): Promise<ClassRules> => {
  const asked = effectiveAt === undefined ? {} : { effectiveAt };
  if (view.campaign === undefined) return classRules({ ...asked, knownAt: dayOf(view) }, manager);
  const { classes } = await freezeOf(view.campaign, manager);
  return rulesOf(classes, effectiveAt);
};

interface FreezeRow {
  readonly calendar: FrozenCalendar;
  readonly policy: readonly PolicyVersion[];
  readonly classes: readonly PolicyVersion[];
}

const freezeOf = async (campaign: string, manager: EntityManager): Promise<FreezeRow> => {
  const sql = 'select calendar, policy, classes from campaign_freeze where campaign = $1';
  const [row] = await manager.query<FreezeRow[]>(sql, [campaign]);
  return row ?? { calendar: { weeks: [], holidays: [] }, policy: [], classes: [] };
};

const frozenRegisters = async (day: Day, campaign: string, manager: EntityManager) => {
  const { calendar, policy } = await freezeOf(campaign, manager);
  const weeks = [...calendar.weeks].sort((one, other) => (one.from < other.from ? -1 : 1));
  const [first, ...others] = weeks;
  const asFrozen: WorkingCalendar = {
    ...AE_DU,
    version: Math.max(weeks.length, 1),
    weeks: first ? [first, ...others] : AE_DU.weeks,
    holidays: new Set(calendar.holidays),
  };
  const inForce = policy.filter(({ from }) => from <= day).at(-1);
  return { calendar: asFrozen, policy: (inForce?.parameters as CampaignPolicy | undefined) ?? POLICY_1 };
};

interface SumRow {
  readonly day: Day;
  readonly class: string;
  readonly received: string;
  readonly settled: string;
  readonly sheets: string;
}

/** Sums in scope of these days, by class of channel; of two editions what is in the scope of both. */
export const sumsInScope = async (
  days: readonly Day[],
  { edition, also, view, classes }: Sight & { readonly edition: Edition; readonly also?: Edition },
  manager: EntityManager,
): Promise<DaySums> => {
  const values: unknown[] = [days, edition.campaign, ...(also ? [also.campaign] : [])];
  const scopes = [valuesOf(edition, '$2'), ...(also ? [valuesOf(also, '$3')] : [])];
  const rows = await manager.query<SumRow[]>(
    `select c.effective_day::text as day, ${classOnSql('c.channel', 'c.effective_day', classes)} as class, sum(c.received)::text as received,
       sum(c.settled - c.refunded)::text as settled, sum(c.sheets)::text as sheets
     from campaign_hour c where c.effective_day = any($1::date[]) and ${countedSql('c', view)}
       ${scopes.map((scope) => `and ${inScopeSql('c', scope, view)}`).join(' ')}
     group by 1, 2 having sum(c.received) <> 0 or sum(c.settled) <> 0 or sum(c.refunded) <> 0 or sum(c.sheets) <> 0`,
    values,
  );
  const sums = new Map<Day, Map<string, Record<Counted, bigint>>>();
  for (const { day, class: name, received, settled, sheets } of rows) {
    const ofDay = sums.get(day) ?? new Map();
    sums.set(day, ofDay.set(name, { received: BigInt(received), settled: BigInt(settled), sheets: BigInt(sheets) }));
  }
  return sums;
};
