import type { EntityManager } from 'typeorm';
import { figureOf, millionths, NO_FIGURE, type RatioFigure } from '../kpi/figure.js';
import { pairedOf, type ServiceVolume, takeUpChange, takeUpOf } from '../kpi/take-up.js';
import type { AnswerRow, AnswerValue, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { costPerTransaction, type Money, totalCost } from './cost.js';
import type { AggregateKpis, Procedure } from './procedures.js';
import {
  compareKeys,
  isAfter,
  type Key,
  kpiKeys,
  type MeasureCoverage,
  measureCoverage,
  type SubjectSums,
  subjectSums,
} from './subject-sums.js';
import { coverageOf } from './value-answer.js';

/** Measures behind a procedure: its coverage counts their cells. */
const MEASURES: Readonly<Record<Procedure, readonly string[]>> = {
  'aggregates.take_up': ['volume', 'volume_digital'],
  'aggregates.take_up_unassisted': ['volume', 'volume_digital'],
  'aggregates.total_cost': ['volume', 'cost_per_transaction'],
  'aggregates.cost_per_transaction': ['volume', 'cost_per_transaction'],
  'aggregates.channel_share': ['volume'],
  'aggregates.high_volume': ['volume'],
};
const TAKE_UPS: ReadonlySet<Procedure> = new Set(['aggregates.take_up', 'aggregates.take_up_unassisted']);

/** One key with all that is known of it. */
interface Group {
  readonly key: Key;
  readonly subjects: SubjectSums[];
  readonly compared: SubjectSums[];
  readonly coverage: MeasureCoverage[];
}

const CHANNEL_DIMENSIONS: ReadonlySet<string> = new Set(['channel', 'channel_class', 'assisted']);

/**
 * KPIs over published totals. A row is a key (groups asked, publisher, data set, frequency, and for rolling years the
 * period) with a member each; ratios are `{ num, den, value }`, `coverage` is provided / requested of the cells behind it
 * or null where no grid is known.
 *
 * - `digital_take_up`: `{ num, den, value }` = `paired`, the headline; `naive`, `paired`, `coverage`; `services` `{ volume,
 *   digital, paired }`; `basis` `volume_digital` or `channels`, never both in one figure.
 *   With a second period (`compareFrom`, `compareTo`) also `compared` (naive, paired, services of that period) and, from
 *   the earlier period 0 to the later 1: `like_for_like0`, `like_for_like1`, `rate`, `mix`, `membership`, `change`,
 *   `common`, `zero_in_both`, `left`, `joined`, each `{ services, volume, ids }`. They are null for rolling years of
 *   which a period holds several.
 * - `total_cost`: `{ value, unit, services, coverage }`; `cost_per_transaction`: `{ num, den, value, unit, services, coverage }`
 *   over the services with both cost and volume. Never a mean of unit costs.
 * - `channel_share`: volume of the row's channel / volume of all channels of the same key without it.
 * - `high_volume`: services at or above the yearly threshold of their jurisdiction / services with a volume; `volume`
 *   is the part of the volume that they carry.
 * - `data_coverage`: provided / requested.
 */
export const aggregateKpis = async (
  query: DataSetQuery,
  { kpis, kpiVersions }: AggregateKpis,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const isComparison = query.compareFrom !== undefined && query.compareTo !== undefined;
  const keys = kpiKeys(query, isComparison);
  const subjects = await subjectSums(query, keys, manager);
  const window = { ...query, from: query.compareFrom, to: query.compareTo };
  const compared = isComparison ? await subjectSums(window, keys, manager) : [];
  const groups = gathered(subjects, compared, await measureCoverage(query, keys, manager));
  const isAsked = (procedure: Procedure) => kpis.some((one) => 'procedure' in one && one.procedure === procedure);
  const wholes = isAsked('aggregates.channel_share') ? await volumesOfAllChannels(query, keys, manager) : () => null;
  const sorted = groups.sort((a, b) => compareKeys(a.key, b.key)).filter(({ key }) => isAfter(key, query.after));
  const page = sorted.slice(0, query.limit);
  const isEarlier = (query.from ?? '') <= (query.compareFrom ?? '');
  const rows = page.map((group): AnswerRow => {
    const members = kpis.map(({ kpi, ...how }): [string, AnswerValue] => {
      if (!('procedure' in how)) return [kpi, coverageFigure(group.coverage, how.covered) ?? NO_FIGURE];
      const { procedure } = how;
      const covered = coverageFigure(group.coverage, MEASURES[procedure]);
      if (!TAKE_UPS.has(procedure)) return [kpi, plainKpi(procedure, group, covered, wholes(group.key))];
      const isUnassisted = procedure === 'aggregates.take_up_unassisted';
      const own = takeUpMember(group, isUnassisted, covered);
      return [kpi, isComparison ? { ...own, ...changeMember(group, isUnassisted, isEarlier) } : own];
    });
    return {
      ...Object.fromEntries(keys.map((name, at) => [name, group.key[at] ?? null])),
      ...Object.fromEntries(members),
    };
  });
  const last = sorted.length > query.limit ? page.at(-1) : undefined;
  return { rows, coverage: await coverageOf(query, manager), kpiVersions, ...(last && { next: last.key }) };
};

const gathered = (
  subjects: readonly SubjectSums[],
  compared: readonly SubjectSums[],
  coverage: readonly MeasureCoverage[],
): Group[] => {
  const groups = new Map<string, Group>();
  const at = (key: Key): Group => {
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { key, subjects: [], compared: [], coverage: [] };
    groups.set(name, group);
    return group;
  };
  for (const sums of subjects) at(sums.key).subjects.push(sums);
  for (const sums of compared) at(sums.key).compared.push(sums);
  for (const sums of coverage) at(sums.key).coverage.push(sums);
  return [...groups.values()].map((group) => ({
    ...group,
    subjects: ofOneKind(group.subjects),
    compared: ofOneKind(group.compared),
  }));
};

/** Totals of entities hold those of their services: where both are there, the services count. */
const ofOneKind = (subjects: SubjectSums[]): SubjectSums[] => {
  const services = subjects.filter(({ kind }) => kind === 'service');
  return services.length > 0 ? services : subjects;
};

const coverageFigure = (coverage: readonly MeasureCoverage[], measures: readonly string[]): RatioFigure | null => {
  const counted = coverage.filter(({ measure }) => measures.includes(measure));
  if (counted.length === 0) return null;
  const sum = (part: 'provided' | 'requested') => counted.reduce((total, one) => total + BigInt(one[part]), 0n);
  return figureOf(sum('provided'), sum('requested'));
};

type Basis = 'volume_digital' | 'channels';

/** Totals with a digital part where a publisher gives any, else channel cells: one basis for the whole figure. */
const basisOf = ({ subjects, compared }: Group): Basis =>
  [...subjects, ...compared].some(({ volume, digital }) => volume !== null || digital !== null)
    ? 'volume_digital'
    : 'channels';

const volumesOf = (subjects: readonly SubjectSums[], basis: Basis, isUnassisted: boolean): ServiceVolume[] =>
  subjects.map((sums) => {
    if (basis === 'channels') {
      const digital = isUnassisted ? sums.channels_unassisted : sums.channels_digital;
      return serviceVolume(sums.subject, sums.channels, digital, sums.channels, digital);
    }
    return serviceVolume(sums.subject, sums.volume, sums.digital, sums.paired_volume, sums.paired_digital);
  });

const serviceVolume = (
  service: string,
  ...[volume, digital, pairedVolume, pairedDigital]: readonly (string | null)[]
): ServiceVolume => {
  const [v, d, pv, pd] = [volume, digital, pairedVolume, pairedDigital].map((text) => (text ? millionths(text) : null));
  return {
    service,
    volume: v ?? null,
    digital: d ?? null,
    paired: pv === null || pv === undefined || pd === null || pd === undefined ? null : { volume: pv, digital: pd },
  };
};

/** Published digital totals do not say what assistance carried, so the unassisted version has no answer over them. */
const isAnswerable = (basis: Basis, isUnassisted: boolean): boolean => basis === 'channels' || !isUnassisted;

const takeUpMember = (group: Group, isUnassisted: boolean, coverage: RatioFigure | null) => {
  const basis = basisOf(group);
  const services = isAnswerable(basis, isUnassisted) ? volumesOf(group.subjects, basis, isUnassisted) : [];
  const figures = takeUpOf(services);
  // A suppressed part makes the published sum unknown; services that have both parts are still theirs.
  const naive = group.subjects.some(({ is_suppressed }) => is_suppressed) ? NO_FIGURE : figures.naive;
  return { ...figures.paired, basis, ...figures, naive, coverage };
};

const changeMember = (
  group: Group,
  isUnassisted: boolean,
  isEarlier: boolean,
): Readonly<Record<string, AnswerValue>> => {
  const basis = basisOf(group);
  const [own, other] = isAnswerable(basis, isUnassisted)
    ? [volumesOf(group.subjects, basis, isUnassisted), volumesOf(group.compared, basis, isUnassisted)]
    : [[], []];
  const compared = takeUpOf(other);
  const isOverlapping = isRolling(group) && [...group.subjects, ...group.compared].some(({ periods }) => periods > 1);
  const [before, after] = isEarlier ? [own, other] : [other, own];
  return { compared, ...(isOverlapping ? NO_CHANGE : takeUpChange(pairedOf(before), pairedOf(after))) };
};

const NO_CHANGE = { like_for_like0: null, like_for_like1: null, rate: null, mix: null, membership: null, change: null };

const isRolling = ({ key }: Group): boolean => key.includes('R');

const plainKpi = (
  procedure: Procedure,
  group: Group,
  coverage: RatioFigure | null,
  whole: bigint | null,
): AnswerValue => {
  const { subjects } = group;
  switch (procedure) {
    case 'aggregates.total_cost':
      return { ...totalCost(moneyOf(subjects)), coverage };
    case 'aggregates.cost_per_transaction':
      return { ...costPerTransaction(moneyOf(subjects)), coverage };
    case 'aggregates.channel_share': {
      const volume = sumOf(subjects, 'channels');
      return { ...(whole === null ? NO_FIGURE : shareOf(volume, whole)), coverage };
    }
    default:
      return { ...highVolume(subjects), coverage };
  }
};

const moneyOf = (subjects: readonly SubjectSums[]): Money[] =>
  subjects.flatMap(({ subject, cost, cost_volume: volume, cost_unit: unit, cost_units: units }) =>
    cost === null || volume === null || unit === null || units !== 1 ? [] : [{ subject, cost, volume, unit }],
  );

const sumOf = (subjects: readonly SubjectSums[], member: 'channels' | 'years_volume' | 'high_volume'): bigint =>
  subjects.reduce((sum, subject) => sum + millionths(subject[member] ?? '0'), 0n);

const MILLION = 1_000_000n;
const shareOf = (num: bigint, den: bigint): RatioFigure =>
  num % MILLION === 0n && den % MILLION === 0n ? figureOf(num / MILLION, den / MILLION) : figureOf(num, den);

const highVolume = (subjects: readonly SubjectSums[]): Readonly<Record<string, AnswerValue>> => {
  const count = (member: 'years' | 'high_years') =>
    subjects.reduce((sum, subject) => sum + BigInt(subject[member]), 0n);
  const years = count('years');
  if (years === 0n) return { ...NO_FIGURE, volume: NO_FIGURE };
  const volume = shareOf(sumOf(subjects, 'high_volume'), sumOf(subjects, 'years_volume'));
  return { ...figureOf(count('high_years'), years), volume };
};

/** Volume of all channels by the groups that are not about channels; null where no channel cell is there. */
const volumesOfAllChannels = async (query: DataSetQuery, keys: readonly string[], manager: EntityManager) => {
  const others = keys.filter((name) => !CHANNEL_DIMENSIONS.has(name));
  const filters = Object.fromEntries(Object.entries(query.filters).filter(([name]) => !CHANNEL_DIMENSIONS.has(name)));
  const wholes = new Map<string, bigint>();
  for (const { key, channels } of await subjectSums({ ...query, filters }, others, manager)) {
    if (channels === null) continue;
    const name = JSON.stringify(key);
    wholes.set(name, (wholes.get(name) ?? 0n) + millionths(channels));
  }
  return (key: Key): bigint | null =>
    wholes.get(JSON.stringify(key.filter((_, at) => !CHANNEL_DIMENSIONS.has(keys[at] as string)))) ?? null;
};
