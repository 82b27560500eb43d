import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import { knownOn, sizeClassJoin } from '../paper/size-class.js';
import { SheetsDay } from '../paper/tables.js';
import type { Contribution, DataSet, DataSetQuery, Table } from '../read-model.js';
import { entitySql } from '../transaction/merged.js';
import { ChannelVolumeDay } from '../transaction/tables.js';
import { description } from './description.js';
import { periodsOf } from './periods.js';

type Page = Awaited<ReturnType<DataSet['contributions']>>;

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

const completedOnly = ({ events, next }: Page): Page => ({
  events: events.flatMap((event) => {
    const { completed } = event.deltas;
    return completed === undefined ? [] : [{ ...event, deltas: { completed } }];
  }),
  ...(next && { next }),
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

const baselines = async (query: DataSetQuery, manager: EntityManager): Promise<Page> => {
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

/** One page of several lists. None is looked at beyond the place up to which all of them are known. */
const merged = (limit: number, pages: readonly Page[]): Page => {
  const ends = pages.flatMap(({ next }) => (next ? [next] : []));
  const end = ends.sort(byPlace)[0];
  const known = new Map<string, Contribution>();
  for (const event of pages.flatMap(({ events }) => events)) {
    if (end && byPlace([event.stream, event.revision], end) > 0) continue;
    const key = `${event.stream} ${event.revision}`;
    known.set(key, { ...event, deltas: { ...known.get(key)?.deltas, ...event.deltas } });
  }
  const all = [...known.values()].sort((one, other) =>
    byPlace([one.stream, one.revision], [other.stream, other.revision]),
  );
  const events = all.slice(0, limit);
  const last = events.at(-1);
  if (all.length > limit && last) return { events, next: [last.stream, last.revision] };
  return end ? { events, next: end } : { events };
};

type Place = readonly (string | null)[];

/** By stream in byte order, then by revision: what the lists are sorted by. Names of streams are ASCII. */
const byPlace = ([stream = '', revision = '0']: Place, [other = '', than = '0']: Place): number => {
  if (stream !== other) return (stream ?? '') < (other ?? '') ? -1 : 1;
  return Number(BigInt(revision ?? 0) - BigInt(than ?? 0));
};
