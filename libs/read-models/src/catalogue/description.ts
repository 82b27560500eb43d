import type { DataSetDescription } from '../read-model.js';

/** Spans have no days to sum over: a question names the day (`effective_at`) whose catalogue it wants. */
export const catalogueDescription: DataSetDescription = {
  name: 'catalogue',
  title: { ar: 'دليل الخدمات', en: 'Service catalogue' },
  grain: {
    ar: 'خدمة ومدة سريان؛ لا تُعدّ الخدمات المتقاعدة إلا إذا طُلبت حالتها',
    en: 'service and validity span; retired services are counted only where the question names the status',
  },
  dimensions: {
    service: { title: { ar: 'الخدمة', en: 'Service' } },
    entity: { title: { ar: 'الجهة المالكة', en: 'Owning entity' } },
    entity_kind: {
      title: { ar: 'نوع الجهة', en: 'Kind of entity' },
      values: ['government', 'semiGovernment', 'private', 'federal'],
    },
    jurisdiction: { title: { ar: 'الولاية', en: 'Jurisdiction' } },
    kind: { title: { ar: 'نوع الخدمة', en: 'Kind of service' }, values: ['transactional', 'informational', 'shared'] },
    flow: { title: { ar: 'المسار', en: 'Flow' }, values: ['customer', 'internal'] },
    audience: { title: { ar: 'فئة المتعاملين', en: 'Customer category' } },
    theme: { title: { ar: 'الموضوع', en: 'Theme' } },
    status: { title: { ar: 'الحالة', en: 'Status' }, values: ['planned', 'active', 'suspended', 'retired'] },
    critical: { title: { ar: 'خدمة حيوية', en: 'Vital' }, values: ['true', 'false'] },
    channel: { title: { ar: 'القناة', en: 'Channel' } },
    channel_class: {
      title: { ar: 'صنف القناة', en: 'Class of channel' },
      values: ['digital', 'remote', 'postal', 'counter', 'unclassified'],
    },
    platform: { title: { ar: 'المنصة', en: 'Platform' } },
    bundle: { title: { ar: 'باقة الخدمات أو المسار', en: 'Bundle or path' } },
    shared_service: { title: { ar: 'الخدمة المشتركة المستخدمة', en: 'Shared service used' } },
    language: { title: { ar: 'لغة العنوان', en: 'Language of the title' }, values: ['ar', 'en', 'fr'] },
  },
  measures: {
    services: { title: { ar: 'الخدمات', en: 'Services' }, unit: 'service' },
    channels: { title: { ar: 'القنوات المتاحة', en: 'Channels offered' }, unit: 'channel' },
    documents: { title: { ar: 'الوثائق المطلوبة', en: 'Documents required' }, unit: 'document' },
    requirements: { title: { ar: 'المتطلبات', en: 'Requirements' }, unit: 'requirement' },
    electronic_bp: { title: { ar: 'النسبة الإلكترونية المعلنة', en: 'Declared electronic share' }, unit: 'ratio' },
    completeness: { title: { ar: 'اكتمال البيانات', en: 'Completeness' }, unit: 'ratio' },
    dependencies_inside: {
      title: { ar: 'اعتمادات داخل الجهة', en: 'Dependencies inside the entity' },
      unit: 'dependency',
    },
    dependencies_outside: {
      title: { ar: 'اعتمادات على جهات أخرى', en: 'Dependencies on other entities' },
      unit: 'dependency',
    },
    dangling: {
      title: { ar: 'اعتمادات على خدمات غير مسجّلة', en: 'Dependencies on services not recorded' },
      unit: 'dependency',
    },
    relations: {
      title: { ar: 'ارتباطات الخدمات، تُعدّ عند كل طرف', en: 'Relations, counted at each end' },
      unit: 'relation',
    },
  },
  grains: [],
  publicBy: ['entity', 'kind', 'status'],
  kpis: ['online_end_to_end'],
  knownAtBasis: 'recorded',
};
