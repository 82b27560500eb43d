import type { DataSetDescription } from '../read-model.js';

export const sharingDescription: DataSetDescription = {
  name: 'sharing',
  title: { ar: 'تبادل البيانات', en: 'Data sharing' },
  grain: {
    ar: 'اتفاقية كما كانت في يوم السريان؛ والتسليمات حتى ذلك اليوم ضمن الفترة',
    en: 'agreement as it stood on the effective day; deliveries up to that day within the period',
  },
  dimensions: {
    agreement: { title: { ar: 'الاتفاقية', en: 'Agreement' } },
    provider: { title: { ar: 'الجهة المزودة', en: 'Provider' } },
    party_kind: {
      title: { ar: 'نوع الطرف المستفيد', en: 'Kind of party' },
      values: ['individual', 'government', 'private', 'international', 'nonProfit'],
    },
    party: { title: { ar: 'الجهة المستفيدة', en: 'Receiving entity' } },
    partner: { title: { ar: 'الشريك', en: 'Partner' } },
    audience: {
      title: { ar: 'الفئة المستهدفة', en: 'Audience' },
      values: ['innovator', 'organisation', 'dataLiterate', 'slowStarter'],
    },
    dataset: { title: { ar: 'مجموعة البيانات', en: 'Data set' } },
    personal_data: { title: { ar: 'بيانات شخصية', en: 'Personal data' }, values: ['true', 'false'] },
    review: { title: { ar: 'المراجعة الأخلاقية', en: 'Ethics review' }, values: ['none', 'passed', 'refused'] },
    status: { title: { ar: 'الحالة', en: 'Status' }, values: ['proposed', 'active', 'ended'] },
    obstacle_kind: {
      title: { ar: 'نوع العائق القائم', en: 'Kind of open obstacle' },
      values: ['legal', 'technical', 'quality', 'cost', 'willingness', 'other'],
    },
  },
  measures: {
    agreements: { title: { ar: 'الاتفاقيات', en: 'Agreements' }, unit: 'agreement' },
    deliveries: { title: { ar: 'التسليمات', en: 'Deliveries' }, unit: 'delivery' },
    rows: { title: { ar: 'الصفوف المسلّمة', en: 'Rows delivered' }, unit: 'row' },
    days_to_activation: {
      title: { ar: 'متوسط الأيام من الاقتراح إلى السريان', en: 'Mean days from proposal to force' },
      unit: 'ratio',
    },
    open_obstacles: { title: { ar: 'العوائق القائمة', en: 'Open obstacles' }, unit: 'obstacle' },
  },
  grains: [],
  publicBy: ['status'],
  kpis: [],
  knownAtBasis: 'recorded',
};
