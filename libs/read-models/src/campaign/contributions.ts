import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import type { Contribution, DataSet, DataSetDescription, DataSetQuery } from '../read-model.js';
import { classOnSql } from '../transaction/class-rules.js';
import { CLASSES } from '../transaction/titles.js';
import { boardDescription } from './board.js';
import { daysOfPlan, planOf } from './days.js';
import { classesIn, surroundingsOf } from './load.js';
import { CampaignHour } from './tables.js';
import {
  countedSql,
  type Edition,
  heirsSql,
  inScopeSql,
  scopeSql,
  selectEditions,
  type View,
  valuesOf,
  viewOf,
} from './views.js';

/** What the selection of cells is told apart by. */
const description: DataSetDescription = {
  ...boardDescription,
  dimensions: { behind: { title: boardDescription.title } },
};

const EDITIONS_MAX = 100;

/**
 * Events behind the figures of editions: those that added to a cell in scope, on a day of the edition or of a baseline that the
 * question accepts; and those that made the edition and the centres of its scope what they are, which add nothing to a cell. With
 * `view=frozen` those that the freeze covers.
 */
export const metricsContributions: DataSet['contributions'] = async (query, manager) => {
  const editions = await selectEditions(query, manager, { view: viewOf(query), limit: EDITIONS_MAX });
  const isFrozen = query.filters.view?.every((name) => name === 'frozen') ?? false;
  const behind: string[] = [];
  const told: string[] = [];
  for (const edition of editions) {
    const { campaign, frozen_at: moment } = edition;
    if (isFrozen && moment === null) continue;
    const current = viewOf(query);
    const view: View = isFrozen && moment !== null ? { ...current, is: 'frozen', moment, campaign } : current;
    behind.push(await behindSql(edition, view, { query, manager }));
    told.push(toldSql(edition, view));
  }
  if (behind.length === 0) return { events: [] };
  const spec: CubeSpec = {
    description,
    table: CampaignHour,
    dimensions: { behind: behind.join(' or ') },
  };
  const filters = { behind: ['true'] };
  const { from: _from, to: _to, ...asked } = query;
  const counted = await cubeContributions(spec, { ...asked, filters }, manager);
  const all = [...(await eventsOf(told, query, manager)), ...counted.events].sort(inOrder);
  const events = all.slice(0, query.limit);
  const last = events.at(-1);
  const isMore = last !== undefined && (all.length > query.limit || counted.next !== undefined);
  return isMore ? { events, next: [last.stream, last.revision] } : { events };
};

const inOrder = (one: Contribution, other: Contribution): number => {
  if (one.stream !== other.stream) return one.stream < other.stream ? -1 : 1;
  return BigInt(one.revision) < BigInt(other.revision) ? -1 : 1;
};

/** SQL: the event of alias `n` made the edition, a centre or an entity of its scope what the view has. */
const toldSql = (edition: Edition, view: View): string => {
  const of = valuesOf(edition, `'${edition.campaign}'`);
  const merged = `(select h.entity from ${heirsSql(of, view)} h join ${scopeSql(of, 'entity', view)} s on s.id in (h.entity, h.into_entity))`;
  return `(n.known_from <= '${view.moment}' and (n.stream = 'campaign-${edition.campaign}'
    or n.subject in ${scopeSql(of, 'centre', view)} and n.stream = 'centre-' || n.subject
    or n.subject in ${merged} and n.stream = 'entity-' || n.subject))`;
};

interface ToldRow {
  readonly stream: string;
  readonly revision: string;
  readonly effective_day: string;
  readonly known_day: string;
}

const eventsOf = async (
  told: readonly string[],
  { after = [], limit }: DataSetQuery,
  manager: EntityManager,
): Promise<readonly Contribution[]> => {
  const rows = await manager.query<ToldRow[]>(
    `select n.stream, n.revision::text, n.effective_day::text, n.known_day::text from campaign_event n
      where (${told.join(' or ')}) and (n.stream, n.revision) > ($1, $2::bigint) order by n.stream, n.revision limit $3`,
    [after[0] ?? '', after[1] ?? '-1', limit + 1],
  );
  return rows.map(({ stream, revision, effective_day: effectiveDay, known_day: knownDay }) => {
    return { stream, revision, effectiveDay, knownDay, deltas: {} };
  });
};

/** SQL: the cell is behind a figure of the edition. Its name is an id, which holds nothing that needs escaping. */
const behindSql = async (
  edition: Edition,
  view: View,
  { query, manager }: { readonly query: DataSetQuery; readonly manager: EntityManager },
): Promise<string> => {
  const { first_day: firstDay, last_day: lastDay } = edition;
  const plan = planOf({ firstDay, lastDay }, await surroundingsOf(edition, view, manager));
  const accepted = query.filters.baseline;
  const bases = Object.fromEntries(Object.entries(plan.bases).filter(([method]) => accepted?.includes(method) ?? true));
  const days = daysOfPlan({ ...plan, bases }).map((day) => `'${day}'`);
  if (days.length === 0) return 'false';
  const asked = query.filters.channel_class;
  const listed = CLASSES.filter((name) => asked?.includes(name)).map((name) => `'${name}'`);
  const channelClass = classOnSql('"c"."channel"', '"c"."effective_day"', await classesIn(view, query, manager));
  const ofClasses = asked === undefined ? '' : ` and ${channelClass} = any(array[${listed.join(', ')}]::text[])`;
  return `("c"."effective_day" = any(array[${days.join(', ')}]::date[]) and ${countedSql('"c"', view)}${ofClasses}
    and ${inScopeSql('"c"', valuesOf(edition, `'${edition.campaign}'`), view)})`;
};
