import { CHANNEL_CLASSES } from '../codes.js';
import { CATALOGUE_PARTS, type PolicyId, type PolicyParameters } from '../policy/policy.parameters.js';
import { BACKDATE_DAYS_MAX } from '../rules/knowledge.js';
import type { Lang } from '../shapes.js';
import { type DefaultFact, EVER, item } from './item.js';

const PARAMETERS: PolicyParameters = {
  'size-class': { largeAboveSheets: 10_000_000, mediumAboveSheets: 1_000_000 },
  stamp: {
    countedKinds: ['process'],
    allowedChannelClasses: ['digital'],
    idle: 'leaveOut',
    unitWeight: 1,
    freezeDays: 30,
    suspendOnLate: true,
  },
  'channel-classes': { classes: CHANNEL_CLASSES },
  'take-up': { countAssisted: true, volume: 'completed' },
  'started-expiry': { days: 30 },
  campaign: {
    baselines: ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'],
    weeksBack: 4,
    lookBackWeeksMax: 8,
    pullDays: 7,
    persistenceWeeks: [4, 12],
  },
  continuity: {
    expected: 'yearBackTrend',
    fallback: 'eightWeek',
    restoredShare: { num: '4', den: '5' },
    restoredDays: 7,
  },
  claims: { aboutTolerance: { num: '1', den: '20' }, minCoverage: { num: '9', den: '10' } },
  'claim-measures': { mappings: [] },
  knowledge: { backdateDays: BACKDATE_DAYS_MAX },
  publication: { smallCount: 10, complementary: true },
  'high-volume': {
    thresholds: [
      { jurisdiction: 'CA', volume: 45_000 },
      { jurisdiction: 'GB', volume: 750_000 },
    ],
  },
  catalogue: { completeness: CATALOGUE_PARTS, reviewDays: 365 },
  staleness: { eventDays: 7, aggregateDays: 400 },
  'legal-hold': { eventTypes: [] },
};

const REASONS: { readonly [P in PolicyId]: Lang } = {
  'size-class': {
    ar: 'حد الجهات الكبيرة منشور، أما حد المتوسطة فغير منشور وقد اخترناه.',
    en: 'The border of large entities is published; that of medium ones is not and was chosen.',
  },
  stamp: {
    ar: 'لا تُحتسب إلا أوراق الإجراءات، فرسالة مطبوعة ليست إجراءً فاشلاً.',
    en: 'Only sheets that a procedure needed count: a printed letter is no failed procedure.',
  },
  'channel-classes': {
    ar: 'تصنيف قنوات الاستلام المعتمد في السجل.',
    en: 'The classes of the channels of receipt that this ledger works with.',
  },
  'take-up': {
    ar: 'المتعامل الذي ساعده موظف استخدم الخدمة الرقمية، والمؤشر يحتسب المعاملات المنجزة.',
    en: 'A customer helped by staff was served by the digital service; the headline counts completed transactions.',
  },
  'started-expiry': {
    ar: 'ما بدأ ولم يُستلم خلال ثلاثين يوماً يُعد متروكاً.',
    en: 'What was started and not received within thirty days counts as abandoned.',
  },
  campaign: {
    ar: 'تُعرض خطوط الأساس الأربعة معاً لأن كلاً منها يجيب عن سؤال مختلف.',
    en: 'All four baselines stand side by side, because each answers another question.',
  },
  continuity: {
    ar: 'حجم العام السابق مصححاً بالاتجاه، وإلا فمتوسط ثمانية أسابيع.',
    en: 'The volume of the year before, corrected by the trend; failing that, the mean of eight weeks.',
  },
  claims: {
    ar: 'هامش عبارة «نحو» خمسة في المئة، ولا يُقاس رقم بتغطية دون تسعين في المئة.',
    en: 'About means within five per cent; nothing is measured with less than ninety per cent of coverage.',
  },
  'claim-measures': {
    ar: 'لا يُقاس أي رقم معلن قبل أن يحدد أمين السجل مصدر قياسه.',
    en: 'No claim is measured before a steward says from where.',
  },
  knowledge: {
    ar: 'تأخر النشر عن التسجيل سبعة أيام مقبول من الجميع، وما زاد فمن أمين السجل.',
    en: 'A source may be seven days old when it is recorded; older ones are a steward’s.',
  },
  publication: {
    ar: 'تُحجب الأعداد الصغيرة حمايةً للأشخاص، والقيمة اختيار لم يثبت قانوناً.',
    en: 'Small counts are suppressed to protect people; the value is a choice and not proven to be law.',
  },
  'high-volume': {
    ar: 'حدود نشرتها كندا والمملكة المتحدة لمعاملات السنة الواحدة.',
    en: 'Borders that Canada and the United Kingdom publish, in transactions a year.',
  },
  catalogue: {
    ar: 'اثنا عشر جزءاً يصف بها الدليل الخدمة وصفاً كاملاً.',
    en: 'Twelve parts with which a service is fully described.',
  },
  staleness: {
    ar: 'مصدر الأحداث يُتوقع كل أسبوع ومصدر المجاميع كل سنة.',
    en: 'A source of events is expected every week, a source of totals every year.',
  },
  'legal-hold': {
    ar: 'لا يُمنع محو بيانات شخص إلا إذا سمّى أمين السجل نوع حدث يوجب القانون حفظه كاملاً.',
    en: 'Nobody is kept from being erased before a steward names an event type of which the law demands a whole record.',
  },
};

/** Every policy in version 1. */
export const defaultPolicies = (): readonly DefaultFact[] =>
  (Object.keys(PARAMETERS) as PolicyId[]).map((policyId) =>
    item('gov.sijill.policy.adopted.v1', 'policy', `${policyId}@1`, {
      policyId,
      version: 1,
      parameters: PARAMETERS[policyId],
      from: EVER,
      reason: REASONS[policyId],
    }),
  );
