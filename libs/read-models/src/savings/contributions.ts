import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import { knownOn, sizeClassJoin } from '../paper/size-class.js';
import { SheetsDay } from '../paper/tables.js';
import type { DataSet, DataSetQuery, Table } from '../read-model.js';
import { entitySql } from '../transaction/merged.js';
import { ChannelVolumeDay } from '../transaction/tables.js';
import { description } from './description.js';
import { type ContributionPage, completedOnly, merged } from './merged.js';
import { periodsOf } from './periods.js';

/** Dimensions of a unit that its cells have too. */
const OF_CELLS = ['entity', 'size_class', 'service', 'flow'] as const;

/**
 * Events behind a saving: the baselines that were expected to go on, the sheets that were used, the transactions that were completed.
 * Three lists in the order of streams, merged; an event in two of them is one with what it added to both.
 */
export const savingContributions: DataSet['contributions'] = async (query, manager) => {
  const periods = await periodsOf({ ...query, group: [] }, manager);
  const [period] = periods;
  if (!period) return { events: [] };
  const filters = Object.fromEntries(
    OF_CELLS.flatMap((name) => (query.filters[name] === undefined ? [] : [[name, query.filters[name]] as const])),
  );
  const inside: DataSetQuery = { ...query, group: [], from: period.first, to: period.last, filters };
  const sheets = { ...inside, filters: { ...filters, kind: ['process', 'habit'] } };
  const { size_class: _class, flow: _flow, ...served } = filters;
  return merged(query.limit, [
    await baselines(inside, manager),
    await cubeContributions(specOf(SheetsDay, sheets), sheets, manager),
    completedOnly(await cubeContributions(specOf(ChannelVolumeDay, inside), { ...inside, filters: served }, manager)),
  ]);
};

const specOf = (table: Table, query: DataSetQuery): CubeSpec => ({
  description: {
    ...description,
    dimensions: { ...description.dimensions, kind: { title: { ar: 'النوع', en: 'Kind' } } },
  },
  table,
  dimensions: { entity: entitySql('c.entity', 'c.effectiveDay', query), size_class: 'sc.size_class' },
  ...(table === ChannelVolumeDay && { basis: 'basis' }),
  ...('size_class' in query.filters && { join: sizeClassJoin('c.entity', 'c.effective_day', query) }),
});

const BASELINES = `select distinct 'paperBaseline-' || b.entity as stream, b.revision::text as revision, b.revision as nth,
    make_date(b.year, 12, 31)::text as day, b.known_from::text as known, b.sheets::text as sheets
  from (select distinct on (entity) * from paper_baseline
         where service = '' and known_from <= {known} and known_to > {known} and year < extract(year from $1::date)
         order by entity, year desc) b
 where ($2::text[] is null or b.entity = any($2)) and ('paperBaseline-' || b.entity, b.revision) > ($3, $4::bigint)
 order by stream, nth limit $5`;

interface BaselineRow {
  readonly stream: string;
  readonly revision: string;
  readonly day: string;
  readonly known: string;
  readonly sheets: string;
}

const baselines = async (query: DataSetQuery, manager: EntityManager): Promise<ContributionPage> => {
  const [stream, revision] = query.after ?? [];
  const found = await manager.query<BaselineRow[]>(BASELINES.replaceAll('{known}', knownOn(query)), [
    ...[query.from, query.filters.entity ?? null, stream ?? '', revision ?? '-1', query.limit + 1],
  ]);
  const events = found.slice(0, query.limit).map((row) => ({
    ...{ stream: row.stream, revision: row.revision, effectiveDay: row.day, knownDay: row.known },
    deltas: { baseline: row.sheets },
  }));
  const last = events.at(-1);
  return found.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};
