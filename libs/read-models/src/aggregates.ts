import { aggregatesModel } from './aggregate/fold.js';
import { aggregateKpis } from './aggregate/kpi-answer.js';
import { aggregateProcedures } from './aggregate/procedures.js';
import { entriesBehind, valueAnswer } from './aggregate/value-answer.js';
import type { DataSet, DataSetDescription } from './read-model.js';
import { ASSISTED, CATEGORY, CHANNEL, CHANNEL_CLASS, ENTITY, SERVICE } from './transaction/titles.js';

export { aggregatesModel } from './aggregate/fold.js';

const description: DataSetDescription = {
  name: 'aggregates',
  title: { ar: 'المجاميع المنشورة', en: 'Published totals' },
  grain: { ar: 'الخانة: ناشر وخدمة ومقياس وفترة', en: 'cell: publisher, service, measure and period' },
  dimensions: {
    publisher: { title: { ar: 'الناشر', en: 'Publisher' } },
    dataset: { title: { ar: 'مجموعة بيانات الناشر', en: 'Data set of the publisher' } },
    service: SERVICE,
    entity: ENTITY,
    scope: { title: { ar: 'النطاق', en: 'Scope' } },
    channel: CHANNEL,
    channel_class: CHANNEL_CLASS,
    assisted: ASSISTED,
    category: CATEGORY,
    measure: { title: { ar: 'المقياس', en: 'Measure' } },
    unit: { title: { ar: 'الوحدة', en: 'Unit' } },
    freq: { title: { ar: 'الدورية', en: 'Frequency' }, values: ['D', 'W', 'M', 'Q', 'H', 'A', 'F', 'R'] },
    period: { title: { ar: 'الفترة', en: 'Period' } },
    breakdown: { title: { ar: 'موضوع المجموع وتقسيمه', en: 'What the total is about and splits into' } },
  },
  measures: {
    value: { title: { ar: 'القيمة', en: 'Value' }, unit: 'as reported' },
    cells: { title: { ar: 'خانات لها قيمة', en: 'Cells with a value' }, unit: 'cell' },
    restated: { title: { ar: 'خانات عُدّلت', en: 'Restated cells' }, unit: 'cell' },
    withdrawn: { title: { ar: 'خانات سُحبت', en: 'Withdrawn cells' }, unit: 'cell' },
    undated: { title: { ar: 'خانات لا يُعرف تاريخ قيمتها', en: 'Cells with an undated value' }, unit: 'cell' },
    digital_exceeds_total: {
      title: { ar: 'خانات يفوق فيها الرقمي المجموع', en: 'Cells whose digital part exceeds the total' },
      unit: 'cell',
    },
  },
  grains: [],
  alwaysBy: ['publisher', 'dataset', 'measure', 'unit', 'freq', 'breakdown'],
  kpis: ['digital_take_up', 'total_cost', 'cost_per_transaction', 'channel_share', 'high_volume', 'data_coverage'],
  knownAtBasis: 'published',
};

/**
 * What publishers say, as known when. Without KPIs a row is a sum (`value`: exact decimal text; null where nothing is
 * provided, something is suppressed, or the measure is a unit cost or a rate of several cells). `period` is
 * `first..last` where asked for and always for rolling years, else null.
 *
 * With KPIs a row is a publisher's data set at one frequency and the groups asked, without measure and unit; see
 * `aggregateKpis` for the members. The two never mix, because a ratio has two measures.
 */
export const aggregates: DataSet = {
  description,
  projection: aggregatesModel.name,
  rows: async (query, manager) =>
    query.kpis.length > 0
      ? aggregateKpis(query, await aggregateProcedures(description, query, manager), manager)
      : valueAnswer(description, query, manager),
  contributions: entriesBehind,
};
