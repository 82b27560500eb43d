import { BASELINES } from '#ledger';
import type { DataSetDescription, Measure } from '../read-model.js';
import { MONEY_METHODS } from '../savings/figures.js';
import { CHANNEL_CLASS } from '../transaction/titles.js';

const ratio = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'ratio' });
const count = (unit: string, ar: string, en: string): Measure => ({ title: { ar, en }, unit });

/** Dimensions that both data sets about campaigns have. */
export const EDITION_DIMENSIONS = {
  campaign: { title: { ar: 'الحملة', en: 'Campaign' } },
  edition: { title: { ar: 'رقم الدورة', en: 'Number of the edition' } },
  series: { title: { ar: 'سلسلة الحملات', en: 'Series' } },
} as const;

export const VIEWS = ['current', 'frozen'] as const;
export const MEASURES = ['received', 'settled'] as const;

export const metricsDescription: DataSetDescription = {
  name: 'campaign_metrics',
  title: { ar: 'أثر الحملات', en: 'Effect of campaigns' },
  grain: {
    ar: 'الحملة والقراءة (مجمدة أو جارية) وخط الأساس والمقياس، وصنف القناة عند الطلب',
    en: 'campaign, view (frozen or current), baseline and measure; by channel class where asked',
  },
  dimensions: {
    ...EDITION_DIMENSIONS,
    view: { title: { ar: 'القراءة: مجمدة أو جارية', en: 'View: frozen or current' }, values: VIEWS },
    baseline: { title: { ar: 'خط الأساس', en: 'Baseline' }, values: BASELINES },
    measure: {
      title: {
        ar: 'المقياس: معاملات واردة أو مبالغ مسددة بالفلس',
        en: 'Measure: requests received, or fils settled less refunded',
      },
      values: MEASURES,
    },
    channel_class: CHANNEL_CLASS,
    factor_set: { title: { ar: 'مجموعة معاملات التحويل', en: 'Set of conversion factors' } },
    method: { title: { ar: 'طريقة التحويل إلى مال', en: 'Way of turning it into money' }, values: MONEY_METHODS },
  },
  measures: {
    is_headline: count('boolean', 'هو خط الأساس الذي اختاره صاحب الحملة', 'The baseline that its owner quotes'),
    days_covered: ratio('أيام عمل سُجِّل فيها شيء ضمن النطاق', 'Working days with anything recorded in scope'),
    actual: count('transaction or fils', 'الفعلي في أيام الدورة', 'Actual on the days of the edition'),
    baseline_value: ratio('خط الأساس للأيام نفسها', 'Baseline of the same days'),
    uplift: ratio('الزيادة عن خط الأساس', 'Uplift'),
    displaced: ratio('ما تحول عن شبابيك المراكز', 'Displaced from counters'),
    substituted: ratio('ما كسبته القنوات الرقمية وعن بُعد', 'Gained by digital and remote channels'),
    substitution: ratio('نسبة الإحلال', 'Substitution'),
    trips: ratio('زيارات تم تجنبها', 'Trips avoided'),
    sheets: count(
      'sheet',
      'أوراق استُهلكت لمعاملات النطاق في أيام الدورة',
      'Sheets used for requests in scope on its days',
    ),
    sheets_expected: ratio(
      'الأوراق المتوقعة للعدد نفسه من المعاملات بحسب خط الأساس',
      'Sheets that as many requests took by the baseline',
    ),
    sheets_net: ratio('صافي الأوراق الموفرة', 'Sheets saved, net'),
    trees: ratio('الأشجار المنقذة', 'Trees'),
    co2e_g: ratio('مكافئ ثاني أكسيد الكربون للورق بالغرام', 'Carbon dioxide equivalent of the paper, in grams'),
    trip_co2e_g: ratio('مكافئ ثاني أكسيد الكربون للزيارات بالغرام', 'Carbon dioxide equivalent of the trips, in grams'),
    staff_minutes: ratio('دقائق الموظفين الموفرة', 'Minutes of staff saved'),
    customer_minutes: ratio('دقائق المتعاملين الموفرة', 'Minutes of customers saved'),
    fils: ratio('مال وفرته الحكومة بالفلس', 'Fils saved by the government'),
    customer_fils: ratio('قيمة الوقت الذي وفره المتعاملون بالفلس', 'Value of the time saved by customers, in fils'),
    pull_before: ratio('فرق الأيام السابقة عن المعتاد', 'Days before, against matched weekdays'),
    pull_after: ratio('نقص الأيام اللاحقة عن المعتاد', 'Days after, short of matched weekdays'),
    persistence_4: ratio('ما بقي من الأثر بعد 4 أسابيع', 'Effect left after 4 weeks'),
    persistence_12: ratio('ما بقي من الأثر بعد 12 أسبوعاً', 'Effect left after 12 weeks'),
    per_day: ratio('المتوسط لكل يوم عمل', 'Mean of a working day'),
    per_day_compared: ratio(
      'متوسط الخدمات المشتركة مع الدورة السابقة',
      'The same, of services that the edition before had too',
    ),
    per_day_before: ratio('متوسط هذه الخدمات في الدورة السابقة', 'Mean of these services in the edition before'),
    edition_change: ratio('التغير عن الدورة السابقة', 'Change from the edition before'),
    participation: ratio('نسبة المشاركة', 'Participation'),
    entities_in_scope: count('entity', 'جهات النطاق', 'Entities in scope'),
    entities_joined: count('entity', 'جهات شاركت', 'Entities that joined'),
    entities_left: count('entity', 'جهات اعتذرت أو انسحبت', 'Entities that left or declined'),
    entities_silent: count('entity', 'جهات لم تُجب', 'Entities that did not answer'),
    entities_ready: count(
      'entity',
      'جهات أعلنت جاهزية قنواتها قبل البدء',
      'Entities whose channels were ready before the start',
    ),
    entities_active: count('entity', 'جهات مشاركة وردتها معاملات', 'Entities that joined and had requests'),
    services_declared: count('service', 'خدمات أعلنتها الجهات المشاركة', 'Services that participants brought in'),
    services_in_scope: count('service', 'خدمات النطاق', 'Services in scope'),
    services_remote: count('service', 'خدمات تُسدد رسومها دون زيارة', 'Services that need no visit'),
    services_paid: count('service', 'خدمات سُددت رسومها', 'Services with fees settled'),
    centres_in_scope: count('centre', 'مراكز النطاق', 'Centres in scope'),
    centres_awareness: count('centre', 'مراكز تحولت إلى التوعية كل الأيام', 'Centres in awareness on every day'),
    centres_served_anyway: count(
      'centre',
      'مراكز قدمت الخدمة في أثناء التوعية',
      'Centres that served at counters while in awareness',
    ),
    kiosks_in_scope: count('kiosk', 'أجهزة النطاق', 'Kiosks in scope'),
    awareness_acts: count('act', 'أنشطة توعية', 'Acts of awareness'),
    attendance: count('person', 'حضور أنشطة التوعية', 'Attendance of acts of awareness'),
  },
  grains: [],
  alwaysBy: ['campaign', 'edition', 'view', 'baseline', 'measure'],
  kpis: ['uplift', 'displacement', 'substitution', 'pull_before', 'pull_after', 'persistence', 'participation'],
  isConverted: true,
  knownAtBasis: 'recorded',
};
