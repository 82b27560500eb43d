import type { Chronicle } from './chronicle.js';

const STEWARD = 'digital:office';

type Claim = readonly [
  id: string,
  publisher: string,
  scope: string,
  metric: string,
  value: string,
  unit: string,
  qualifier: 'more_than' | 'up_to' | 'about' | 'by' | 'exact' | 'forecast',
  kind: 'measured' | 'target' | 'forecast',
  publishedOn: string,
];

const SDD = 'Smart Dubai';
const DOF = 'Department of Finance, Dubai';
const FED = 'Committee for the Continuity of the Federal Government';

/** What was made public about the programmes: kept as it was said, beside what the ledger counts. */
const CLAIMS: readonly Claim[] = [
  ['paper-target', SDD, 'dubai', 'sheets-saved-a-year', '1000000000', 'sheet', 'more_than', 'target', '2020-03-17'],
  ['tree-target', SDD, 'dubai', 'trees-rescued', '130000', 'tree', 'exact', 'target', '2020-03-17'],
  ['hours-target', SDD, 'dubai', 'hours-a-person-and-year', '40', 'hour', 'exact', 'target', '2020-03-17'],
  ['money-target', SDD, 'dubai', 'money-saved', '900000000', 'aed', 'more_than', 'target', '2020-03-17'],
  ['paper-deadline', SDD, 'dubai', 'last-paper-transaction', '2021-12', 'year-month', 'by', 'target', '2020-03-17'],
  ['sheets-saved', SDD, 'dubai', 'sheets-saved', '269800000', 'sheet', 'exact', 'measured', '2021'],
  ['campaign-entities', DOF, 'week-without-centres', 'entities', '40', 'entity', 'exact', 'measured', '2018-10-20'],
  ['campaign-centres', DOF, 'week-without-centres', 'centres', '100', 'centre', 'more_than', 'measured', '2018-10-20'],
  [
    'campaign-services',
    DOF,
    'week-without-centres',
    'services',
    '1100',
    'service',
    'more_than',
    'measured',
    '2018-10-20',
  ],
  [
    'campaign-road-services',
    DOF,
    'week-without-centres',
    'road-services',
    '192',
    'service',
    'exact',
    'measured',
    '2018-10-20',
  ],
  ['kiosks-now', DOF, 'week-without-centres', 'kiosks', '20', 'kiosk', 'exact', 'measured', '2018-10-20'],
  ['kiosks-planned', DOF, 'week-without-centres', 'kiosks-by-2020', '55', 'kiosk', 'by', 'forecast', '2018-10-20'],
  ['smart-by-2021', DOF, 'dubai', 'smart-transformation', '2021', 'year', 'by', 'target', '2018-10-20'],
  ['federal-share', FED, 'ae', 'smart-share', '0.95', 'ratio', 'exact', 'measured', '2020-04'],
  ['federal-services', FED, 'ae', 'smart-services', '180', 'service', 'exact', 'measured', '2020-04'],
  ['federal-volume', FED, 'ae', 'transactions-in-21-days', '3000000', 'transaction', 'exact', 'measured', '2020-04'],
  [
    'platform-volume',
    SDD,
    'dubainow',
    'transactions-in-14-days',
    '100000',
    'transaction',
    'more_than',
    'measured',
    '2020-04-13',
  ],
  ['platform-value', SDD, 'dubainow', 'value-in-14-days', '50000000', 'aed', 'up_to', 'measured', '2020-04-13'],
  ['platform-services', SDD, 'dubainow', 'services', '116', 'service', 'exact', 'measured', '2020-04-13'],
  ['platform-entities', SDD, 'dubainow', 'entities', '33', 'entity', 'more_than', 'measured', '2020-04-13'],
  [
    'electronic-services',
    'Dubai eGovernment',
    'dubai',
    'electronic-services',
    '2000',
    'service',
    'more_than',
    'measured',
    '2012',
  ],
];

const SOURCE = 'بيان منشور للجهة المالكة';

const CHECKS = [
  {
    checkId: 'federal-total',
    expression: 'federal-services / federal-share',
    relation: 'within',
    expected: '189.5',
    tolerance: { num: '1', den: '200' },
    title: { ar: 'مجموع الخدمات الاتحادية كما يُستنتج من النسبة', en: 'Federal services in all, as the share implies' },
  },
  {
    checkId: 'platform-mean',
    expression: 'platform-value / platform-volume',
    relation: 'atMost',
    expected: '500',
    title: { ar: 'متوسط قيمة المعاملة على المنصة', en: 'Mean value of a transaction on the platform' },
  },
  {
    checkId: 'target-and-result',
    expression: 'paper-target',
    relation: 'within',
    expected: 'sheets-saved',
    tolerance: { num: '1', den: '20' },
    title: { ar: 'المستهدف السنوي إزاء ما أُعلن توفيره', en: 'Yearly target beside what was said to be saved' },
  },
] as const;

/** Filters of a question: dimension → value. */
const measured = (
  scope: string,
  metric: string,
  dataset: string,
  measure: string,
  filters: Record<string, string>,
) => ({
  ...{ scope, metric, dataset, measure, period: 'untilEnd' },
  filters: Object.entries(filters).map(([dimension, value]) => ({ dimension, isIn: [value] })),
});

/** What a steward lets be measured: the ledger counts these things itself. Of the others it knows no more than what was said. */
const MAPPINGS = [
  measured('week-without-centres', 'centres', 'places', 'places', { kind: 'centre' }),
  measured('week-without-centres', 'kiosks', 'places', 'places', { kind: 'kiosk' }),
  measured('dubainow', 'services', 'catalogue', 'services', { platform: 'dubainow' }),
  measured('dubainow', 'entities', 'platform_activity', 'entities_offered', { platform: 'dubainow' }),
  measured('ae', 'smart-services', 'catalogue', 'services', { jurisdiction: 'AE', channel_class: 'digital' }),
  measured('dubai', 'electronic-services', 'catalogue', 'services', {
    jurisdiction: 'AE-DU',
    channel_class: 'digital',
  }),
];

export const tellClaims = (chronicle: Chronicle, openingDay: string): void => {
  for (const [claimId, publisher, scope, metric, value, unit, qualifier, kind, publishedOn] of CLAIMS) {
    const data = { claimId, publisher, scope, metric, value, unit, qualifier, kind, publishedOn, source: SOURCE };
    const effect = { claims: 1, [`claims_${kind}`]: 1 };
    chronicle.tell(openingDay, 14, { noun: 'claim.published', source: STEWARD, role: 'steward', data, effect });
  }
  for (const check of CHECKS) {
    const effect = { checks: 1 };
    chronicle.tell(openingDay, 15, {
      noun: 'claimCheck.adopted',
      source: STEWARD,
      role: 'steward',
      data: { version: 1, ...check },
      effect,
    });
  }
  chronicle.tell(openingDay, 16, {
    ...{ noun: 'policy.adopted', source: STEWARD, role: 'steward', effect: {} },
    data: {
      ...{ policyId: 'claim-measures', version: 2, parameters: { mappings: MAPPINGS }, from: openingDay },
      reason: { ar: 'أرقام يحصيها السجل بنفسه.', en: 'Figures that the ledger counts itself.' },
    },
  });
};
