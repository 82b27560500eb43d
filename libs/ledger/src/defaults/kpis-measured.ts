import type { DefaultFact } from './item.js';
import { BY_NUMBER_ONLY, by, type KpiRow, kpiItem, NO_DENOMINATOR, plus, sum, times, where } from './kpi-item.js';

const VOLUME = 'channel_volume';
const DIGITAL = where({ channel_class: ['digital'] });
const ASSISTED = where({ assisted: ['true'] });
/** Outcomes dated by the day of receipt. */
const COHORT = where({ basis: ['receipt'] });
const DIGITAL_COHORT = where({ channel_class: ['digital'], basis: ['receipt'] });
const COVERED = where({ measure: ['volume', 'volume_digital', 'cost_per_transaction'] });
const NO_ANSWERS = { ar: 'لا توجد نتيجة بلا إجابات.', en: 'Null without answers.' };

const TAKE_UP: readonly KpiRow[] = [
  {
    kpi: 'digital_take_up@1',
    title: { ar: 'نسبة الإقبال على القنوات الرقمية', en: 'Digital take-up' },
    numerator: [sum(VOLUME, plus('completed', DIGITAL, ASSISTED)), by('aggregates', 'aggregates.take_up')],
    denominator: [sum(VOLUME, 'completed')],
    unit: 'share',
    nullRule: {
      ar: 'القناة هي قناة الاستلام، ولا يجتمع أساسان من المجاميع في رقم واحد.',
      en: 'The channel is that of receipt; one figure never mixes the two bases of published totals.',
    },
  },
  {
    kpi: 'digital_take_up@2',
    title: { ar: 'نسبة الإقبال على القنوات الرقمية دون مساعدة', en: 'Digital take-up without assistance' },
    numerator: [
      sum(VOLUME, plus('completed', where({ channel_class: ['digital'], assisted: ['false'] }))),
      by('aggregates', 'aggregates.take_up_unassisted'),
    ],
    denominator: [sum(VOLUME, 'completed')],
    unit: 'share',
    nullRule: {
      ar: 'للمقارنة مع الإصدار الأول: يبين ما تحمله المساعدة، ولا يُعرض إلا عند طلبه برقمه.',
      en: 'To compare with version 1: shows how much assistance carries. Answers only when asked for by number.',
    },
    from: BY_NUMBER_ONLY,
  },
  {
    kpi: 'take_up_received@1',
    title: { ar: 'الإقبال الرقمي بحسب المعاملات المستلمة', en: 'Digital take-up of received transactions' },
    numerator: [sum(VOLUME, plus('received', DIGITAL, ASSISTED))],
    denominator: [sum(VOLUME, 'received')],
    unit: 'share',
    nullRule: {
      ar: 'المعاملات المكررة والمحولة محتسبة في البسط والمقام.',
      en: 'Duplicates and transfers stand in both parts.',
    },
    source: 'Older basis of the GOV.UK figures',
  },
  {
    kpi: 'channel_share@1',
    title: { ar: 'حصة القناة', en: 'Share of a channel' },
    numerator: [by(VOLUME, 'channel_volume.channel_share'), by('aggregates', 'aggregates.channel_share')],
    unit: 'share',
    nullRule: {
      ar: 'الخدمات نفسها في البسط والمقام، وغياب خانة القناة لا يضيف شيئاً.',
      en: 'The same services in both parts; an absent channel cell adds nothing.',
    },
  },
  {
    kpi: 'high_volume@1',
    title: { ar: 'نسبة الخدمات كثيفة المعاملات', en: 'Share of high-volume services' },
    numerator: [by('aggregates', 'aggregates.high_volume')],
    unit: 'share',
    nullRule: {
      ar: 'الحدود من سياسة high-volume، وتُحتسب الخدمات التي لها حجم معلوم.',
      en: 'Borders by policy high-volume; counted among services with a known volume.',
    },
  },
];

const OUTCOMES: readonly KpiRow[] = [
  {
    kpi: 'completion_rate@1',
    title: { ar: 'نسبة إتمام المعاملات الرقمية', en: 'Completion rate' },
    numerator: [sum(VOLUME, plus('completed', DIGITAL_COHORT), plus('not_eligible', DIGITAL_COHORT))],
    denominator: [sum(VOLUME, plus('started', DIGITAL_COHORT))],
    unit: 'share',
    nullRule: {
      ar: 'لا توجد نتيجة بلا أحداث بدء، والرد الواضح بعدم الاستحقاق إتمام.',
      en: 'Null without started events; a clear answer of not eligible is a completion.',
    },
  },
  {
    kpi: 'intended_outcome_rate@1',
    title: { ar: 'نسبة النتيجة المقصودة', en: 'Intended outcome rate' },
    numerator: [sum(VOLUME, 'intended')],
    denominator: [sum(VOLUME, 'completed', 'rejected')],
    unit: 'share',
    nullRule: {
      ar: 'لا توجد نتيجة إذا لم تُذكر النتيجة المقصودة لأي معاملة.',
      en: 'Null if intended is given for no transaction.',
    },
  },
  {
    kpi: 'on_time_share@1',
    title: { ar: 'نسبة الإنجاز في الموعد', en: 'On-time share' },
    numerator: [sum(VOLUME, 'on_time')],
    denominator: [sum(VOLUME, 'due')],
    unit: 'share',
    nullRule: {
      ar: 'الإغلاق في لحظة الموعد نفسها إنجاز في الموعد، وما لا موعد له خارج الحساب.',
      en: 'Closing at the very due time is on time; what has no due time is outside.',
    },
  },
  {
    kpi: 'e_transaction_share@1',
    title: { ar: 'نسبة المعاملات الإلكترونية', en: 'Share of electronic transactions' },
    numerator: [sum(VOLUME, 'e_yes')],
    denominator: [sum(VOLUME, 'e_yes', 'e_no')],
    unit: 'share',
    nullRule: {
      ar: 'التغطية هي نسبة ما عُرف حكمه من المعاملات المنجزة.',
      en: 'Coverage is the judged part of the completed transactions.',
    },
  },
  {
    kpi: 'paperless_share@1',
    title: { ar: 'نسبة المعاملات اللاورقية', en: 'Share of paperless transactions' },
    numerator: [sum(VOLUME, 'paperless')],
    denominator: [sum(VOLUME, 'e_yes', 'e_no')],
    unit: 'share',
    nullRule: NO_DENOMINATOR,
  },
  {
    kpi: 'declared_gap@1',
    title: {
      ar: 'الفرق بين الحصة الإلكترونية المعلنة والمرصودة',
      en: 'Gap between declared and observed electronic share',
    },
    numerator: [by('electronic_share', 'electronic_share.declared_gap')],
    unit: 'share',
    nullRule: {
      ar: 'لا توجد نتيجة بلا إعلان ساري المفعول أو بلا خطوات.',
      en: 'Null without a declaration in force or without steps.',
    },
  },
  {
    kpi: 'enquiries_answered@1',
    title: { ar: 'نسبة الاستفسارات المجابة', en: 'Enquiries answered' },
    numerator: [sum('enquiries', plus('answered', COHORT))],
    denominator: [sum('enquiries', plus('received', COHORT))],
    unit: 'share',
    nullRule: NO_DENOMINATOR,
  },
];

const MONEY_AND_QUALITY: readonly KpiRow[] = [
  {
    kpi: 'total_cost@1',
    title: { ar: 'التكلفة الكلية', en: 'Total cost' },
    numerator: [sum('cost', 'amount'), by('aggregates', 'aggregates.total_cost')],
    unit: 'money',
    nullRule: {
      ar: 'من المجاميع تُجمع الخدمات التي لها تكلفة وحجم معاً، ويُعرض عددها.',
      en: 'From published totals, services with both a unit cost and a volume are summed, and their number is shown.',
    },
  },
  {
    kpi: 'cost_per_transaction@1',
    title: { ar: 'تكلفة المعاملة الواحدة', en: 'Cost of a transaction' },
    numerator: [sum('cost', 'amount'), by('aggregates', 'aggregates.cost_per_transaction')],
    denominator: [sum('cost', 'completed')],
    unit: 'money-per-transaction',
    nullRule: {
      ar: 'ليست أبداً متوسط تكاليف الوحدات، بل مجموع التكلفة على مجموع الحجم للخدمات نفسها.',
      en: 'Never the mean of unit costs, but total cost over total volume of the same services.',
    },
  },
  {
    kpi: 'data_coverage@1',
    title: { ar: 'تغطية البيانات', en: 'Data coverage' },
    numerator: [sum('coverage', plus('provided', COVERED))],
    denominator: [sum('coverage', plus('requested', COVERED))],
    unit: 'share',
    nullRule: {
      ar: 'لا توجد نتيجة حيث لا تُعرف الخانات المطلوبة.',
      en: 'Null where no grid of what was asked is known.',
    },
  },
  {
    kpi: 'satisfaction_scaled@1',
    title: { ar: 'مؤشر الرضا المتدرج', en: 'Satisfaction, scaled' },
    numerator: [
      sum('satisfaction', plus('rating_2'), times(2, 'rating_3'), times(3, 'rating_4'), times(4, 'rating_5')),
    ],
    denominator: [sum('satisfaction', times(4, 'answers'))],
    unit: 'share',
    nullRule: NO_ANSWERS,
  },
  {
    kpi: 'satisfaction_top_two@1',
    title: { ar: 'نسبة أعلى تقييمين', en: 'Satisfaction, top two ratings' },
    numerator: [sum('satisfaction', 'rating_4', 'rating_5')],
    denominator: [sum('satisfaction', 'answers')],
    unit: 'share',
    nullRule: NO_ANSWERS,
  },
  {
    kpi: 'online_end_to_end@1',
    title: { ar: 'نسبة الخدمات الرقمية من البداية إلى النهاية', en: 'Services online from end to end' },
    numerator: [by('catalogue', 'catalogue.online_end_to_end')],
    unit: 'share',
    nullRule: {
      ar: 'نقاط التعامل: نعم أو لا أو لا تنطبق، وتُحتسب الخدمة التي لها نقطة منطبقة على الأقل.',
      en: 'Interaction points are yes, no or not applicable; a service counts with at least one applicable point.',
    },
  },
];

/** Indicators of volumes, outcomes, cost and satisfaction. */
export const defaultMeasurementKpis = (): readonly DefaultFact[] =>
  [...TAKE_UP, ...OUTCOMES, ...MONEY_AND_QUALITY].map(kpiItem);
