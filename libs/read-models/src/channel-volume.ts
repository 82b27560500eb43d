import { cubeContributions } from './contributions.js';
import type { CubeSpec } from './cube-query.js';
import { volumeAnswer } from './kpi/volume-answer.js';
import type { DataSet, DataSetDescription, DataSetQuery, Measure } from './read-model.js';
import { type ClassRules, classOnSql, classRules, classTurns } from './transaction/class-rules.js';
import { electronicSql } from './transaction/electronic-sql.js';
import { entitySql, mergerTurns } from './transaction/merged.js';
import { ChannelVolumeDay } from './transaction/tables.js';
import { ASSISTED, CATEGORY, CHANNEL, CHANNEL_CLASS, ENTITY, FLOW, SERVICE } from './transaction/titles.js';
import { transactionsModel } from './transactions.js';

const count = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'transaction' });
const fils = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'fils' });

const description: DataSetDescription = {
  name: 'channel_volume',
  title: { ar: 'المعاملات بحسب القناة', en: 'Transactions by channel' },
  grain: {
    ar: 'الخدمة والقناة وفئة المتعامل والمكان واليوم',
    en: 'service, channel, assistance, customer category, place and day',
  },
  dimensions: {
    entity: ENTITY,
    service: SERVICE,
    flow: FLOW,
    channel: CHANNEL,
    channel_class: CHANNEL_CLASS,
    assisted: ASSISTED,
    category: CATEGORY,
    platform: { title: { ar: 'المنصة', en: 'Platform' } },
    centre: { title: { ar: 'مركز الخدمة', en: 'Service centre' } },
    kiosk: { title: { ar: 'جهاز الخدمة الذاتية', en: 'Kiosk' } },
    path: { title: { ar: 'مسار الخدمة', en: 'Service path' } },
  },
  measures: {
    started: count('بدأت', 'Started'),
    received: count('وردت', 'Received'),
    completed: count('أُنجزت', 'Completed'),
    rejected: count('رُفضت', 'Rejected'),
    not_eligible: count('رُفضت لعدم الاستحقاق', 'Rejected as not eligible'),
    withdrawn: count('سُحبت', 'Withdrawn'),
    duplicate: count('مكررة', 'Marked duplicate'),
    transferred: count('أُحيلت إلى جهة أخرى', 'Transferred'),
    voided: count('أُبطلت', 'Voided'),
    open: count('مفتوحة', 'Open'),
    intended: count('أُنجزت بالنتيجة المرجوة', 'Completed as intended'),
    due: count('أُغلقت ولها موعد', 'Closed with a term'),
    on_time: count('أُغلقت في موعدها', 'Closed on time'),
    minutes_open: {
      title: { ar: 'دقائق من الورود إلى الإغلاق', en: 'Minutes from receipt to outcome' },
      unit: 'minute',
    },
    switched_from: count('انتقلت من القناة', 'Switched from the channel'),
    switched_to: count('انتقلت إلى القناة', 'Switched to the channel'),
    e_yes: count('إلكترونية', 'Electronic'),
    e_no: count('غير إلكترونية', 'Not electronic'),
    e_unknown: count('غير معروف أإلكترونية هي', 'Not known whether electronic'),
    paperless: count('لاورقية', 'Paperless'),
    fee_due: fils('الرسوم المستحقة', 'Fees due'),
    settled: fils('المبالغ المسددة', 'Amounts settled'),
    refunded: fils('المبالغ المستردة', 'Amounts refunded'),
  },
  grains: ['day', 'week', 'month', 'quarter', 'half', 'year', 'fiscal_year'],
  publicBy: ['entity', 'channel_class'],
  kpis: [
    'digital_take_up',
    'take_up_received',
    'completion_rate',
    'intended_outcome_rate',
    'on_time_share',
    'e_transaction_share',
    'paperless_share',
    'channel_share',
  ],
  knownAtBasis: 'recorded',
};

/** The electronic test by later classes of channels, in sums and in what events added to them. */
const judgedBy = (rules: ClassRules): Pick<CubeSpec, 'measures' | 'told'> => {
  const measures = electronicSql(rules);
  return measures === undefined ? {} : { measures, told: Object.keys(measures) };
};

const specOf = (query: DataSetQuery, rules: ClassRules): CubeSpec => ({
  ...judgedBy(rules),
  description,
  table: ChannelVolumeDay,
  dimensions: {
    entity: entitySql('c.entity', 'c.effectiveDay', query),
    channel_class: classOnSql('c.channel', 'c.effectiveDay', rules),
  },
  basis: 'basis',
  months: { turns: [...mergerTurns(query), ...classTurns(rules)] },
});

/** What `channel_volume` answers; a KPI is a member `{ num, den, value, coverage }` of each row. */
export const channelVolume: DataSet = {
  description,
  projection: transactionsModel.name,
  rows: async (query, manager) => volumeAnswer(specOf(query, await classRules(query, manager)), query, manager),
  contributions: async (query, manager) =>
    cubeContributions(specOf(query, await classRules(query, manager)), query, manager),
};
