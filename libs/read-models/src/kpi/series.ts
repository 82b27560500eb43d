import type { CubeSums } from '../cube-query.js';
import { versionsOf } from '../kpi.js';
import { isGrain, lastDayOfLabel } from '../periods.js';
import type { DataSetDescription, DataSetQuery, KpiBreak } from '../read-model.js';
import { daysOfChange, type KnownVersion, versionInForce } from './definitions.js';

/** Which version of a KPI answers for which part of a question. */
export interface Series {
  readonly kpi: string;
  /** Version in force at the end of the selection, or the one asked for. */
  readonly version: number;
  /** Versions before and at each break, oldest first: one, where nothing changes. */
  readonly versions: readonly number[];
  readonly breaks: readonly KpiBreak[];
  /** Version of a row: in force on the last day of its period, or at the end of the selection where it has none. */
  versionOf(row: CubeSums): number;
}

/**
 * Series of the KPIs asked. Where the question names no version, each period is computed by the one in force on its last
 * selected day (kpis.md, section 1), and a break is noted where that changes.
 *
 * @throws Failure `kpi.notHere`, `kpi.versionUnknown`.
 */
export const seriesOf = (
  description: DataSetDescription,
  query: DataSetQuery,
  known: readonly KnownVersion[],
): readonly Series[] => {
  const versionsOn = (day: string | undefined) =>
    versionsOf(description, query, {
      further: (kpi) => known.filter((one) => one.kpi === kpi).map(({ version }) => version),
      inForce: (kpi) => versionInForce(known, kpi, day),
    });
  const grains = query.group.filter(isGrain);
  return Object.entries(versionsOn(query.to)).map(([kpi, version]): Series => {
    const versionOn = (day: string) => versionsOn(day)[kpi] as number;
    const days = query.kpiVersion === undefined && grains.length > 0 ? daysOfChange(known, kpi, query) : [];
    const spans = days.map((day) => ({ kpi, day, version: versionOn(day) }));
    const first = days[0] === undefined ? version : versionOn(query.from ?? EARLIEST_DAY);
    const breaks = spans.filter((span, at) => span.version !== (spans[at - 1]?.version ?? first));
    return {
      ...{ kpi, version, breaks, versions: [...new Set([first, ...breaks.map((one) => one.version)])] },
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
