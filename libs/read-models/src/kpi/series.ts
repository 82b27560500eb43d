import { failingWith } from '#kernel';
import type { CubeSums } from '../cube-query.js';
import { kpiFailures } from '../kpi.js';
import { isGrain, lastDayOfLabel } from '../periods.js';
import type { DataSetQuery, KpiBreak } from '../read-model.js';
import { daysOfChange, type KnownVersion, versionInForce } from './definitions.js';
import { type Formula, formulaOf, type KpiEngine } from './formula.js';

/** Which version of a KPI answers for which part of a question. */
export interface Series {
  readonly kpi: string;
  /** Version in force at the end of the selection, or the one asked for. */
  readonly version: number;
  /** Versions before and at each break, oldest first, with what each computes: one, where nothing changes. */
  readonly formulas: ReadonlyMap<number, Formula>;
  readonly breaks: readonly KpiBreak[];
  /** Version of a row: in force on the last day of its period, or at the end of the selection where it has none. */
  versionOf(row: Pick<CubeSums, 'group'>): number;
}

const refuse = failingWith(kpiFailures);

/**
 * Series of the KPIs asked. Where the question names no version, each period is computed by the one in force on its last
 * selected day (kpis.md, section 1), and a break is noted where that changes. A version that the data set cannot compute is
 * refused rather than answered by another one.
 *
 * @throws Failure `kpi.notHere`, `kpi.versionUnknown`, `kpi.notInForce`, `kpi.notDefinedHere`, `kpi.notComputable`.
 */
export const seriesOf = (engine: KpiEngine, query: DataSetQuery, known: readonly KnownVersion[]): readonly Series[] => {
  const { name: dataset, kpis: carried } = engine.description;
  const grains = query.group.filter(isGrain);
  return query.kpis.map((kpi): Series => {
    if (!carried.includes(kpi)) throw refuse('kpi.notHere', { params: { dataset, kpi, known: carried.join(', ') } });
    const ofKpi = known.filter((one) => one.kpi === kpi);
    const versionOn = (day: string | undefined) => query.kpiVersion ?? inForce(ofKpi, kpi, day);
    const version = versionOn(query.to);
    const days = query.kpiVersion === undefined && grains.length > 0 ? daysOfChange(known, kpi, query) : [];
    const spans = days.map((day) => ({ kpi, day, version: versionOn(day) }));
    const first = days[0] === undefined ? version : versionOn(query.from ?? EARLIEST_DAY);
    const breaks = spans.filter((span, at) => span.version !== (spans[at - 1]?.version ?? first));
    const used = new Set([first, ...breaks.map((one) => one.version)]);
    return {
      ...{ kpi, version, breaks },
      formulas: new Map([...used].map((one) => [one, formulaOf(engine, numbered(ofKpi, kpi, one))])),
      versionOf: ({ group }) => {
        if (breaks.length === 0) return version;
        const ends = grains.map((grain) => lastDayOfLabel(grain, group[grain] as string));
        const end = [...ends, ...(query.to === undefined ? [] : [query.to])].sort()[0] as string;
        return breaks.findLast(({ day }) => day <= end)?.version ?? first;
      },
    };
  });
};

const EARLIEST_DAY = '1900-01-01';

const inForce = (known: readonly KnownVersion[], kpi: string, day: string | undefined): number => {
  const version = versionInForce(known, kpi, day);
  if (version !== undefined) return version;
  throw refuse('kpi.notInForce', { params: { kpi, day: day ?? '-', known: numbersOf(known) } });
};

const numbered = (known: readonly KnownVersion[], kpi: string, version: number): KnownVersion => {
  const found = known.find((one) => one.version === version);
  if (found) return found;
  throw refuse('kpi.versionUnknown', { params: { kpi, version: `${version}`, known: numbersOf(known) } });
};

const numbersOf = (known: readonly KnownVersion[]): string => known.map(({ version }) => version).join(', ');

/** Versions used and breaks of the series, as an answer tells them. */
export const citedOf = (series: readonly Series[]) => {
  const breaks = series.flatMap((one) => one.breaks).sort((one, other) => (one.day < other.day ? -1 : 1));
  return {
    kpiVersions: Object.fromEntries(series.map(({ kpi, version }) => [kpi, version])),
    ...(breaks.length > 0 && { kpiBreaks: breaks }),
  };
};
