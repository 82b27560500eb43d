import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import type { DataSet, DataSetDescription, DataSetQuery } from '../read-model.js';
import { classSql } from '../transaction/channel-class.js';
import { CHANNEL_CLASS } from '../transaction/titles.js';
import { boardDescription } from './board.js';
import { daysOfPlan, planOf } from './days.js';
import { surroundingsOf } from './load.js';
import { CampaignHour } from './tables.js';
import { countedSql, type Edition, inScopeSql, selectEditions, type View, valuesOf, viewOf } from './views.js';

/** What the selection of cells is told apart by. */
const description: DataSetDescription = {
  ...boardDescription,
  dimensions: { behind: { title: boardDescription.title }, channel_class: CHANNEL_CLASS },
};

const EDITIONS_MAX = 100;

/**
 * Events behind the figures of editions: those that added to a cell in scope, on a day of the edition or of a baseline that the
 * question accepts. With `view=frozen` those that the freeze covers.
 */
export const metricsContributions: DataSet['contributions'] = async (query, manager) => {
  const editions = await selectEditions(query, manager, { view: viewOf(query), limit: EDITIONS_MAX });
  const isFrozen = query.filters.view?.every((name) => name === 'frozen') ?? false;
  const behind: string[] = [];
  for (const edition of editions) {
    const { campaign, frozen_at: moment } = edition;
    if (isFrozen && moment === null) continue;
    const view: View = isFrozen && moment !== null ? { is: 'frozen', moment, campaign } : viewOf(query);
    behind.push(await behindSql(edition, view, { query, manager }));
  }
  if (behind.length === 0) return { events: [] };
  const spec: CubeSpec = {
    description,
    table: CampaignHour,
    dimensions: { behind: behind.join(' or '), channel_class: classSql('c.channel') },
  };
  const { channel_class: classes } = query.filters;
  const filters = { behind: ['true'], ...(classes && { channel_class: classes }) };
  const { from: _from, to: _to, ...asked } = query;
  return cubeContributions(spec, { ...asked, filters }, manager);
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
  return `("c"."effective_day" = any(array[${days.join(', ')}]::date[]) and ${countedSql('"c"', view)}
    and ${inScopeSql('"c"', valuesOf(edition, `'${edition.campaign}'`), view)})`;
};
