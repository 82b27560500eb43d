import type { EntityManager } from 'typeorm';
import { type Day, divide, Failure, isDay, lastDayOfPart, type Ratio, ratio, ratioOfDecimal } from '#kernel';
import type { PolicyParameters } from '#ledger';
import { kpiFailures } from '../kpi.js';
import type { AnswerValue, DataSet, DataSetQuery } from '../read-model.js';
import { policyInForce } from '../register-look-ups.js';
import { elsewhere } from '../snapshot.js';
import { firstDayOf, isDated, type Measured, type Stated, type Yardstick } from './verdict.js';

/** Where a data set is found by its name. */
export type FindDataSet = (name: string) => DataSet | undefined;

export interface Measurable extends Stated {
  readonly scope: string;
  readonly metric: string;
  readonly periodStart: Day | null;
}

type Mapping = PolicyParameters['claim-measures']['mappings'][number];

/** What was counted of each claim, in their order, and where the projections stood that were asked. */
export interface Measurements {
  readonly measured: readonly (Measured | undefined)[];
  readonly positions: Readonly<Record<string, string | null>>;
}

/**
 * Measures claims by policy `claim-measures`: each asks the data set that the policy names, as known on the same day. A mapping that names
 * what the data set does not have measures nothing.
 */
export const measureClaims = async (
  claims: readonly Measurable[],
  asked: { readonly manager: EntityManager; readonly query: DataSetQuery; readonly today: Day },
  findDataSet: FindDataSet,
): Promise<Measurements> => {
  const { manager, query, today } = asked;
  const mappings = await mappingsInForce(manager, today, query.knownAt);
  const measured: (Measured | undefined)[] = [];
  const positions: Record<string, string | null> = {};
  for (const claim of claims) {
    const mapping = mappings.find(({ scope, metric }) => scope === claim.scope && metric === claim.metric);
    const dataSet = mapping && findDataSet(mapping.dataset);
    if (!mapping || !dataSet || !isKnownTo(dataSet, mapping)) {
      measured.push(undefined);
      continue;
    }
    const question = questionOf(claim, mapping, dataSet, query);
    const found = question
      ? await elsewhere(manager, dataSet.projection, async (position) => {
          positions[dataSet.projection] = position;
          const answer = await dataSet.rows(question, manager).catch(unlessComputable);
          return answer && measuredOf(answer, mapping, dataSet, claim);
        })
      : undefined;
    measured.push(found);
  }
  return { measured, positions };
};

/** A definition in force that the data set cannot compute is no fault of the question: nothing is measured. */
const unlessComputable = (error: unknown): undefined => {
  if (error instanceof Failure && error.code in kpiFailures) return undefined;
  throw error;
};

const mappingsInForce = async (
  manager: EntityManager,
  today: Day,
  knownAt: string | undefined,
): Promise<readonly Mapping[]> => {
  const policy = await policyInForce(manager, 'claim-measures', today, knownAt === undefined ? {} : { knownAt });
  const parameters = policy?.content.parameters as PolicyParameters['claim-measures'] | undefined;
  return parameters?.mappings ?? [];
};

/** Policy `claims` as in force; the values of its first version where a ledger has adopted none. */
export const yardstickOf = async (
  manager: EntityManager,
  today: Day,
  knownAt: string | undefined,
): Promise<Yardstick> => {
  const policy = await policyInForce(manager, 'claims', today, knownAt === undefined ? {} : { knownAt });
  const parameters = policy?.content.parameters as PolicyParameters['claims'] | undefined;
  return {
    today,
    aboutTolerance: parameters ? exact(parameters.aboutTolerance) : ratio(1n, 20n),
    minCoverage: parameters ? exact(parameters.minCoverage) : ratio(9n, 10n),
  };
};

const exact = ({ num, den }: { readonly num: string; readonly den: string }): Ratio => ratio(BigInt(num), BigInt(den));

const isKnownTo = ({ description }: DataSet, { measure, filters }: Mapping): boolean =>
  (measure in description.measures || description.kpis.includes(measure)) &&
  filters.every(({ dimension }) => dimension in description.dimensions);

/** Undefined: the claim has no days to measure between. */
const questionOf = (
  claim: Measurable,
  { measure, filters, period }: Mapping,
  { description }: DataSet,
  { knownAt, recordedAt }: DataSetQuery,
): DataSetQuery | undefined => {
  const [start, end] = daysOf(claim, description.measures[measure]?.unit === 'day');
  if (period === 'claimed' && (start === null || end === null)) return undefined;
  return {
    group: [],
    filters: Object.fromEntries(filters.map(({ dimension, isIn }) => [dimension, isIn])),
    kpis: description.kpis.includes(measure) ? [measure] : [],
    limit: 2,
    ...(period === 'claimed' && start !== null && { from: start }),
    ...(end !== null && { to: end }),
    ...(knownAt !== undefined && { knownAt }),
    ...(recordedAt !== undefined && { recordedAt }),
  };
};

/** A day that was found may lie behind the one that was claimed: all days are looked through. */
const daysOf = (claim: Measurable, isDay: boolean): readonly [start: Day | null, end: Day | null] => {
  if (isDay) return [null, null];
  return isDated(claim) ? [firstDayOf(claim.value), lastDayOfPart(claim.value)] : [claim.periodStart, claim.periodEnd];
};

const measuredOf = (
  {
    rows,
    coverage,
  }: { readonly rows: readonly Readonly<Record<string, AnswerValue>>[]; readonly coverage: Ratio | null },
  { measure }: Mapping,
  { description }: DataSet,
  claim: Stated,
): Measured | undefined => {
  const [row, ...others] = rows;
  const figure = row?.[measure];
  // Several rows are figures that must not be added up.
  if (others.length > 0 || figure === undefined || figure === null) return undefined;
  if (typeof figure === 'string' && isDay(figure)) return { value: figure, coverage };
  const { num, den, coverage: own } = partsOf(figure) ?? {};
  if (num === undefined || den === undefined || den === 0n) return undefined;
  const unit = description.measures[measure]?.unit ?? '';
  const value = divide(ratio(num, den), ratio(CONVERTED[unit]?.[claim.unit.split('-')[0] ?? ''] ?? 1n));
  return { value, coverage: own ?? coverage };
};

/** Unit of a measure → first part of a claim's unit → how many of the one make one of the other. */
const CONVERTED: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
  fils: { aed: 100n },
  minute: { hour: 60n },
  g: { kg: 1000n },
};

interface Parts {
  readonly num?: bigint;
  readonly den?: bigint;
  readonly coverage?: Ratio;
}

const partsOf = (figure: AnswerValue): Parts | undefined => {
  if (typeof figure === 'number' || typeof figure === 'string') return ratioOfDecimal(String(figure));
  if (typeof figure !== 'object' || figure === null || !('num' in figure) || !('den' in figure)) return undefined;
  const { num, den, coverage } = figure as Readonly<Record<string, AnswerValue>>;
  if (num === null || den === null || num === undefined || den === undefined) return undefined;
  const known = coverage === undefined || coverage === null ? undefined : partsOf(coverage);
  const isKnown = known?.num !== undefined && known.den !== undefined && known.den !== 0n;
  return {
    ...fraction(String(num), String(den)),
    ...(isKnown && { coverage: ratio(known.num as bigint, known.den as bigint) }),
  };
};

/** Both parts may have decimals of their own. */
const fraction = (num: string, den: string): Parts => {
  const below = ratioOfDecimal(den);
  return below.num === 0n ? {} : divide(ratioOfDecimal(num), below);
};
