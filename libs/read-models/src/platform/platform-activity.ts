import { addDays } from '#kernel';
import { contributionsInTurn, cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import type { DataSet, DataSetDescription, DataSetQuery, Measure } from '../read-model.js';
import { ENTITY, SERVICE } from '../transaction/titles.js';
import { activityAnswer, PROJECTION } from './activity-answer.js';
import { activityColumns, canAnswer, questionOf, WINDOW_DAYS_MAX } from './question.js';
import { PlatformDay, PlatformViewsDay } from './tables.js';

const count = (ar: string, en: string, unit: string): Measure => ({ title: { ar, en }, unit });

const description: DataSetDescription = {
  name: 'platform_activity',
  title: { ar: 'نشاط المنصات', en: 'Platform activity' },
  grain: {
    ar: 'المنصة واليوم وطول النافذة المنتهية فيه؛ بلا مجموعة يومية نافذة واحدة تنتهي في آخر يوم',
    en: 'platform, day and length of the window that ends on it; without days one window, which ends on the last day',
  },
  dimensions: {
    platform: { title: { ar: 'المنصة', en: 'Platform' } },
    audience: {
      title: { ar: 'جمهور المنصة', en: 'Audience of the platform' },
      values: ['public', 'employees', 'suppliers'],
    },
    entity: ENTITY,
    entity_kind: {
      title: { ar: 'نوع الجهة', en: 'Kind of entity' },
      values: ['government', 'semiGovernment', 'private', 'federal'],
    },
    service: SERVICE,
    payment_kind: {
      title: { ar: 'نوع المدفوعات', en: 'Kind of the payments' },
      values: ['fee', 'bill', 'fine', 'fuel', 'other', 'mixed', 'none'],
    },
    flow: { title: { ar: 'المسار', en: 'Flow' }, values: ['customer', 'internal'] },
    window_days: {
      title: { ar: 'أيام النافذة', en: 'Days of the window' },
      integers: { min: 1, max: WINDOW_DAYS_MAX },
    },
  },
  measures: {
    transactions: count('المعاملات المنجزة', 'Completed transactions', 'transaction'),
    value: count('القيمة المسددة بعد المستردة', 'Value settled less refunded', 'fils'),
    identified: count('معاملات منجزة يُعرف متعاملها', 'Completed transactions that name a customer', 'transaction'),
    services_used: count('الخدمات المستخدمة', 'Services used', 'service'),
    services_offered: count('الخدمات المتاحة', 'Services offered', 'service'),
    entities_used: count('الجهات المستخدمة خدماتها', 'Entities used', 'entity'),
    entities_offered: count('الجهات المتاحة خدماتها', 'Entities offered', 'entity'),
    active_customers: count('المتعاملون النشطون', 'Active customers', 'customer'),
    views: count('مشاهدات المعلومات', 'Views of information', 'view'),
    mean_value: count('متوسط قيمة المعاملة', 'Mean value of a transaction', 'ratio'),
  },
  grains: ['day'],
  alwaysBy: ['window_days'],
  kpis: ['platform_mean_value'],
  knownAtBasis: 'recorded',
};

/** Cells and views of all windows of a question. */
const eventsBehind: DataSet['contributions'] = async (query, manager) => {
  const question = await questionOf(query, manager, PROJECTION);
  const longest = Math.max(...question.lengths);
  const { window_days: _, audience, ...filters } = query.filters;
  const within: DataSetQuery = { ...query, from: addDays(question.from, 1 - longest), to: question.to, filters };
  const columns = activityColumns(question, 'c.effectiveDay');
  const activity: CubeSpec = {
    description,
    table: PlatformDay,
    dimensions: { entity: columns.entity ?? '', entity_kind: columns.entity_kind ?? '', audience: 'c.platform' },
  };
  const views: CubeSpec = { description, table: PlatformViewsDay, dimensions: { audience: 'c.platform' } };
  // Asked by audience, the events are those of the platforms that have it on the last day.
  const asked =
    audience === undefined ? within : { ...within, filters: { ...filters, audience: await platformsFor(audience) } };
  const lists = [activity, ...(canAnswer(question, { platform: '', audience: '' }) ? [views] : [])];
  return contributionsInTurn(
    lists.map((spec) => (one) => cubeContributions(spec, one, manager)),
    asked,
  );

  async function platformsFor(audiences: readonly string[]): Promise<readonly string[]> {
    const rows = await manager.query<{ platform: string }[]>(
      'select distinct platform from platform_span where audience && $1::text[] and effective_from <= $2 and effective_to > $2 and known_from <= $3 and known_to > $3',
      [audiences, question.to, question.knownAt],
    );
    return rows.map(({ platform }) => platform);
  }
};

/**
 * What platforms carry, in sliding windows: any length from 1 to 366 days (`window_days`, 14 by default; several side by side)
 * ending on each day asked. `transactions` are completed ones by their day of completion; `value` is settled less refunded by the
 * day on which the money moved; used = with at least one transaction in the window; offered = on the platform's list on its last
 * day. Customers, services and entities are counted once a window: their counts add up neither over days nor over groups. Views of
 * information stand apart. With `compare_to` a row has `compared`: the same figures of the window that ends there.
 */
export const platformActivity: DataSet = {
  description,
  projection: PROJECTION,
  rows: (query, manager) => activityAnswer(description, query, manager),
  contributions: eventsBehind,
};
