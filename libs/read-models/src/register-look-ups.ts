import type { EntityManager } from 'typeorm';
import { AE_DU, type Weekday, type WeekRule, type WorkingCalendar } from '#kernel';
import type { PolicyParameters } from '#ledger';
import { type RegisterVersion, selectVersions } from './registers.js';

const SMALL_COUNT = 10;

/** What a look-up may fix beside the day. */
export interface AsKnown {
  /** Asked for by number: whether it is in force does not matter then. */
  readonly version?: number;
  readonly knownAt?: string;
}

/** Definition of a KPI in force on a day, or the version asked for; undefined: none. */
export const kpiInForce = (
  manager: EntityManager,
  id: string,
  day: string,
  asKnown: AsKnown = {},
): Promise<RegisterVersion | undefined> => versionInForce(manager, 'kpi', id, day, asKnown);

/** Parameters of a policy in force on a day, or the version asked for, in `content.parameters`; undefined: none. */
export const policyInForce = (
  manager: EntityManager,
  id: string,
  day: string,
  asKnown: AsKnown = {},
): Promise<RegisterVersion | undefined> => versionInForce(manager, 'policy', id, day, asKnown);

/** Counts below it are not told to the public, by the policy `publication` in force on a day; 10 where there is none. */
export const smallCountOn = async (manager: EntityManager, day: string, asKnown: AsKnown = {}): Promise<number> => {
  const policy = await policyInForce(manager, 'publication', day, asKnown);
  return (policy?.content.parameters as PolicyParameters['publication'] | undefined)?.smallCount ?? SMALL_COUNT;
};

/** Factors that may be applied on a day, by id and version; of one set where it is named. */
export const factorsInForce = async (
  manager: EntityManager,
  day: string,
  { set, knownAt }: { readonly set?: string; readonly knownAt?: string } = {},
): Promise<readonly RegisterVersion[]> => {
  const select = selectVersions(manager, {
    effectiveAt: day,
    filters: { kind: ['factor'] },
    ...(knownAt !== undefined && { knownAt }),
  });
  if (set !== undefined) select.andWhere(`v.content ->> 'set' = :set`, { set });
  return select.orderBy('v.id').addOrderBy('v.version').getMany();
};

/** All versions of one item, oldest first. */
export const versionsOfItem = (
  manager: EntityManager,
  kind: string,
  id: string,
  knownAt?: string,
): Promise<RegisterVersion[]> =>
  selectVersions(manager, { filters: { kind: [kind], id: [id] }, ...(knownAt !== undefined && { knownAt }) })
    .orderBy('v.version')
    .getMany();

/** The working calendar as known on a day, holidays included; `ae-du@1` as built in where no rule of the week was recorded. */
export const calendarAsKnown = async (
  manager: EntityManager,
  calendarId: string,
  knownAt = '9999-12-31',
): Promise<WorkingCalendar> => {
  const rules = await versionsOfItem(manager, 'calendar', calendarId, knownAt);
  const holidays = await selectVersions(manager, { knownAt, filters: { kind: ['holiday'] } })
    .andWhere('starts_with(v.id, :calendar)', { calendar: `${calendarId}:` })
    .andWhere('(v.retired_known is null or v.retired_known > :knownAt)')
    .getMany();
  const weeks = rules.map(ruleOf).sort((one, other) => (one.from < other.from ? -1 : 1));
  const [first] = weeks;
  const zone = rules.at(-1)?.content.zone;
  return {
    calendarId,
    version: Math.max(rules.length, 1),
    zone: typeof zone === 'string' ? zone : AE_DU.zone,
    weeks: first ? [first, ...weeks.slice(1)] : AE_DU.weeks,
    holidays: new Set(holidays.map(({ fromDay }) => fromDay)),
  };
};

const ruleOf = ({ content, fromDay }: RegisterVersion): WeekRule => ({
  from: fromDay,
  weekStart: content.weekStart as Weekday,
  workingDays: content.workingDays as Weekday[],
  halfDays: content.halfDays as Weekday[],
});

const versionInForce = async (
  manager: EntityManager,
  kind: string,
  id: string,
  day: string,
  { version, knownAt }: AsKnown,
): Promise<RegisterVersion | undefined> => {
  const known = knownAt === undefined ? {} : { knownAt };
  const filters = { kind: [kind], id: [id], ...(version !== undefined && { version: [String(version)] }) };
  const asked = version === undefined ? { ...known, effectiveAt: day, filters } : { ...known, filters };
  return (await selectVersions(manager, asked).orderBy('v.version', 'DESC').getOne()) ?? undefined;
};
