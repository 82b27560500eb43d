type Names = readonly [id: string, ar: string, en: string];
export type Audience = 'citizen' | 'resident' | 'business' | 'visitor';

export interface EntityNames {
  readonly id: string;
  readonly ar: string;
  readonly en: string;
  readonly kind: 'government' | 'semiGovernment' | 'private';
  /** Share of all transactions, relative. */
  readonly weight: number;
  /** id, names, fee in fils, internal or for these customers. */
  readonly services: readonly ServiceNames[];
}
export interface ServiceNames {
  readonly names: Names;
  readonly feeFils: number;
  readonly audience: readonly Audience[];
  readonly isInternal?: boolean;
  /** What `feeFils` is paid for, where it is no fee of the service. */
  readonly paymentKind?: 'bill' | 'fine' | 'fuel';
}

const PEOPLE: readonly Audience[] = ['citizen', 'resident'];
const ALL: readonly Audience[] = ['citizen', 'resident', 'business', 'visitor'];
const FIRMS: readonly Audience[] = ['business'];

const service = (id: string, ar: string, en: string, feeFils: number, audience: readonly Audience[]): ServiceNames => ({
  names: [id, ar, en],
  feeFils,
  audience,
});
const internal = (id: string, ar: string, en: string): ServiceNames => ({
  names: [id, ar, en],
  feeFils: 0,
  audience: [],
  isInternal: true,
});

/** A Dubai-like government: the bodies exist, the services and every figure about them are invented. */
export const ENTITIES: readonly EntityNames[] = [
  {
    id: 'rta',
    ar: 'هيئة الطرق والمواصلات',
    en: 'Roads and Transport Authority',
    kind: 'government',
    weight: 24,
    services: [
      service('vehicle-renewal', 'تجديد ملكية مركبة', 'Vehicle registration renewal', 35000, ALL),
      service('licence-renewal', 'تجديد رخصة القيادة', 'Driving licence renewal', 30000, PEOPLE),
      service('parking-permit', 'تصريح مواقف موسمي', 'Seasonal parking permit', 70000, ALL),
      service('nol-personal', 'إصدار بطاقة نول شخصية', 'Personal nol card', 7000, ALL),
      service('plate-transfer', 'نقل رقم لوحة مركبة', 'Number plate transfer', 12000, PEOPLE),
      internal('leave-request', 'طلب إجازة موظف', 'Employee leave request'),
    ],
  },
  {
    id: 'dewa',
    ar: 'هيئة كهرباء ومياه دبي',
    en: 'Dubai Electricity and Water Authority',
    kind: 'government',
    weight: 18,
    services: [
      service('activation', 'تفعيل الكهرباء والمياه', 'Activation of electricity and water', 13000, ALL),
      service('move-out', 'إنهاء خدمة والمخالصة', 'Deactivation and clearance', 0, ALL),
      service('solar', 'ربط نظام شمسي', 'Solar system connection', 150000, FIRMS),
      service('name-change', 'تغيير اسم صاحب الحساب', 'Change of account holder', 10000, PEOPLE),
    ],
  },
  {
    id: 'dm',
    ar: 'بلدية دبي',
    en: 'Dubai Municipality',
    kind: 'government',
    weight: 12,
    services: [
      service('building-permit', 'رخصة بناء', 'Building permit', 240000, FIRMS),
      service('food-import', 'إفراج عن شحنة غذائية', 'Food shipment release', 21000, FIRMS),
      service('pet-registration', 'تسجيل حيوان أليف', 'Pet registration', 5000, PEOPLE),
      service('waste-permit', 'تصريح نقل نفايات', 'Waste transport permit', 50000, FIRMS),
      internal('purchase-request', 'طلب شراء داخلي', 'Internal purchase request'),
    ],
  },
  {
    id: 'police',
    ar: 'شرطة دبي',
    en: 'Dubai Police',
    kind: 'government',
    weight: 11,
    services: [
      service('good-conduct', 'شهادة حسن سيرة وسلوك', 'Certificate of good conduct', 22000, PEOPLE),
      service('traffic-status', 'شهادة حالة مرورية', 'Traffic status certificate', 10000, PEOPLE),
      service('lost-item', 'بلاغ مفقودات', 'Lost item report', 0, ALL),
    ],
  },
  {
    id: 'dha',
    ar: 'هيئة الصحة بدبي',
    en: 'Dubai Health Authority',
    kind: 'government',
    weight: 8,
    services: [
      service('health-card', 'إصدار بطاقة صحية', 'Health card', 12000, PEOPLE),
      service('professional-licence', 'ترخيص مزاول مهنة صحية', 'Health professional licence', 110000, PEOPLE),
      service('medical-report', 'تصديق تقرير طبي', 'Medical report attestation', 15000, ALL),
    ],
  },
  {
    id: 'det',
    ar: 'دائرة الاقتصاد والسياحة',
    en: 'Department of Economy and Tourism',
    kind: 'government',
    weight: 8,
    services: [
      service('trade-licence', 'تجديد رخصة تجارية', 'Trade licence renewal', 1200000, FIRMS),
      service('trade-name', 'حجز اسم تجاري', 'Trade name reservation', 62000, FIRMS),
      service('event-permit', 'تصريح فعالية', 'Event permit', 90000, FIRMS),
    ],
  },
  {
    id: 'dld',
    ar: 'دائرة الأراضي والأملاك',
    en: 'Dubai Land Department',
    kind: 'government',
    weight: 6,
    services: [
      service('tenancy', 'تسجيل عقد إيجار', 'Tenancy contract registration', 22000, ALL),
      service('title-deed', 'إصدار سند ملكية', 'Title deed', 58000, ALL),
      service('valuation', 'تقييم عقار', 'Property valuation', 200000, FIRMS),
    ],
  },
  {
    id: 'customs',
    ar: 'جمارك دبي',
    en: 'Dubai Customs',
    kind: 'government',
    weight: 5,
    services: [
      service('declaration', 'بيان جمركي', 'Customs declaration', 9000, FIRMS),
      service('refund', 'استرداد تأمين جمركي', 'Deposit refund', 0, FIRMS),
      internal('archive-request', 'طلب من الأرشيف', 'Archive request'),
    ],
  },
  {
    id: 'courts',
    ar: 'محاكم دبي',
    en: 'Dubai Courts',
    kind: 'government',
    weight: 3,
    services: [
      service('poa', 'توكيل عدلي', 'Power of attorney', 15000, ALL),
      service('marriage', 'توثيق عقد زواج', 'Marriage contract', 30000, PEOPLE),
    ],
  },
  {
    id: 'khda',
    ar: 'هيئة المعرفة والتنمية البشرية',
    en: 'Knowledge and Human Development Authority',
    kind: 'government',
    weight: 2,
    services: [
      service('certificate', 'تصديق شهادة مدرسية', 'School certificate attestation', 12000, PEOPLE),
      service('school-permit', 'تصريح مؤسسة تعليمية', 'Educational institution permit', 300000, FIRMS),
    ],
  },
  {
    id: 'digital',
    ar: 'هيئة دبي الرقمية',
    en: 'Digital Dubai Authority',
    kind: 'government',
    weight: 1,
    services: [
      service('pass-upgrade', 'توثيق الهوية الرقمية', 'Digital identity upgrade', 0, PEOPLE),
      internal('data-request', 'طلب بيانات بين الجهات', 'Data request between entities'),
    ],
  },
  {
    id: 'fuel',
    ar: 'شركة وقود الإمارة',
    en: 'Emirate Fuel Company',
    kind: 'semiGovernment',
    weight: 2,
    services: [service('fuel-account', 'حساب وقود دون تلامس', 'Contactless fuel account', 0, ALL)],
  },
  {
    id: 'telecom',
    ar: 'اتصالات المدينة',
    en: 'City Telecom',
    kind: 'private',
    weight: 2,
    services: [service('line-transfer', 'نقل ملكية خط', 'Line ownership transfer', 12500, ALL)],
  },
];

export const AREAS: readonly (readonly [id: string, ar: string, en: string])[] = [
  ['deira', 'ديرة', 'Deira'],
  ['barsha', 'البرشاء', 'Al Barsha'],
  ['karama', 'الكرامة', 'Al Karama'],
  ['jumeirah', 'جميرا', 'Jumeirah'],
  ['qusais', 'القصيص', 'Al Qusais'],
  ['hatta', 'حتا', 'Hatta'],
];
