import { type FailureTable, failingWith } from '#kernel';
import type { DataSetDescription, DataSetQuery } from './read-model.js';

export const kpiFailures = {
  'kpi.versionUnknown': {
    kind: 'invalid',
    en: 'KPI {kpi} has no version {version} that can be computed. Known: {known}.',
    ar: 'لا يوجد للمؤشر {kpi} إصدار {version} يمكن حسابه. الإصدارات المعروفة: {known}.',
  },
  'kpi.notHere': {
    kind: 'invalid',
    en: 'Data set {dataset} does not carry the KPI {kpi}. It carries: {known}.',
    ar: 'مجموعة البيانات {dataset} لا تتضمن المؤشر {kpi}. المؤشرات التي تتضمنها: {known}.',
  },
} as const satisfies FailureTable;
const refuse = failingWith(kpiFailures);

/** Versions that are built in, rising (kpis.md, section 2). The first is in force until the ledger says otherwise. */
export const KPI_VERSIONS = {
  digital_take_up: [1, 2],
  take_up_received: [1],
  completion_rate: [1],
  intended_outcome_rate: [1],
  on_time_share: [1],
  e_transaction_share: [1],
  paperless_share: [1],
  declared_gap: [1],
  total_cost: [1],
  cost_per_transaction: [1],
  data_coverage: [1],
  channel_share: [1],
  high_volume: [1],
  online_end_to_end: [1],
  enquiries_answered: [1],
  satisfaction_scaled: [1],
  satisfaction_top_two: [1],
  sheets_net: [1],
  sheets_gross: [1],
  rebound: [1],
  reduction: [1],
  trees: [1],
  co2e: [1],
  staff_hours: [1],
  customer_hours: [1],
  money: [1],
  hours_per_person: [1],
  platform_mean_value: [1],
  remote_availability: [1],
  volume_against_expected: [1],
  uplift: [1],
  displacement: [1],
  substitution: [1],
  pull_before: [1],
  pull_after: [1],
  persistence: [1],
  participation: [1],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type KpiId = keyof typeof KPI_VERSIONS;

/** What a data set can compute beside what is built in. */
export interface DefinedVersions {
  /** Further versions of a KPI, for example defined in the ledger as sums over this data set. */
  readonly further?: (kpi: string) => readonly number[];
  /** The version in force where the ledger has one. */
  readonly inForce?: (kpi: string) => number | undefined;
}

/**
 * KPI → version to compute, for a data set that carries the KPIs of `description`. A question names one version for all
 * its KPIs; a KPI that has no such version is refused rather than answered by another definition.
 *
 * @throws Failure `kpi.notHere`, `kpi.versionUnknown`.
 */
export const versionsOf = (
  { name: dataset, kpis: carried }: DataSetDescription,
  { kpis: asked, kpiVersion }: DataSetQuery,
  { further = () => [], inForce = () => undefined }: DefinedVersions = {},
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    asked.map((kpi) => {
      const builtIn: readonly number[] | undefined = KPI_VERSIONS[kpi as KpiId];
      if (!builtIn || !carried.includes(kpi))
        throw refuse('kpi.notHere', { params: { dataset, kpi, known: carried.join(', ') } });
      const known = [...new Set([...builtIn, ...further(kpi)])];
      const standing = inForce(kpi);
      const used =
        kpiVersion ?? (standing !== undefined && known.includes(standing) ? standing : (builtIn[0] as number));
      if (!known.includes(used))
        throw refuse('kpi.versionUnknown', { params: { kpi, version: String(used), known: known.join(', ') } });
      return [kpi, used];
    }),
  );
