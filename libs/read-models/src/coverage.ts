import { COVERAGE_SUMS, type CoverageSums, gridSql } from './aggregate/grid.js';
import { afterSql, filtersSql, groupOf, knownSql, Parameters } from './aggregate/known.js';
import { coveredMeasures } from './aggregate/procedures.js';
import { coverageOf, entriesBehind, groupsOf } from './aggregate/value-answer.js';
import { figureOf, NO_FIGURE } from './kpi/figure.js';
import type { AnswerRow, DataSet, DataSetDescription, DataSetQuery } from './read-model.js';
import { ENTITY, SERVICE } from './transaction/titles.js';

const cells = (ar: string, en: string) => ({ title: { ar, en }, unit: 'cell' });

const description: DataSetDescription = {
  name: 'coverage',
  title: { ar: 'تغطية البيانات المنشورة', en: 'Coverage of published totals' },
  grain: { ar: 'الناشر والمقياس والفترة', en: 'publisher, data set, measure and period' },
  dimensions: {
    publisher: { title: { ar: 'الناشر', en: 'Publisher' } },
    dataset: { title: { ar: 'مجموعة بيانات الناشر', en: 'Data set of the publisher' } },
    service: SERVICE,
    entity: ENTITY,
    measure: { title: { ar: 'المقياس', en: 'Measure' } },
    freq: { title: { ar: 'الدورية', en: 'Frequency' }, values: ['D', 'W', 'M', 'Q', 'H', 'A', 'F', 'R'] },
    period: { title: { ar: 'الفترة', en: 'Period' } },
  },
  measures: {
    requested: cells('خانات مطلوبة', 'Cells requested'),
    provided: cells('خانات مقدمة', 'Cells provided'),
    not_provided: cells('خانات لم تُقدم', 'Cells not provided'),
    not_applicable: cells('خانات لا تنطبق', 'Cells not applicable'),
    not_requested: cells('خانات لم تُطلب', 'Cells not requested'),
    suppressed: cells('خانات محجوبة', 'Cells suppressed'),
    coverage: { title: { ar: 'التغطية', en: 'Coverage' }, unit: 'ratio' },
  },
  grains: [],
  alwaysBy: ['publisher', 'dataset', 'measure', 'freq'],
  kpis: ['data_coverage'],
  knownAtBasis: 'published',
};

/** Groups of a question: a KPI over several measures does not group by them, unless asked to. */
const groupsFor = (query: DataSetQuery): readonly string[] => {
  const groups = groupsOf(description, query);
  const isShare = query.kpis.length > 0 && !query.group.includes('measure');
  return isShare ? groups.filter((name) => name !== 'measure') : groups;
};

const rowOf = (row: Record<string, unknown>, groups: readonly string[], kpis: readonly string[]): AnswerRow => {
  const sums = row as unknown as CoverageSums;
  const figure = sums.is_gridded ? figureOf(BigInt(sums.provided), BigInt(sums.requested)) : NO_FIGURE;
  const counts = { ...sums, requested: sums.is_gridded ? sums.requested : null };
  const named = groups.map((name, at) => [name, (row[`g${at}`] ?? null) as string | null]);
  const measures = Object.keys(description.measures)
    .filter((name) => name !== 'coverage')
    .map((name) => [name, counts[name as keyof CoverageSums] ?? null]);
  const members: AnswerRow = Object.fromEntries([...named, ...measures]);
  return { ...members, coverage: figure, ...(kpis.includes('data_coverage') && { data_coverage: figure }) };
};

/**
 * How much of what was asked is there. `coverage` = provided / requested as `{ num, den, value }`, all null where the
 * publisher has no grid; `requested` is null there too. With `kpi=data_coverage` only the measures that
 * its definition names count, and rows are not grouped by measure unless asked.
 */
export const coverage: DataSet = {
  description,
  projection: 'aggregates',
  rows: async (query, manager) => {
    const { measures: ofKpi, ...cited } = await coveredMeasures(description, query, manager);
    const parameters = new Parameters();
    const groups = groupsFor(query);
    const aliases = groups.map((_, at) => `g${at}`);
    const select = groups.map((name, at) => `${groupOf(name, query.group)} as g${at}`).join(', ');
    const covered = query.kpis.length > 0 ? ` and k.measure = any(${parameters.add(ofKpi)})` : '';
    const sql = `with ${knownSql(query, parameters)}, ${gridSql(query, parameters)}, summed as (
        select ${select}, ${COVERAGE_SUMS} from grid k where true${covered}${filtersSql(query, parameters)}
        group by ${aliases.join(', ')}
      ) select * from summed where ${afterSql(aliases, query.after, parameters)}
      order by ${aliases.map((alias) => `${alias} nulls first`).join(', ')} limit ${parameters.add(query.limit + 1)}`;
    const raw = (await manager.query(sql, parameters.values)) as Record<string, unknown>[];
    const rows = raw.slice(0, query.limit).map((row) => rowOf(row, groups, query.kpis));
    const last = raw.length > query.limit ? rows.at(-1) : undefined;
    const next = last && groups.map((name) => (last[name] ?? null) as string | null);
    return { rows, coverage: await coverageOf(query, manager), ...cited, ...(next && { next }) };
  },
  contributions: entriesBehind,
};
