import type { EntityManager } from 'typeorm';
import type { DataSetQuery, Page, ReadEvent } from '../read-model.js';
import { KpiVersion } from './tables.js';
import { type Term, VOLUME_KPIS, type VolumeKpi } from './volume-kpis.js';

export const KPI_TYPES = ['gov.sijill.kpi.defined.v1', 'gov.sijill.kpi.retired.v1'] as const;

interface Definition {
  readonly version: number;
  readonly numerator: readonly Expression[];
  readonly denominator?: readonly Expression[];
}
interface Expression {
  readonly dataset: string;
  readonly terms?: readonly Term[];
}
type VersionState = {
  readonly fromDay: string;
  readonly knownDay: string;
  readonly retiredFrom: string | null;
  readonly retiredKnown: string | null;
  readonly definition: Definition;
};
/** Version number → what is known of it. */
interface KpiState {
  readonly versions: Readonly<Record<string, VersionState>>;
}

/** Keeps the versions of a KPI beside the cubes that it divides, so that a question needs no other projection. */
export const foldKpi = ({ type, stream, id, data, knownDay }: ReadEvent, page: Page): void => {
  const { versions } = page.get<KpiState>(stream) ?? { versions: {} };
  const number = String(data.version);
  const before = versions[number];
  const isDefinition = type === KPI_TYPES[0];
  if (!isDefinition && !before) return;
  const next: VersionState = isDefinition
    ? { fromDay: String(data.from), knownDay, ...NOT_RETIRED, definition: data as unknown as Definition }
    : { ...(before as VersionState), retiredFrom: String(data.from), retiredKnown: knownDay };
  page.set<KpiState>(stream, { versions: { ...versions, [number]: next } });
  page.put(KpiVersion, { kpi: id, version: Number(number), ...next });
};

const NOT_RETIRED = { retiredFrom: null, retiredKnown: null };

/** A KPI version as the ledger holds it. */
export type KnownVersion = VersionState & { readonly kpi: string; readonly version: number };

/** Versions of the KPIs asked, and what was known of their retirement, at the question's knowledge day. */
export const knownVersions = async (query: DataSetQuery, manager: EntityManager): Promise<KnownVersion[]> => {
  const select = manager.createQueryBuilder(KpiVersion, 'k').where('k.kpi = any(:kpis)', { kpis: query.kpis });
  const { knownAt, recordedAt } = query;
  if (knownAt !== undefined) select.andWhere('k.knownDay <= :knownAt', { knownAt });
  if (recordedAt !== undefined) select.andWhere('k.knownDay <= :recordedAt', { recordedAt });
  const found = (await select.orderBy('k.kpi').addOrderBy('k.version').getMany()) as KnownVersion[];
  const isUntold = ({ retiredKnown }: KnownVersion) =>
    [knownAt, recordedAt].some((day) => day !== undefined && retiredKnown !== null && retiredKnown > day);
  return found.map((version) => (isUntold(version) ? { ...version, ...NOT_RETIRED } : version));
};

/** A version from 2200 on is there to be asked for by number and never answers by itself. */
const LAST_DAY = '2199-12-31';

/** Version that answers a question up to `day`: the newest that has begun and is not retired. */
export const versionInForce = (known: readonly KnownVersion[], kpi: string, day = LAST_DAY): number | undefined =>
  known
    .filter((one) => one.kpi === kpi && one.fromDay <= day)
    .filter(({ retiredFrom }) => retiredFrom === null || day < retiredFrom)
    .at(-1)?.version;

/** Days from `from` to `to` on which the version in force may change: on the day before each it is the one before. */
export const daysOfChange = (
  known: readonly KnownVersion[],
  kpi: string,
  { from = '', to = LAST_DAY }: Range,
): string[] => {
  const days = known
    .filter((one) => one.kpi === kpi)
    .flatMap(({ fromDay, retiredFrom }) => [fromDay, ...(retiredFrom === null ? [] : [retiredFrom])]);
  return [...new Set(days)].filter((day) => day > from && day <= to).sort();
};
type Range = Pick<DataSetQuery, 'from' | 'to'>;

/** Sums that a version divides: as the ledger defines it, else as built in; undefined where it is no sum over `dataset`. */
export const sumsOfVersion = (
  known: readonly KnownVersion[],
  kpi: string,
  version: number,
  dataset: string,
): VolumeKpi | undefined => {
  const stored = known.find((one) => one.kpi === kpi && one.version === version)?.definition;
  const termsOf = (part: readonly Expression[] | undefined) => part?.find((one) => one.dataset === dataset)?.terms;
  const [numerator, denominator] = [termsOf(stored?.numerator), termsOf(stored?.denominator)];
  if (numerator && denominator) return { id: kpi, version, numerator, denominator };
  return VOLUME_KPIS.find((builtIn) => builtIn.id === kpi && builtIn.version === version);
};
