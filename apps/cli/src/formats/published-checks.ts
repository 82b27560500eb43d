interface Title {
  readonly ar: string;
  readonly en: string;
}

/** Data of a claimCheck.adopted. */
export type PublishedCheck = {
  readonly checkId: string;
  readonly version: number;
  readonly expression: string;
  readonly relation?: 'equals' | 'within';
  readonly expected?: string;
  readonly tolerance?: { readonly num: string; readonly den: string };
  readonly title: Title;
};

/** A figure that follows from others and is held against nothing. */
const shown = (checkId: string, expression: string, title: Title): PublishedCheck => ({
  checkId,
  version: 1,
  expression,
  title,
});

/** Agrees to the last decimal of a single figure. */
const equal = (checkId: string, expression: string, expected: string, title: Title): PublishedCheck => ({
  ...shown(checkId, expression, title),
  relation: 'equals',
  expected,
});

/** Agrees to one `part`-th of what is expected. */
const near = (checkId: string, expression: string, expected: string, part: number, title: Title): PublishedCheck => ({
  ...shown(checkId, expression, title),
  relation: 'within',
  expected,
  tolerance: { num: '1', den: String(part) },
});

/** The same quotient in several releases, a line each: `at` says which. */
const series = (
  name: string,
  quotients: Readonly<Record<string, string>>,
  { ar, en }: Title,
  check: (checkId: string, expression: string, title: Title) => PublishedCheck = shown,
): readonly PublishedCheck[] =>
  Object.entries(quotients).map(([at, expression]) =>
    check(`${name}-${at}`, expression, { ar: `${ar} (${at})`, en: `${en} (${at})` }),
  );

/** Sheets that one tree stands for, where releases agree. */
const SHEETS_A_TREE = '8330';

const PAPER: readonly PublishedCheck[] = [
  near('classes-add-up', 'p26 + p28 + p30', 'p21', 1000, {
    ar: 'مجموع أوراق الفئات الثلاث هو المجموع المعلن',
    en: 'The sheets of the three classes are the total',
  }),
  near('baselines-from-shares', 'p26 / p27 + p28 / p29 + p30 / p31', 'p21 / p22', 1000, {
    ar: 'خطوط الأساس المستنتجة من نسب الفئات هي خط الأساس العام',
    en: 'The baselines implied by the shares of the classes are that of all',
  }),
  equal('phase-1-share', 'p12 / p11', 'p13', { ar: 'نسبة الخفض في المرحلة الأولى', en: 'Reduction in phase 1' }),
  shown('people-implied', 'p14 / s0-3', { ar: 'عدد الأشخاص المستنتج من الساعات', en: 'People implied by the hours' }),
  ...series(
    'trees',
    { '2020': 'p15 / p19', '2021-03': 'p21 / p25', '2021-10': 'p37 / p40', page: 'p50 / p51' },
    { ar: 'الأوراق لكل شجرة', en: 'Sheets a tree' },
    (checkId, expression, title) => near(checkId, expression, SHEETS_A_TREE, 100, title),
  ),
  near('trees-2021-12', 'p43 / p53', SHEETS_A_TREE, 10, {
    ar: 'الأوراق لكل شجرة (2021-12)',
    en: 'Sheets a tree (2021-12)',
  }),
  shown('trees-target', 's0-1 / s0-2', { ar: 'الأوراق لكل شجرة في المستهدف', en: 'Sheets a tree in the target' }),
  near('phases-2021-03', 'p54 + p55', 'p21', 20, {
    ar: 'مجموع المرحلتين وإعلان مارس 2021',
    en: 'The two phases and the release of March 2021',
  }),
  near('phases-2021-12', 'p54 + p55', 'p43', 20, {
    ar: 'مجموع المرحلتين وإعلان ديسمبر 2021',
    en: 'The two phases and the release of December 2021',
  }),
  shown('entities-14', 'p15 / p16', { ar: 'نسبة الخفض في 14 جهة', en: 'Reduction of 14 entities' }),
  shown('target-against-baseline', 's0-1 / ( p21 / p22 )', {
    ar: 'المستهدف مقسوماً على خط الأساس',
    en: 'The target divided by the baseline',
  }),
  shown('customs-2019', 'p46 * p47', {
    ar: 'أوراق جمارك دبي الموفرة في 2019',
    en: 'Sheets Dubai Customs saved in 2019',
  }),
  shown('customs-2020-04', 'p46 * p48', {
    ar: 'أوراق جمارك دبي الموفرة في أبريل 2020 على أساس سنوي',
    en: 'Sheets Dubai Customs saved in April 2020, as of a year',
  }),
  equal('customs-2021', 'p46 * p49', 'p46', {
    ar: 'وفرت جمارك دبي في 2021 كل ما استهلكته في 2018',
    en: 'Dubai Customs saved in 2021 all that it used in 2018',
  }),
];

const TIME_AND_MONEY: readonly PublishedCheck[] = [
  ...series(
    'minutes-a-sheet',
    {
      '2020': 'p18 * 60 / p15',
      '2021-03': 'p24 * 60 / p21',
      '2021-10': 'p39 * 60 / p37',
      '2021-12': 'p45 * 60 / p43',
      page: 'p52 * 60 / p50',
    },
    { ar: 'الدقائق لكل ورقة', en: 'Minutes a sheet' },
  ),
  ...series(
    'dirhams-an-hour',
    { '2020': 'p17 / p18', '2021-03': 'p23 / p24', '2021-10': 'p38 / p39', '2021-12': 'p44 / p45' },
    { ar: 'الدراهم لكل ساعة', en: 'Dirhams an hour' },
  ),
  ...series(
    'dirhams-a-sheet',
    {
      target: 's0-4 / s0-1',
      '2020': 'p17 / p15',
      '2021-03': 'p23 / p21',
      '2021-10': 'p38 / p37',
      '2021-12': 'p44 / p43',
    },
    { ar: 'الدراهم لكل ورقة', en: 'Dirhams a sheet' },
  ),
];

const SERVICES: readonly PublishedCheck[] = [
  near('day-2017-growth', 'p3 / p4 - 1', 'p5', 20, {
    ar: 'نمو القيمة في يوم 2017',
    en: 'Growth of value on the day of 2017',
  }),
  shown('smart-services', 's3-3 / s3-2', { ar: 'عدد الخدمات المستنتج من النسبة', en: 'Services implied by the share' }),
  ...series(
    'smart-services',
    { '189': 's3-3 / 189', '190': 's3-3 / 190' },
    { ar: 'حصة الخدمات الذكية لو كان العدد', en: 'Share of smart services, were there' },
    (checkId, expression, title) => equal(checkId, expression, 's3-2', title),
  ),
  shown('platform-mean', 's4-2 / s4-1', { ar: 'متوسط قيمة معاملة المنصة', en: 'Mean value of a platform transaction' }),
  shown('platform-services-an-entity', 's4-3 / s4-4', {
    ar: 'خدمات المنصة لكل جهة',
    en: 'Services of the platform an entity',
  }),
  shown('federal-a-week', 's3-1 / 3', { ar: 'المعاملات الاتحادية في الأسبوع', en: 'Federal transactions a week' }),
  shown('federal-a-day', 's3-1 / 21', { ar: 'المعاملات الاتحادية في اليوم', en: 'Federal transactions a day' }),
  shown('federal-a-service', 's3-1 / s3-3', {
    ar: 'المعاملات الاتحادية لكل خدمة',
    en: 'Federal transactions a service',
  }),
  shown('week-2018-services-an-entity', 's1-3 / s1-1', {
    ar: 'خدمات الأسبوع لكل جهة',
    en: 'Services of the week an entity',
  }),
  shown('week-2018-centres-an-entity', 's1-2 / s1-1', {
    ar: 'مراكز الأسبوع لكل جهة',
    en: 'Centres of the week an entity',
  }),
  shown('week-2018-share-of-rta', 's1-4 / s1-3', {
    ar: 'حصة هيئة الطرق والمواصلات من خدمات الأسبوع',
    en: 'Share of the Roads and Transport Authority in the services of the week',
  }),
  shown('week-2018-kiosks', 's1-6 / s1-5', {
    ar: 'الأجهزة المخطط لها مقابل القائمة',
    en: 'Kiosks planned for each there is',
  }),
  shown('portal-transactions-a-year', 'p8 * 12', {
    ar: 'معاملات بوابة الدفع في السنة',
    en: 'Transactions of the portal a year',
  }),
  shown('portal-mean', 'p9 / ( p8 * 12 )', {
    ar: 'متوسط قيمة معاملة بوابة الدفع',
    en: 'Mean value of a portal transaction',
  }),
  shown('day-2017-mean', 'p3 / p2', {
    ar: 'متوسط قيمة معاملة يوم 2017',
    en: 'Mean value of a transaction on the day of 2017',
  }),
];

/** Arithmetic between the published figures of Dubai: what agrees, what does not, and what one figure says of another. */
export const PUBLISHED_CHECKS: readonly PublishedCheck[] = [...PAPER, ...TIME_AND_MONEY, ...SERVICES];
