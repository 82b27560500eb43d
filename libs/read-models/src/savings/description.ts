import { SIZE_CLASS } from '../paper/size-class.js';
import type { DataSetDescription, Measure } from '../read-model.js';
import { ENTITY, SERVICE } from '../transaction/titles.js';
import { KINDS, MONEY_METHODS } from './figures.js';
import { BENEFICIARIES } from './population.js';

const sheets = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'sheet' });
const measure = (unit: string, ar: string, en: string): Measure => ({ title: { ar, en }, unit });

export const description: DataSetDescription = {
  name: 'savings',
  title: { ar: 'الوفورات', en: 'Savings' },
  grain: { ar: 'الجهة والمسار والفترة ومجموعة المعاملات', en: 'entity, flow, period and factor set' },
  dimensions: {
    entity: ENTITY,
    size_class: SIZE_CLASS,
    service: SERVICE,
    flow: {
      title: { ar: 'مسار الخدمة: مع المتعاملين أو داخلي', en: 'Flow of the service' },
      values: ['customer', 'internal'],
    },
    baseline_year: { title: { ar: 'سنة خط الأساس', en: 'Year of the baseline' } },
    factor_set: { title: { ar: 'مجموعة معاملات التحويل', en: 'Set of conversion factors' } },
    kind: {
      title: { ar: 'نوع الوفر: ورق أو وقت أو زيارات أو كربون أو مال', en: 'Kind of saving' },
      values: Object.keys(KINDS),
    },
    method: { title: { ar: 'طريقة التحويل إلى مال', en: 'Way of turning it into money' }, values: MONEY_METHODS },
    beneficiary: { title: { ar: 'المستفيدون', en: 'Beneficiaries' }, values: BENEFICIARIES },
  },
  measures: {
    baseline: sheets('أوراق سنة خط الأساس', 'Sheets of the year of the baseline'),
    expected: sheets('الأوراق المتوقعة بلا تحوّل', 'Sheets expected without change'),
    actual: sheets('الأوراق المستهلكة فعلاً', 'Sheets used'),
    process: sheets('منها ما تطلبه الإجراء', 'of these needed by procedures'),
    habit: sheets('منها طباعة معتادة', 'of these printed out of habit'),
    gross_avoided: sheets('إجمالي الأوراق المتجنبة', 'Sheets avoided, gross'),
    rebound: sheets('الأوراق المرتدة', 'Rebound in sheets'),
    net: sheets('صافي الأوراق الموفرة', 'Sheets saved, net'),
    reduction: measure('ratio', 'نسبة خفض الورق', 'Reduction of paper'),
    trees: measure('tree', 'الأشجار المنقذة', 'Trees'),
    co2e_g: measure('g', 'مكافئ ثاني أكسيد الكربون المتجنب', 'Carbon dioxide equivalent avoided'),
    trip_co2e_g: measure(
      'g',
      'مكافئ ثاني أكسيد الكربون للزيارات التي لم تعد لازمة',
      'Carbon dioxide equivalent of the trips replaced',
    ),
    staff_minutes: measure('minute', 'دقائق الموظفين الموفرة', 'Minutes of staff saved'),
    customer_minutes: measure('minute', 'دقائق المتعاملين الموفرة', 'Minutes of customers saved'),
    trips: measure('trip', 'زيارات لم تعد لازمة', 'Trips replaced'),
    fils: measure('fils', 'مال وفرته الحكومة', 'Money saved by the government'),
    customer_fils: measure('fils', 'قيمة الوقت الذي وفره المتعاملون', 'Value of the time saved by customers'),
    hours_per_person: measure('hour-per-person', 'الساعات الموفرة للشخص الواحد', 'Hours saved per person'),
    coverage: measure('ratio', 'التغطية', 'Coverage'),
  },
  grains: ['day', 'week', 'month', 'quarter', 'half', 'year', 'fiscal_year'],
  kpis: [
    ...[
      'sheets_net',
      'sheets_gross',
      'rebound',
      'reduction',
      'trees',
      'co2e',
      'staff_hours',
      'customer_hours',
      'money',
    ],
    'hours_per_person',
  ],
  isConverted: true,
  knownAtBasis: 'recorded',
};
