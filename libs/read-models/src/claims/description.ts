import type { DataSetDescription } from '../read-model.js';
import { VERDICTS } from './verdict.js';

const QUALIFIERS = ['more_than', 'up_to', 'about', 'by', 'exact', 'forecast'];

export const claimsDescription: DataSetDescription = {
  name: 'claims',
  title: { ar: 'الأرقام المعلنة', en: 'Claims' },
  grain: {
    ar: 'رقم معلن كما كان معروفاً، بجانب ما أحصاه السجل',
    en: 'claim as known, beside what the ledger counted',
  },
  dimensions: {
    scope: { title: { ar: 'النطاق', en: 'Scope' } },
    metric: { title: { ar: 'المقياس', en: 'Metric' } },
    unit: { title: { ar: 'الوحدة', en: 'Unit' } },
    period: { title: { ar: 'الفترة كما ذُكرت', en: 'Period as stated' } },
    claim: { title: { ar: 'الرقم المعلن', en: 'Claim' } },
    publisher: { title: { ar: 'الناشر', en: 'Publisher' } },
    qualifier: { title: { ar: 'الوصف', en: 'Qualifier' }, values: QUALIFIERS },
    kind: { title: { ar: 'النوع', en: 'Kind' }, values: ['measured', 'target', 'forecast'] },
  },
  measures: {
    claims: { title: { ar: 'الأرقام المعلنة', en: 'Claims' }, unit: 'claim' },
    claimed: { title: { ar: 'القيمة المعلنة', en: 'Claimed' }, unit: 'as claimed' },
    measured: { title: { ar: 'القيمة المحصاة', en: 'Measured' }, unit: 'as claimed' },
    coverage: { title: { ar: 'التغطية', en: 'Coverage' }, unit: 'ratio' },
    progress: { title: { ar: 'التقدم نحو المستهدف', en: 'Progress to the target' }, unit: 'ratio' },
    verdict: { title: { ar: 'الحكم', en: 'Verdict' }, unit: VERDICTS.join(' | ') },
    others: {
      title: { ar: 'أرقام أخرى معلنة للأمر نفسه', en: 'Claims that say something else of the same' },
      unit: 'claim',
    },
  },
  grains: [],
  alwaysBy: ['scope', 'metric', 'unit', 'period', 'claim', 'publisher', 'qualifier', 'kind'],
  kpis: [],
  knownAtBasis: 'published',
};
export const CLAIM_DIMENSIONS = Object.keys(claimsDescription.dimensions);

export const checksDescription: DataSetDescription = {
  name: 'claim_checks',
  title: { ar: 'التحقق من الأرقام المعلنة', en: 'Checks of claims' },
  grain: {
    ar: 'تحقق حسابي بين أرقام معلنة كما كانت معروفة',
    en: 'check between claims as they were known',
  },
  dimensions: {
    check: { title: { ar: 'التحقق', en: 'Check' } },
    version: { title: { ar: 'الإصدار', en: 'Version' } },
    relation: {
      title: { ar: 'العلاقة', en: 'Relation' },
      values: ['equals', 'within', 'atMost', 'atLeast', 'shown'],
    },
    title_ar: { title: { ar: 'العنوان بالعربية', en: 'Title in Arabic' } },
    title_en: { title: { ar: 'العنوان بالإنجليزية', en: 'Title in English' } },
    expression: { title: { ar: 'العملية الحسابية', en: 'Expression' } },
    against: { title: { ar: 'الطرف المقارن به', en: 'Held against' } },
  },
  measures: {
    checks: { title: { ar: 'عمليات التحقق', en: 'Checks' }, unit: 'check' },
    left: { title: { ar: 'الناتج', en: 'Result' }, unit: 'ratio' },
    expected: { title: { ar: 'المتوقع', en: 'Expected' }, unit: 'ratio' },
    difference: { title: { ar: 'الفرق', en: 'Difference' }, unit: 'ratio' },
    at_least: { title: { ar: 'الحد الأدنى بحسب الأوصاف', en: 'At least, by the qualifiers' }, unit: 'ratio' },
    at_most: { title: { ar: 'الحد الأعلى بحسب الأوصاف', en: 'At most, by the qualifiers' }, unit: 'ratio' },
    verdict: { title: { ar: 'الحكم', en: 'Verdict' }, unit: `${VERDICTS.join(' | ')} | shown` },
  },
  grains: [],
  alwaysBy: ['check', 'version', 'relation', 'title_ar', 'title_en', 'expression', 'against'],
  kpis: [],
  knownAtBasis: 'published',
};
export const CHECK_DIMENSIONS = Object.keys(checksDescription.dimensions);
