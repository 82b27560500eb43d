import type { EntityManager } from 'typeorm';
import { type Contributions, contributionsInTurn, cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import { GRAINS } from '../periods.js';
import type { DataSet, DataSetDescription, DataSetQuery, Measure } from '../read-model.js';
import { classOnSql } from '../transaction/class-rules.js';
import { entitySql } from '../transaction/merged.js';
import { ChannelVolumeDay } from '../transaction/tables.js';
import { CHANNEL_CLASS, ENTITY, SERVICE } from '../transaction/titles.js';
import { continuityAnswer } from './answer.js';
import { attributeDay, type DisruptionQuestion, holdsOn, PROJECTION, questionsOf } from './question.js';

const measure = (ar: string, en: string, unit: string): Measure => ({ title: { ar, en }, unit });

const description: DataSetDescription = {
  name: 'continuity',
  title: { ar: 'استمرارية الخدمات', en: 'Continuity' },
  grain: {
    ar: 'التعطل واليوم والخدمة وصنف القناة؛ تُجمع أيام الخدمات، ولكل مجموعة اتجاهها في الحجم المتوقع',
    en: 'disruption, day, service and channel class; days of services add up, each group has a trend of its own',
  },
  dimensions: {
    disruption: { title: { ar: 'التعطل', en: 'Disruption' } },
    jurisdiction: { title: { ar: 'الولاية', en: 'Jurisdiction' } },
    entity: ENTITY,
    service: SERVICE,
    critical: { title: { ar: 'خدمة حيوية', en: 'Vital' }, values: ['true', 'false', 'unknown'] },
    channel_class: CHANNEL_CLASS,
  },
  measures: {
    in_scope: measure('الخدمات في النطاق', 'Services in scope', 'service-day'),
    remote: measure('الخدمات المتاحة عن بُعد', 'Services remote all day', 'service-day'),
    zero: measure(
      'خدمات متوقع لها معاملات ولم ترد',
      'Services expected to have transactions and without any',
      'service-day',
    ),
    actual: measure('المعاملات الواردة', 'Transactions received', 'transaction'),
    expected: measure('المعاملات المتوقعة', 'Transactions expected', 'ratio'),
    method: measure('طريقة التوقع', 'Method of the expectation', 'code'),
    restored_on: measure('يوم استعادة الحجم', 'Day on which the volume was restored', 'day'),
    days_to_restore: measure('الأيام حتى الاستعادة', 'Days until it was restored', 'day'),
    uncoordinated: measure('إجراءات سارية دون تنسيق', 'Measures in force without coordination', 'measure'),
    uncoordinated_measures: measure('الإجراءات السارية دون تنسيق', 'Which ones, at most 100', 'id'),
    readiness: measure('الجاهزية عشية التعطل', 'Readiness on the day before', 'ratio'),
  },
  grains: GRAINS,
  alwaysBy: ['disruption'],
  kpis: ['remote_availability', 'volume_against_expected'],
  knownAtBasis: 'recorded',
};

/**
 * What kept running in a disruption, and at what volume (kpis.md, section 3.4). In scope are active transactional services of its
 * jurisdiction; remote is a service with an offered channel that needs no visit and that no measure or outage touches that day.
 * `expected` is exact, of the series of the row: a larger group has its own trend, so it is no sum of its parts; `method` names how
 * it was found. `actual` counts every day, the KPI `volume_against_expected` those of which something was expected. `restored_on` and
 * `readiness` are of the whole series and the same in each of its periods. Rows of a class of channels say nothing of availability.
 */
export const continuity: DataSet = {
  description,
  projection: PROJECTION,
  rows: (query, manager) => continuityAnswer(description, query, manager),
  contributions: async (query, manager) => {
    const { after: _, ...whole } = query;
    const questions = await questionsOf(whole, manager);
    if (questions.length === 0) return { events: [] };
    const lists = [eventsTold, volumeEvents].map((list) => (page: DataSetQuery) => list(questions, page, manager));
    return contributionsInTurn(lists, query);
  },
};

// Disruptions by id; measures and outages of these, or of services of their jurisdictions.
const TOLD = `select v.stream, v.revision::text, v.effective_day::text as day, v.known_day::text as known
  from continuity_event v where v.known_day <= $1 and v.effective_day <= $2
   and (v.disruption = any($3) or v.disruption is null and exists (select from service_span s join entity_span e on e.entity = s.entity
     where s.service = any(v.services) and e.jurisdiction = any($4)))
   and ($5::text[] is null or v.services && $5 or v.entity is null and v.services = '{}')
   and ($6::text[] is null or v.entity = any($6) or v.entity is null and (v.services = '{}' or exists (
     select from service_span s where s.service = any(v.services) and s.entity = any($6))))
   and ($7::text is null or (v.stream, v.revision) > ($7, $8::bigint))
  order by v.stream, v.revision limit $9`;

/** What was told of disruptions, measures and outages. They add nothing: they say which services could be reached. */
const eventsTold = async (
  questions: readonly DisruptionQuestion[],
  { filters, after, limit }: DataSetQuery,
  manager: EntityManager,
): Promise<Contributions> => {
  const [{ knownAt }] = questions as readonly [DisruptionQuestion];
  const rows = await manager.query<{ stream: string; revision: string; day: string; known: string }[]>(TOLD, [
    ...[
      knownAt,
      questions
        .map(({ to }) => to)
        .sort()
        .at(-1),
    ],
    ...[questions.map(({ disruption }) => disruption), questions.map(({ jurisdiction }) => jurisdiction)],
    ...[filters.service ?? null, filters.entity ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  ]);
  const events = rows.slice(0, limit).map(({ stream, revision, day, known }) => ({
    ...{ stream, revision, effectiveDay: day, knownDay: known, deltas: {} },
  }));
  const last = events.at(-1);
  return rows.length > limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

/** Events that were counted on the days of the disruptions. */
const volumeEvents = (questions: readonly DisruptionQuestion[], query: DataSetQuery, manager: EntityManager) => {
  const [question] = questions as readonly [DisruptionQuestion];
  const on = attributeDay(question, 'c.effectiveDay');
  const entity = entitySql('c.entity', 'c.effectiveDay', query);
  const received = description.measures.actual as Measure;
  const spec: CubeSpec = {
    description: { ...description, measures: { received } },
    table: ChannelVolumeDay,
    dimensions: {
      entity,
      jurisdiction: `(select e.jurisdiction from entity_span e where e.entity = ${entity} and ${holdsOn(question, 'e', on)})`,
      critical: `(select s.critical from service_span s where s.service = c.service and ${holdsOn(question, 's', on)})`,
      channel_class: classOnSql('c.channel', 'c.effectiveDay', question.classes),
    },
    basis: 'basis',
  };
  const { disruption: _, ...filters } = query.filters;
  const jurisdiction = questions.map((one) => one.jurisdiction);
  const [from, to] = [
    questions.map((one) => one.from).sort()[0],
    questions
      .map((one) => one.to)
      .sort()
      .at(-1),
  ];
  return cubeContributions(
    spec,
    { ...query, basis: 'event', from, to, filters: { ...filters, jurisdiction } },
    manager,
  );
};
