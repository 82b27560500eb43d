import type { DataSetDescription, Measure } from '../read-model.js';
import { ENTITY, FLOW, SERVICE } from '../transaction/titles.js';

const units = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'unit' });
const sheets = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'sheet' });
const ratio = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'ratio' });

export const stampDescription: DataSetDescription = {
  name: 'stamp',
  title: { ar: 'ختم «100% لاورقية»', en: "'100% Paperless' stamp" },
  grain: {
    ar: 'الجهة والنصف والقراءة (مجمدة أو جارية)؛ ومع الخدمة: وحدة من وحدات التقييم، وما لا خدمة له وحدة بلا اسم',
    en: 'entity, half and view (frozen or current); with the service: a unit of the assessment, sheets of no unit being one without a name',
  },
  dimensions: {
    entity: ENTITY,
    size_class: {
      title: { ar: 'فئة الجهة بحسب حجم الورق', en: 'Size class of the entity' },
      values: ['large', 'medium', 'small'],
    },
    half: { title: { ar: 'النصف السنوي', en: 'Half-year' } },
    view: { title: { ar: 'القراءة: مجمدة أو جارية', en: 'View: frozen or current' }, values: ['current', 'frozen'] },
    status: {
      title: { ar: 'حال الختم', en: 'State of the stamp' },
      values: ['none', 'whole', 'announced', 'held', 'suspended', 'withdrawn'],
    },
    service: SERVICE,
    flow: FLOW,
    outcome: {
      title: { ar: 'نتيجة الوحدة', en: 'Outcome of the unit' },
      values: ['passed', 'failed', 'idle'],
    },
    reason: {
      title: { ar: 'سبب نتيجة الوحدة', en: 'Reason of the outcome' },
      values: ['clear', 'waived', 'idle', 'channels', 'sheets', 'channels_and_sheets', 'unattributed'],
    },
  },
  measures: {
    services: ratio('الخدمات الناجحة من الخدمات المقيّمة', 'Services that passed, of those judged'),
    internal: ratio('العمليات الداخلية الناجحة من المقيّمة', 'Internal processes that passed, of those judged'),
    units_passed: units('الوحدات الناجحة', 'Units passed'),
    units_failed: units('الوحدات غير الناجحة', 'Units failed'),
    units_idle: units('الوحدات بلا نشاط', 'Units without activity'),
    units_waived: units('الوحدات الناجحة بإعفاء', 'Units passed by a waiver'),
    process_sheets: sheets('أوراق تتطلبها الإجراءات', 'Sheets that procedures needed'),
    habit_sheets: sheets('أوراق الطباعة المعتادة', 'Sheets printed out of habit'),
    waived_sheets: sheets('أوراق يغطيها إعفاء', 'Sheets covered by a waiver'),
    reduction: ratio('نسبة الخفض عن خط الأساس', 'Reduction against the baseline'),
    time_to_whole: {
      title: { ar: 'الأيام حتى اكتمال أول نصف', en: 'Days to the first whole half' },
      unit: 'day',
    },
    rank: { title: { ar: 'الترتيب ضمن الفئة', en: 'Rank within the class' }, unit: 'rank' },
    announced: { title: { ar: 'النتيجة المعلنة', en: 'Result as announced' }, unit: 'claim' },
    announced_differs: {
      title: { ar: 'النتيجة المعلنة تخالف المشتقة', en: 'The announced result differs from the derived one' },
      unit: 'flag',
    },
    waivers: { title: { ar: 'الإعفاءات السارية', en: 'Waivers that stand' }, unit: 'waiver' },
    policies: { title: { ar: 'السياسات المعمول بها', en: 'Policies it goes by' }, unit: 'version' },
  },
  grains: [],
  alwaysBy: ['size_class', 'half', 'view'],
  kpis: ['stamp_services', 'stamp_internal', 'time_to_whole'],
  knownAtBasis: 'recorded',
};
