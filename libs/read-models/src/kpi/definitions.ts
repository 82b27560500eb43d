import type { EntityManager } from 'typeorm';
import { defaultFacts, type KpiDefined, type MeasureTerm } from '#ledger';
import type { DataSetQuery } from '../read-model.js';
import { selectVersions } from '../registers.js';

export type Term = Readonly<MeasureTerm>;

/** A KPI version, as the ledger holds it; where it holds none of that number, as a fresh one adopts it. */
export interface KnownVersion {
  readonly kpi: string;
  readonly version: number;
  /** First day for which it answers unless another is asked for. */
  readonly fromDay: string;
  /** From this day on it answers only where it is asked for, as far as is known. */
  readonly retiredFrom: string | null;
  readonly definition: Pick<KpiDefined, 'numerator' | 'denominator'>;
}

/** The definitions that a fresh ledger adopts (kpis.md, section 2). */
const BUILT_IN: readonly KnownVersion[] = defaultFacts()
  .filter(({ type }) => type === 'gov.sijill.kpi.defined.v1')
  .map(({ data }) => {
    const definition = data as KpiDefined;
    const { kpiId: kpi, version, from: fromDay } = definition;
    return { kpi, version, fromDay, retiredFrom: null, definition };
  });

/** Versions of the KPIs asked, oldest first, and what was known of their retirement, at the question's knowledge day. */
export const knownVersions = async (
  { kpis, knownAt, recordedAt }: Pick<DataSetQuery, 'kpis' | 'knownAt' | 'recordedAt'>,
  manager: EntityManager,
): Promise<readonly KnownVersion[]> => {
  if (kpis.length === 0) return [];
  const [known] = [knownAt, recordedAt].filter((day) => day !== undefined).sort();
  const filters = { kind: ['kpi'], id: kpis };
  const found = await selectVersions(manager, { filters, ...(known !== undefined && { knownAt: known }) }).getMany();
  const recorded = found.map(({ id, version, fromDay, retiredFrom, retiredKnown, content }): KnownVersion => {
    const isRetired = retiredKnown !== null && (known === undefined || retiredKnown <= known);
    const definition = content as unknown as KpiDefined;
    return { kpi: id, version, fromDay, retiredFrom: isRetired ? retiredFrom : null, definition };
  });
  const isHeld = ({ kpi, version }: KnownVersion) => recorded.some((one) => one.kpi === kpi && one.version === version);
  const adopted = BUILT_IN.filter((one) => kpis.includes(one.kpi) && !isHeld(one));
  return [...recorded, ...adopted].sort((one, other) => one.version - other.version);
};

/** A version from 2200 on is there to be asked for by number and never answers by itself. */
const LAST_DAY = '2199-12-31';

/**
 * Version that answers a question up to `day`: the newest that has begun and is not retired, the first one before any has begun.
 * Undefined: all that had begun are retired.
 */
export const versionInForce = (known: readonly KnownVersion[], kpi: string, day = LAST_DAY): number | undefined => {
  const [first, ...later] = known.filter((one) => one.kpi === kpi);
  const begun = [first, ...later.filter(({ fromDay }) => fromDay <= day)];
  return begun.findLast((one) => one && (one.retiredFrom === null || day < one.retiredFrom))?.version;
};

/** Days from `from` to `to` on which the version in force may change: on the day before each it is the one before. */
export const daysOfChange = (
  known: readonly KnownVersion[],
  kpi: string,
  { from = '', to = LAST_DAY }: Pick<DataSetQuery, 'from' | 'to'>,
): string[] => {
  const days = known
    .filter((one) => one.kpi === kpi)
    .flatMap(({ fromDay, retiredFrom }) => [fromDay, ...(retiredFrom === null ? [] : [retiredFrom])]);
  return [...new Set(days)].filter((day) => day > from && day <= to).sort();
};
