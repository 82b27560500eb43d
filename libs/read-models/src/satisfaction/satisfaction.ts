import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import { volumeAnswer } from '../kpi/volume-answer.js';
import { GRAINS } from '../periods.js';
import type { DataSet, DataSetDescription, DataSetQuery, Measure } from '../read-model.js';
import { classOnSql, classRules } from '../transaction/class-rules.js';
import { entitySql } from '../transaction/merged.js';
import { CHANNEL, CHANNEL_CLASS, ENTITY, SERVICE } from '../transaction/titles.js';
import { satisfactionModel } from './fold.js';
import { SatisfactionDay } from './tables.js';

const answers = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'answer' });

const description: DataSetDescription = {
  name: 'satisfaction',
  title: { ar: 'رضا المتعاملين', en: 'Satisfaction' },
  grain: { ar: 'الخدمة والقناة واليوم', en: 'service, channel and day' },
  dimensions: {
    origin: {
      title: { ar: 'المصدر: تقييمات مفردة أو مجاميع منشورة', en: 'Single answers or published totals' },
      values: ['event', 'aggregate'],
    },
    publisher: { title: { ar: 'الناشر', en: 'Publisher' } },
    dataset: { title: { ar: 'مجموعة بيانات الناشر', en: 'Data set of the publisher' } },
    freq: { title: { ar: 'الدورية', en: 'Frequency' }, values: ['D', 'W', 'M', 'Q', 'H', 'A', 'F', 'R'] },
    breakdown: { title: { ar: 'موضوع المجموع وتقسيمه', en: 'What the total is about and splits into' } },
    period: { title: { ar: 'فترة المجموع المتحرك', en: 'Period of a rolling total' } },
    entity: ENTITY,
    service: SERVICE,
    channel: CHANNEL,
    channel_class: CHANNEL_CLASS,
    platform: { title: { ar: 'المنصة', en: 'Platform' } },
  },
  measures: {
    rating_1: answers('غير راضٍ إطلاقاً (1)', 'Rating 1, very dissatisfied'),
    rating_2: answers('غير راضٍ (2)', 'Rating 2'),
    rating_3: answers('محايد (3)', 'Rating 3'),
    rating_4: answers('راضٍ (4)', 'Rating 4'),
    rating_5: answers('راضٍ جداً (5)', 'Rating 5, very satisfied'),
    answers: answers('الإجابات', 'Answers'),
  },
  grains: GRAINS,
  alwaysBy: ['origin', 'publisher', 'dataset', 'freq', 'breakdown', 'period'],
  kpis: ['satisfaction_scaled', 'satisfaction_top_two'],
  knownAtBasis: 'published',
};

const specOf = async (query: DataSetQuery, manager: EntityManager): Promise<CubeSpec> => ({
  description,
  table: SatisfactionDay,
  periodStart: 'periodStart',
  recordedDay: 'recordedDay',
  dimensions: {
    entity: entitySql('c.entity', 'c.effectiveDay', query),
    channel_class: classOnSql('c.channel', 'c.effectiveDay', await classRules(query, manager)),
  },
  measures: { answers: 'c.rating1 + c.rating2 + c.rating3 + c.rating4 + c.rating5' },
});

/**
 * How customers rated services. Two published formulas stand side by side: `satisfaction_scaled`, Σ (rating − 1) × n / (4 × Σ n),
 * and `satisfaction_top_two`, (n4 + n5) / Σ n. Totals that publishers give by rating (measures `rating_1` to `rating_5`) stand
 * beside single answers and are never added to them, nor to totals of another publisher, frequency or breakdown.
 */
export const satisfaction: DataSet = {
  description,
  projection: satisfactionModel.name,
  rows: async (query, manager) => volumeAnswer(await specOf(query, manager), query, manager),
  contributions: async (query, manager) => cubeContributions(await specOf(query, manager), query, manager),
};
