import type { Lang } from '../shapes.js';
import type { DefaultFact } from './item.js';
import { by, type KpiRow, kpiItem, NO_DENOMINATOR, sum } from './kpi-item.js';

const NO_BASELINE: Lang = { ar: 'لا توجد نتيجة بلا خط أساس.', en: 'Null without a baseline.' };
const NO_FACTOR: Lang = {
  ar: 'لا توجد نتيجة بلا معامل تحويل سارٍ على الفترة كلها.',
  en: 'Null without a factor that is valid for the whole period.',
};
const NO_BASE_DAY: Lang = {
  ar: 'لا توجد نتيجة إذا كان خط الأساس صفراً أو نقصه يوم.',
  en: 'Null if the baseline is 0 or lacks a day.',
};

type Named = readonly [id: string, ar: string, en: string];

const SAVED_SHEETS: readonly KpiRow[] = [
  ...(
    [
      ['sheets_net', 'net', 'صافي الأوراق الموفرة', 'Sheets saved, net'],
      ['sheets_gross', 'gross_avoided', 'إجمالي الأوراق المتجنبة', 'Sheets avoided, gross'],
      ['rebound', 'rebound', 'الأوراق المرتدة', 'Rebound in sheets'],
    ] as const
  ).map(
    ([id, measure, ar, en]): KpiRow => ({
      kpi: `${id}@1`,
      title: { ar, en },
      numerator: [sum('savings', measure)],
      unit: 'sheet',
      nullRule: NO_BASELINE,
    }),
  ),
  {
    kpi: 'reduction@1',
    title: { ar: 'نسبة خفض الورق', en: 'Reduction of paper' },
    numerator: [sum('savings', 'net')],
    denominator: [sum('savings', 'expected')],
    unit: 'share',
    nullRule: NO_BASELINE,
  },
];

const CONVERTED: readonly KpiRow[] = (
  [
    ['trees', 'tree', 'الأشجار المنقذة', 'Trees'],
    ['co2e', 'g', 'مكافئ ثاني أكسيد الكربون المتجنب', 'Carbon dioxide equivalent avoided'],
    ['staff_hours', 'hour', 'ساعات الموظفين الموفرة', 'Hours of staff saved'],
    ['customer_hours', 'hour', 'ساعات المتعاملين الموفرة', 'Hours of customers saved'],
    ['money', 'fils', 'المال الموفر', 'Money saved'],
  ] as const
).map(([id, unit, ar, en]) => ({
  kpi: `${id}@1`,
  title: { ar, en },
  numerator: [by('savings', `savings.${id}`)],
  unit,
  nullRule: NO_FACTOR,
}));

const HOURS_PER_PERSON: KpiRow = {
  kpi: 'hours_per_person@1',
  title: { ar: 'الساعات الموفرة للشخص الواحد', en: 'Hours saved per person' },
  numerator: [by('savings', 'savings.hours_per_person')],
  unit: 'hour-per-person',
  nullRule: { ar: 'لا توجد نتيجة بلا معامل أو بلا عدد سكان.', en: 'Null without a factor or a population.' },
};

const STAMP: readonly KpiRow[] = [
  ...(
    [
      [
        'stamp_services',
        'stamp.services',
        'الوحدات اللاورقية في خدمات المتعاملين',
        'Paperless units, customer services',
      ],
      [
        'stamp_internal',
        'stamp.internal',
        'الوحدات اللاورقية في البيئة الداخلية',
        'Paperless units, internal processes',
      ],
    ] as const
  ).map(
    ([id, procedure, ar, en]): KpiRow => ({
      kpi: `${id}@1`,
      title: { ar, en },
      numerator: [by('stamp', procedure)],
      unit: 'share',
      nullRule: {
        ar: 'لا توجد نتيجة إذا كانت الوحدات كلها بلا نشاط في نصف السنة.',
        en: 'Null if every unit was idle in the half-year.',
      },
    }),
  ),
  {
    kpi: 'time_to_whole@1',
    title: { ar: 'الأيام حتى الاكتمال', en: 'Days until whole' },
    numerator: [by('stamp', 'stamp.time_to_whole')],
    unit: 'day',
    nullRule: { ar: 'لا توجد نتيجة قبل أول نصف سنة مكتمل.', en: 'Null until the first whole half-year.' },
  },
];

const CAMPAIGN_NAMES: readonly Named[] = [
  ['uplift', 'الزيادة عن خط الأساس', 'Uplift'],
  ['displacement', 'ما تحول عن مراكز الخدمة', 'Displacement from the counter'],
  ['substitution', 'نسبة الإحلال', 'Substitution'],
  ['pull_before', 'ما أُجل إلى أيام الحملة', 'Postponed into the campaign'],
  ['pull_after', 'ما قُدم إلى أيام الحملة', 'Brought forward into the campaign'],
  ['persistence', 'استمرار الأثر', 'Persistence'],
  ['participation', 'نسبة المشاركة', 'Participation'],
];
const COUNTED_IN_TRANSACTIONS: ReadonlySet<string> = new Set(['displacement', 'pull_before', 'pull_after']);

const CAMPAIGN: readonly KpiRow[] = CAMPAIGN_NAMES.map(([id, ar, en]) => ({
  kpi: `${id}@1`,
  title: { ar, en },
  numerator: [by('campaign_metrics', `campaign.${id}`)],
  unit: COUNTED_IN_TRANSACTIONS.has(id) ? 'transaction' : 'share',
  nullRule: NO_BASE_DAY,
}));

const PLATFORM_AND_CONTINUITY: readonly KpiRow[] = [
  {
    kpi: 'platform_mean_value@1',
    title: { ar: 'متوسط قيمة المعاملة على المنصة', en: 'Mean value of a transaction on a platform' },
    numerator: [sum('platform_activity', 'value')],
    denominator: [sum('platform_activity', 'transactions')],
    unit: 'fils-per-transaction',
    nullRule: {
      ar: 'خلال نافذة الأيام المطلوبة، ولا توجد نتيجة بلا معاملات فيها.',
      en: 'Within the window of days that is asked for; null without transactions in it.',
    },
  },
  {
    kpi: 'remote_availability@1',
    title: { ar: 'توافر الخدمات عن بُعد', en: 'Remote availability' },
    numerator: [sum('continuity', 'remote')],
    denominator: [sum('continuity', 'in_scope')],
    unit: 'share',
    nullRule: { ar: 'لا توجد نتيجة إذا لم تكن في النطاق أي خدمة.', en: 'Null with no service in scope.' },
  },
  {
    kpi: 'volume_against_expected@1',
    title: { ar: 'الحجم مقارنةً بالمتوقع', en: 'Volume against expected' },
    numerator: [sum('continuity', 'actual')],
    denominator: [sum('continuity', 'expected')],
    unit: 'share',
    nullRule: NO_DENOMINATOR,
  },
];

/** Indicators of paper, the stamp, campaigns, platforms and continuity. */
export const defaultProgrammeKpis = (): readonly DefaultFact[] =>
  [...SAVED_SHEETS, ...CONVERTED, HOURS_PER_PERSON, ...STAMP, ...CAMPAIGN, ...PLATFORM_AND_CONTINUITY].map(kpiItem);
