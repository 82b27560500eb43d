import type { EntityManager } from 'typeorm';
import { type FailureTable, failingWith, type Ratio, ratio } from '#kernel';
import type { DataSetQuery, FactorUsed } from '../read-model.js';
import { selectVersions } from '../registers.js';

export const factorFailures = {
  'factors.unknown': {
    kind: 'invalid',
    en: 'No factor set and no factor version is called {names}. Sets: {sets}. Versions: {versions}.',
    ar: 'لا توجد مجموعة معاملات ولا إصدار معامل باسم {names}. المجموعات: {sets}. الإصدارات: {versions}.',
  },
  'factors.twice': {
    kind: 'invalid',
    en: 'Two versions of the factor {factor} are named. One figure takes one of them.',
    ar: 'ذُكر للمعامل {factor} إصداران، ولا يؤخذ في الرقم الواحد إلا بأحدهما.',
  },
} as const satisfies FailureTable;
const refuse = failingWith(factorFailures);

/** Factors that savings are converted by (kpis.md, sections 3.2 and 4). */
const APPLIED = [
  'sheets-per-tree',
  'fils-per-sheet',
  'minutes-per-sheet',
  'tariff-hour',
  'grams-per-sheet',
  'co2e-per-kg',
  'counter-minutes',
  'trip-minutes',
  'digital-minutes',
  'trip-co2e',
] as const;
export type FactorId = (typeof APPLIED)[number];

/** The set whose factors go with every other. */
const SHARED_SET = 'all';

/** Set → versions of other sets that belong to it as well (kpis.md, section 4). */
const TAKES: Readonly<Record<string, readonly string[]>> = { 'releases-2021': ['grams-per-sheet@1', 'co2e-per-kg@1'] };

export interface FactorVersion {
  readonly id: string;
  readonly version: number;
  readonly set: string;
  readonly value: Ratio;
  readonly unit: string;
  readonly source: string;
  readonly verified: boolean;
  /** First and last day of the periods to which it may be applied without being named. */
  readonly from: string;
  readonly until: string | null;
  /** From this day on it is applied only where it is named, as far as is known. */
  readonly retiredFrom: string | null;
}
const nameOf = ({ id, version }: FactorVersion): string => `${id}@${version}`;

/** What a figure is converted by: a set, and versions that stand in its place by name. */
export interface Conversion {
  /** Null: nothing was chosen, so nothing is converted. */
  readonly set: string | null;
  readonly named: readonly FactorVersion[];
}

export type Factors = Partial<Record<FactorId, FactorVersion>>;

/** All versions known on the knowledge day. */
export const knownFactors = async (query: DataSetQuery, manager: EntityManager): Promise<readonly FactorVersion[]> => {
  const [knownAt] = [query.knownAt, query.recordedAt].flatMap((day) => (day === undefined ? [] : [day])).sort();
  const filters = { kind: ['factor'] };
  const found = await selectVersions(manager, { filters, ...(knownAt !== undefined && { knownAt }) })
    .orderBy('v.id')
    .addOrderBy('v.version')
    .getMany();
  return found.map(({ id, version, fromDay, untilDay, retiredFrom, retiredKnown, content }) => {
    const { set, value, unit, source, verified } = content as unknown as Content;
    const isRetired = retiredKnown !== null && (knownAt === undefined || retiredKnown <= knownAt);
    return {
      ...{ id, version, set, unit, source, verified, value: ratio(BigInt(value.num), BigInt(value.den)) },
      ...{ from: fromDay, until: untilDay, retiredFrom: isRetired ? retiredFrom : null },
    };
  });
};
interface Content extends Pick<FactorVersion, 'set' | 'unit' | 'source' | 'verified'> {
  readonly value: { readonly num: string; readonly den: string };
}

/**
 * Conversions that a question names, in its order: sets stand side by side, versions (`id@version`) stand in every one of them
 * and without a set alone. A question that groups by factor set and names none is answered under every set.
 *
 * @throws Failure `factors.unknown`, `factors.twice`.
 */
export const conversionsOf = (query: DataSetQuery, known: readonly FactorVersion[]): readonly Conversion[] => {
  const asked = query.factors ?? [];
  const sets = setsOf(known);
  const named = known.filter((version) => asked.includes(nameOf(version)));
  const unknown = asked.filter((name) => !sets.includes(name) && !named.some((version) => nameOf(version) === name));
  if (unknown.length > 0)
    throw refuse('factors.unknown', {
      params: {
        names: unknown.join(', '),
        sets: sets.join(', ') || '-',
        versions: known.map(nameOf).join(', ') || '-',
      },
    });
  const twice = named.find(({ id }, at) => named.findIndex((other) => other.id === id) !== at);
  if (twice) throw refuse('factors.twice', { params: { factor: twice.id } });
  const isBySet = query.group.includes('factor_set') || query.filters.factor_set !== undefined;
  const chosen = asked.filter((name) => sets.includes(name));
  const all = chosen.length > 0 || !isBySet ? chosen : sets;
  const alone: readonly (string | null)[] = all.length > 0 ? all : [null];
  const filter = query.filters.factor_set;
  return alone
    .filter((set) => filter === undefined || (set !== null && filter.includes(set)))
    .map((set) => ({ set, named }));
};

const setsOf = (known: readonly FactorVersion[]): readonly string[] => {
  const applied = known.filter(({ id }) => (APPLIED as readonly string[]).includes(id));
  return [...new Set(applied.map(({ set }) => set))].filter((set) => set !== SHARED_SET).sort();
};

/** Factors of a conversion that may be applied to a whole period; a version asked for by name always may. */
export const factorsFor = (
  { set, named }: Conversion,
  { first, last }: { readonly first: string; readonly last: string },
  known: readonly FactorVersion[],
): Factors => {
  const holds = ({ from, until, retiredFrom }: FactorVersion) =>
    from <= first && (until === null || until >= last) && (retiredFrom === null || retiredFrom > last);
  const factors: Factors = {};
  for (const id of APPLIED) {
    const versions = known.filter((version) => version.id === id && holds(version));
    const ofSet = versions.filter((version) => set !== null && version.set === set);
    const taken = versions.filter((version) => set !== null && TAKES[set]?.includes(nameOf(version)));
    const shared = versions.filter((version) => set !== null && version.set === SHARED_SET);
    const used = named.find((version) => version.id === id) ?? ofSet.at(-1) ?? taken.at(-1) ?? shared.at(-1);
    if (used) factors[id] = used;
  }
  return factors;
};

/** As the answer tells it: version and source of every factor that a figure was converted by. */
export const usedAs = ({ set }: Conversion, factors: Factors): readonly FactorUsed[] =>
  Object.values(factors).map(({ id, version, value, unit, source, verified, set: origin }) => ({
    ...{ factorSet: set, factor: id, version, origin, unit, source, verified },
    value: { num: value.num.toString(), den: value.den.toString() },
  }));
