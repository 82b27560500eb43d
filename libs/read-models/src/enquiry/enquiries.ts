import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import { volumeAnswer } from '../kpi/volume-answer.js';
import { GRAINS } from '../periods.js';
import type { DataSet, DataSetDescription, DataSetQuery, Measure } from '../read-model.js';
import { classOnSql, classRules } from '../transaction/class-rules.js';
import { entitySql } from '../transaction/merged.js';
import { CATEGORY, CHANNEL, CHANNEL_CLASS, ENTITY, SERVICE } from '../transaction/titles.js';
import { EnquiryDay, enquiriesModel } from './fold.js';

const count = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'enquiry' });

const description: DataSetDescription = {
  name: 'enquiries',
  title: { ar: 'الاستفسارات', en: 'Enquiries' },
  grain: { ar: 'الجهة والقناة والموضوع واليوم', en: 'entity, channel, topic and day' },
  dimensions: {
    entity: ENTITY,
    service: SERVICE,
    channel: CHANNEL,
    channel_class: CHANNEL_CLASS,
    topic: { title: { ar: 'الموضوع', en: 'Topic' } },
    category: CATEGORY,
  },
  measures: {
    received: count('وردت', 'Received'),
    answered: count('أُجيب عنها', 'Answered'),
    unanswered: count('أُغلقت دون إجابة', 'Closed without an answer'),
    open: count('مفتوحة', 'Open'),
    minutes_to_answer: {
      title: { ar: 'دقائق من الورود إلى الإجابة', en: 'Minutes from receipt to answer' },
      unit: 'minute',
    },
  },
  grains: GRAINS,
  publicBy: ['entity'],
  kpis: ['enquiries_answered'],
  knownAtBasis: 'recorded',
};

const specOf = async (query: DataSetQuery, manager: EntityManager): Promise<CubeSpec> => ({
  description,
  table: EnquiryDay,
  dimensions: {
    entity: entitySql('c.entity', 'c.effectiveDay', query),
    channel_class: classOnSql('c.channel', 'c.effectiveDay', await classRules(query, manager)),
  },
  basis: 'basis',
});

/**
 * What customers asked and whether they were answered. received = answered + unanswered + open for every selection, on both
 * bases. The KPI `enquiries_answered` is of the cohort received in the period, whatever the basis of the question; its
 * coverage, and that of the answer, are the enquiries that have ended among those received.
 */
export const enquiries: DataSet = {
  description,
  projection: enquiriesModel.name,
  rows: async (query, manager) => volumeAnswer(await specOf(query, manager), query, manager),
  contributions: async (query, manager) => cubeContributions(await specOf(query, manager), query, manager),
};
