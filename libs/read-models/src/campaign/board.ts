import type { EntityManager } from 'typeorm';
import { ratio } from '#kernel';
import { cubeContributions } from '../contributions.js';
import { answerRow, type CubeSpec, cubeSums, type ExtraSum, groupsOf } from '../cube-query.js';
import { figureOf } from '../kpi/figure.js';
import { type MeasuredRow, rowKpis } from '../kpi/row-kpis.js';
import { allChannels } from '../kpi/volume-answer.js';
import type { AnswerValue, DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';
import { type ClassRules, classOnSql, classRules } from '../transaction/class-rules.js';
import { entitySql } from '../transaction/merged.js';
import { CATEGORY, CHANNEL, CHANNEL_CLASS, ENTITY, SERVICE } from '../transaction/titles.js';
import { EDITION_DIMENSIONS } from './description.js';
import { CampaignHour } from './tables.js';
import { centreModeSql, columnsOf, dayOf, editionsSql, inScopeSql, selectEditions, viewOf } from './views.js';

export const boardDescription: DataSetDescription = {
  name: 'campaign',
  title: { ar: 'لوحة الحملات', en: 'Campaign board' },
  grain: {
    ar: 'الحملة والساعة والجهة والخدمة والقناة والمكان، في أيام الدورة وحدها',
    en: 'campaign, hour, entity, service, channel and place, on the days of editions alone',
  },
  dimensions: {
    ...EDITION_DIMENSIONS,
    hour: { title: { ar: 'الساعة من 00 إلى 23', en: 'Hour, 00 to 23' } },
    entity: ENTITY,
    entity_kind: {
      title: { ar: 'نوع الجهة', en: 'Kind of entity' },
      values: ['government', 'semiGovernment', 'private', 'federal'],
    },
    service: SERVICE,
    channel: CHANNEL,
    channel_class: CHANNEL_CLASS,
    centre: { title: { ar: 'مركز الخدمة', en: 'Service centre' } },
    centre_mode: {
      title: { ar: 'نمط عمل المركز في الساعة كلها', en: 'Mode of the centre throughout the hour' },
      values: ['serving', 'awareness', 'suspended', 'closed', 'changed'],
    },
    kiosk: { title: { ar: 'جهاز الخدمة الذاتية', en: 'Kiosk' } },
    category: CATEGORY,
    in_scope: { title: { ar: 'داخل نطاق الحملة', en: 'In the scope of the campaign' }, values: ['true', 'false'] },
  },
  measures: {
    received: { title: { ar: 'وردت', en: 'Received' }, unit: 'transaction' },
    settled: { title: { ar: 'المبالغ المسددة', en: 'Amounts settled' }, unit: 'fils' },
    refunded: { title: { ar: 'المبالغ المستردة', en: 'Amounts refunded' }, unit: 'fils' },
    sheets: { title: { ar: 'أوراق استهلكتها الجهة', en: 'Sheets used by the office' }, unit: 'sheet' },
  },
  grains: ['day'],
  alwaysBy: ['campaign'],
  kpis: ['channel_share'],
  knownAtBasis: 'recorded',
};

const specOf = (query: DataSetQuery, classes: ClassRules): CubeSpec => {
  const view = viewOf(query);
  const entity = entitySql('c.entity', 'c.effectiveDay', query);
  // The join knows columns by name; the dimensions below are written for it.
  return {
    description: boardDescription,
    table: CampaignHour,
    join: {
      sql: editionsSql(view),
      alias: 'e',
      on: `"c"."effective_day" between e.first_day and e.last_day`,
    },
    dimensions: {
      ...{ campaign: 'e.campaign', edition: 'e.edition', series: 'e.series' },
      hour: `to_char(c.hour, 'FM00')`,
      entity,
      entity_kind: kindSql(entity, query),
      channel_class: classOnSql('c.channel', 'c.effectiveDay', classes),
      centre_mode: centreModeSql('"c"', view),
      in_scope: inScopeSql('"c"', columnsOf('e'), view),
    },
  };
};

/** Kind of the entity on the day of the cell, or the day asked. */
const kindSql = (entity: string, query: DataSetQuery): string => {
  const on = query.effectiveAt === undefined ? 'c.effectiveDay' : `date '${query.effectiveAt}'`;
  const known = dayOf(viewOf(query));
  return `(select n.kind from entity_span n where n.entity = ${entity} and n.effective_from <= ${on}
    and n.effective_to > ${on} and n.known_from <= date '${known}' and n.known_to > date '${known}' limit 1)`;
};

const EDITIONS_MAX = 1_000;

/** The question about the editions that it selects, within their days: the cube is large, and editions are few days of it. */
const within = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetQuery | undefined> => {
  const { from = '', to = '9999-12-31', filters } = query;
  const editions = (await selectEditions({ filters }, manager, { view: viewOf(query), limit: EDITIONS_MAX })).filter(
    ({ first_day: first, last_day: last }) => first <= to && last >= from,
  );
  const first = editions.map((edition) => edition.first_day).sort()[0];
  const last = editions
    .map((edition) => edition.last_day)
    .sort()
    .at(-1);
  if (first === undefined || last === undefined) return undefined;
  const campaign = editions.map((edition) => edition.campaign);
  return {
    ...query,
    ...{ from: from > first ? from : first, to: to < last ? to : last },
    filters: { ...filters, campaign },
  };
};

interface BoardRow extends MeasuredRow {
  readonly share: AnswerValue;
}
/** The share of a channel is that of `channel_volume`, of requests received. */
const ENGINE = {
  description: boardDescription,
  measures: Object.keys(boardDescription.measures),
  standsFor: 'channel_volume',
  procedures: { 'channel_volume.channel_share': ({ share }: BoardRow) => share },
};

/** Share of channels among all of the same other groups, by requests received. */
export const boardAnswer = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const { of: kpisOf, ...cited } = await rowKpis(ENGINE, query, manager);
  const asked = await within(query, manager);
  if (asked === undefined) return { rows: [], coverage: null, ...cited };
  const spec = specOf(query, await classRules(query, manager));
  const { rows, next } = await cubeSums(spec, asked, manager);
  const wholes = query.kpis.length > 0 ? await allChannels(spec, asked, manager, 'received') : undefined;
  return {
    rows: rows.map((row) => ({
      ...answerRow(spec, row),
      ...(wholes && kpisOf({ ...row, share: figureOf(row.measures.received ?? 0n, wholes(row)) })),
    })),
    coverage: groupsOf(spec, query).includes('hour') ? await hoursKnown(spec, asked, manager) : null,
    ...cited,
    ...(next && { next }),
  };
};

const TIMED: ExtraSum = {
  name: 'timed',
  sql: 'sum("c"."received") filter (where "c"."hour" is not null)',
  parameters: {},
};

/** Of the requests, those whose hour was kept: they were recorded after the edition was announced. */
const hoursKnown = async (spec: CubeSpec, query: DataSetQuery, manager: EntityManager) => {
  let [num, den] = [0n, 0n];
  for (let after: DataSetQuery['after'], isMore = true; isMore; isMore = after !== undefined) {
    const page = await cubeSums(spec, { ...query, group: [], limit: EDITIONS_MAX, after }, manager, [TIMED]);
    for (const { measures, extras } of page.rows)
      [num, den] = [num + (extras.timed ?? 0n), den + (measures.received ?? 0n)];
    after = page.next;
  }
  return den > 0n ? ratio(num, den) : null;
};

export const boardContributions = async (query: DataSetQuery, manager: EntityManager) => {
  const asked = await within(query, manager);
  return asked === undefined
    ? { events: [] }
    : cubeContributions(specOf(query, await classRules(query, manager)), asked, manager);
};
