import type { Random } from '../random.js';
import { SIMULATED_YEAR } from '../span.js';
import type { Chronicle } from './chronicle.js';

const PROVIDER = 'digital';
const STEWARD = `${PROVIDER}:office`;
const day = (monthAndDay: string): string => `${SIMULATED_YEAR}-${monthAndDay}`;

interface Agreement {
  readonly id: string;
  readonly providerEntityId: string;
  readonly audience: 'innovator' | 'organisation' | 'dataLiterate' | 'slowStarter';
  readonly party: Readonly<Record<string, unknown>>;
  readonly dataset: string;
  readonly ar: string;
  readonly en: string;
  readonly personalData?: boolean;
  readonly partner?: string;
  readonly proposedOn: string;
  /** Left out: still stuck. */
  readonly activeFrom?: string;
  readonly obstacle?: readonly [kind: string, ar: string, en: string, clearedOn?: string];
}

const AGREEMENTS: readonly Agreement[] = [
  {
    id: 'mobility-lab',
    providerEntityId: 'rta',
    audience: 'innovator',
    party: { kind: 'private', title: { ar: 'مختبر التنقل', en: 'Mobility Lab' } },
    dataset: 'trips',
    ar: 'تحسين خطوط الحافلات',
    en: 'Better bus lines',
    proposedOn: day('02-03'),
    activeFrom: day('02-24'),
  },
  {
    id: 'student-maps',
    providerEntityId: 'dm',
    audience: 'innovator',
    party: { kind: 'individual' },
    dataset: 'parks',
    ar: 'خريطة الحدائق',
    en: 'A map of parks',
    proposedOn: day('03-10'),
    activeFrom: day('03-17'),
  },
  {
    id: 'health-research',
    providerEntityId: 'dha',
    audience: 'organisation',
    party: { kind: 'international', title: { ar: 'منظمة صحية دولية', en: 'International health organisation' } },
    dataset: 'vaccinations',
    ar: 'أبحاث التطعيم',
    en: 'Research on vaccination',
    personalData: true,
    partner: 'Nesta',
    proposedOn: day('01-20'),
    activeFrom: day('04-14'),
  },
  {
    id: 'relief-network',
    providerEntityId: 'cda',
    audience: 'organisation',
    party: { kind: 'nonProfit', title: { ar: 'شبكة الإغاثة', en: 'Relief network' } },
    dataset: 'support-needs',
    ar: 'تنسيق المساعدات',
    en: 'Coordinating aid',
    proposedOn: day('05-05'),
    activeFrom: day('05-26'),
  },
  {
    id: 'statistics-exchange',
    providerEntityId: 'det',
    audience: 'dataLiterate',
    party: { kind: 'government', entityId: 'statistics' },
    dataset: 'licences',
    ar: 'الإحصاءات الاقتصادية',
    en: 'Economic statistics',
    proposedOn: day('02-10'),
    activeFrom: day('02-17'),
  },
  {
    id: 'energy-model',
    providerEntityId: 'dewa',
    audience: 'dataLiterate',
    party: { kind: 'private', title: { ar: 'مركز أبحاث الطاقة', en: 'Energy research centre' } },
    dataset: 'consumption',
    ar: 'توقّع الأحمال',
    en: 'Forecasting load',
    proposedOn: day('06-02'),
    activeFrom: day('07-14'),
    obstacle: ['technical', 'صيغة غير موحّدة', 'Formats differ', day('07-01')],
  },
  {
    id: 'courts-lands',
    providerEntityId: 'courts',
    audience: 'slowStarter',
    party: { kind: 'government', entityId: 'dld' },
    dataset: 'judgments',
    ar: 'ربط الأحكام بالأملاك',
    en: 'Judgments beside land records',
    personalData: true,
    proposedOn: day('02-17'),
    obstacle: ['legal', 'السند القانوني قيد الدراسة', 'The legal basis is being studied'],
  },
  {
    id: 'police-insurance',
    providerEntityId: 'police',
    audience: 'slowStarter',
    party: { kind: 'private', entityId: 'insurance' },
    dataset: 'accidents',
    ar: 'تسريع المطالبات',
    en: 'Quicker claims',
    proposedOn: day('04-07'),
    activeFrom: day('08-11'),
    obstacle: ['willingness', 'تأخر تسمية المنسق', 'No coordinator named', day('08-04')],
  },
];
const SAFEGUARDS = {
  ar: 'أسماء مستعارة، واطّلاع مقصور على فريق التحليل.',
  en: 'Pseudonyms; the team of analysts alone may look.',
};
const DELIVERIES_PER_AGREEMENT = 3;
const RELEASED = ['catalogue', 'claims', 'claim_checks'] as const;

/** Agreements of the four audiences, from proposal to delivery, and data sets opened to the public. */
export const tellSharing = (chronicle: Chronicle, random: Random): void => {
  for (const agreement of AGREEMENTS) tellAgreement(chronicle, random, agreement);
  for (const dataset of RELEASED) {
    const data = { dataset, licence: 'CC BY 4.0', threshold: 0, from: day('10-01') };
    chronicle.tell(day('10-01'), 9, {
      noun: 'dataset.released',
      source: STEWARD,
      role: 'steward',
      data,
      effect: { datasets_released: 1 },
    });
  }
};

const tellAgreement = (chronicle: Chronicle, random: Random, agreement: Agreement): void => {
  const {
    id: agreementId,
    providerEntityId,
    audience,
    party,
    dataset,
    ar,
    en,
    partner,
    proposedOn,
    activeFrom,
    obstacle,
  } = agreement;
  const source = `${providerEntityId}:data`;
  const tell = (on: string, hour: number, noun: string, data: Record<string, unknown>, effect = {}) =>
    chronicle.tell(on, hour, { noun, source, data: { agreementId, ...data }, effect });
  const personalData = agreement.personalData ?? false;
  const terms = {
    purpose: { ar, en },
    legalBasis: 'قانون بيانات دبي رقم 26 لسنة 2015',
    personalData,
    ...(personalData ? { safeguards: SAFEGUARDS, retentionDays: 365 } : {}),
    ...(partner ? { partner } : {}),
  };
  tell(
    proposedOn,
    9,
    'sharing.proposed',
    { providerEntityId, party, audience, dataset, ...terms },
    { agreements: 1, [`agreements_${audience}`]: 1 },
  );
  if (obstacle) {
    const [kind, noteAr, noteEn, clearedOn] = obstacle;
    const note = { ar: noteAr, en: noteEn };
    tell(proposedOn, 12, 'sharing.obstacleReported', { obstacleId: 'o1', kind, note }, { obstacles_open: 1 });
    if (clearedOn) tell(clearedOn, 12, 'sharing.obstacleCleared', { obstacleId: 'o1' }, { obstacles_open: -1 });
  }
  if (!activeFrom) return;
  if (personalData) {
    const reviewed = { agreementId, result: 'passed', by: 'لجنة أخلاقيات البيانات' };
    chronicle.tell(activeFrom, 8, { noun: 'sharing.ethicsReviewed', source: STEWARD, role: 'steward', data: reviewed });
  }
  tell(activeFrom, 9, 'sharing.activated', { from: activeFrom }, { agreements_active: 1 });
  for (let at = 1; at <= DELIVERIES_PER_AGREEMENT; at += 1) {
    const on = day(`${String(8 + at).padStart(2, '0')}-10`);
    const rows = random.between(500, 90_000);
    const delivered = { deliveryId: `d${at}`, day: on, rows, bytes: rows * 120, format: 'csv' };
    tell(on, 10, 'sharing.delivered', delivered, { deliveries: 1, rows_delivered: rows });
  }
};
