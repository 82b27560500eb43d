import type { EntityManager } from 'typeorm';
import { addDays, zoneOf } from '#kernel';
import type { PolicyParameters } from '#ledger';
import { asOfDays } from '../catalogue/as-of.js';
import { isGrain } from '../periods.js';
import type { DataSetQuery } from '../read-model.js';
import { calendarAsKnown, policyInForce } from '../register-look-ups.js';
import { type ClassRules, classRules } from '../transaction/class-rules.js';
import { literal } from '../transaction/merged.js';

/** Name of the projection that holds volumes, catalogue, calendar, policies, measures and outages at one position. */
export const PROJECTION = 'channel_volume';

/** Days before the disruption from which volumes are expected. */
export const TREND_DAYS = 56;
/** The same weekday a year before. */
export const YEAR_BACK_DAYS = 364;
/** Volumes that are not restored within so many days are not looked at further. */
const RESTORED_WITHIN_DAYS = 366;

/** Policy `continuity@1`, where the ledger has none. */
const POLICY: PolicyParameters['continuity'] = {
  expected: 'yearBackTrend',
  fallback: 'eightWeek',
  restoredShare: { num: '4', den: '5' },
  restoredDays: 7,
};

/** One disruption as known, with the days and rules by which the question looks at it. Days are inclusive. */
export interface DisruptionQuestion {
  readonly query: DataSetQuery;
  readonly disruption: string;
  readonly jurisdiction: string;
  /** First day of the disruption. */
  readonly begun: string;
  /** Days of the answer: of the question, within the disruption and not after the day of knowledge. */
  readonly from: string;
  readonly to: string;
  /** Last day on which restored volumes are looked for. */
  readonly observedTo: string;
  /** Groups that are no periods; the disruption always is the first. */
  readonly dimensions: readonly string[];
  readonly grains: readonly string[];
  readonly knownAt: string;
  readonly zone: string;
  readonly holidays: readonly string[];
  readonly policy: PolicyParameters['continuity'];
  readonly classes: ClassRules;
}

interface DisruptionRow {
  readonly disruption: string;
  readonly jurisdiction: string;
  readonly begun: string;
  readonly ended: string | null;
}

const KNOWN = `select disruption, jurisdiction, from_day::text as begun,
   case when ended_known <= $1::date then ended_on::text end as ended
  from disruption where known_day <= $1::date order by disruption collate "C"`;

/** The disruptions that a question is about, by id, from the one in its cursor on. */
export const questionsOf = async (query: DataSetQuery, manager: EntityManager): Promise<DisruptionQuestion[]> => {
  const asked = [query.knownAt, query.recordedAt].filter((day) => day !== undefined).sort()[0];
  const { knownAt } = await asOfDays(manager, PROJECTION, asked === undefined ? {} : { knownAt: asked });
  const known = await manager.query<DisruptionRow[]>(KNOWN, [knownAt]);
  const { disruption: ids, jurisdiction: jurisdictions } = query.filters;
  const [first] = query.after ?? [];
  const chosen = known.filter(
    ({ disruption, jurisdiction }) =>
      (ids?.includes(disruption) ?? true) &&
      (jurisdictions?.includes(jurisdiction) ?? true) &&
      disruption >= (first ?? ''),
  );
  const questions: DisruptionQuestion[] = [];
  for (const one of chosen) questions.push(await questionAbout(one, query, knownAt, manager));
  return questions.filter(({ from, to }) => from <= to);
};

const questionAbout = async (
  { disruption, jurisdiction, begun, ended }: DisruptionRow,
  query: DataSetQuery,
  knownAt: string,
  manager: EntityManager,
): Promise<DisruptionQuestion> => {
  const calendar = await calendarAsKnown(manager, calendarOf(jurisdiction), knownAt);
  const policy = await policyInForce(manager, 'continuity', begun, { knownAt });
  const from = latest(begun, query.from);
  const to = earliest(knownAt, ended, query.to);
  return {
    ...{ query, disruption, jurisdiction, begun, from, to, knownAt, zone: zoneOf(jurisdiction) },
    observedTo: latest(earliest(knownAt, addDays(begun, RESTORED_WITHIN_DAYS - 1)), to),
    dimensions: ['disruption', ...query.group.filter((name) => !isGrain(name) && name !== 'disruption')],
    grains: query.group.filter(isGrain),
    holidays: [...calendar.holidays],
    classes: await classRules({ ...query, knownAt }, manager),
    policy: (policy?.content.parameters as PolicyParameters['continuity'] | undefined) ?? POLICY,
  };
};

/** Federal services and those of Dubai keep the same calendar. */
const calendarOf = (jurisdiction: string): string =>
  jurisdiction === 'AE' || jurisdiction.startsWith('AE-') ? 'ae-du' : jurisdiction.toLowerCase();

const days = (values: readonly (string | null | undefined)[]): string[] =>
  values.filter((day) => day !== null && day !== undefined).sort();
const latest = (...values: readonly (string | null | undefined)[]): string => days(values).at(-1) as string;
const earliest = (...values: readonly (string | null | undefined)[]): string => days(values)[0] as string;

/** SQL: the span of alias `of` that holds on `day`, as known. */
export const holdsOn = ({ knownAt }: DisruptionQuestion, of: string, day: string): string => {
  const known = literal(knownAt);
  return `${of}.effective_from <= ${day} and ${of}.effective_to > ${day} and ${of}.known_from <= ${known} and ${of}.known_to > ${known}`;
};

/** SQL of the day whose attributes of dimensions apply to a row of `day`. */
export const attributeDay = ({ query: { effectiveAt } }: DisruptionQuestion, day: string): string =>
  effectiveAt === undefined ? day : literal(effectiveAt);

export const isNamed = ({ query, dimensions }: DisruptionQuestion, dimension: string): boolean =>
  dimensions.includes(dimension) || query.filters[dimension] !== undefined;

/** `g0, g1, …`: the groups that are no periods. */
export const keysOf = ({ dimensions }: DisruptionQuestion): string => dimensions.map((_, at) => `g${at}`).join(', ');

/** `<column> as g0, …, ` for the groups that are no periods. */
export const groupColumns = ({ dimensions }: DisruptionQuestion, columns: Readonly<Record<string, string>>): string =>
  dimensions.map((name, at) => `(${columns[name]})::text collate "C" as g${at}, `).join('');
