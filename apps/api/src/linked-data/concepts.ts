import type { BilingualText } from '#kernel';
import type { Addresses } from './addresses.js';
import { type Node, ref, texts } from './node.js';

/** The ledger's own closed lists as concepts, by scheme and code. The words are those of the glossary. */
export const CONCEPTS: Readonly<Record<string, Readonly<Record<string, BilingualText>>>> = {
  kind: {
    transactional: { ar: 'خدمة إجرائية', en: 'Transactional service' },
    informational: { ar: 'خدمة معلوماتية', en: 'Informational service' },
    shared: { ar: 'خدمة مشتركة', en: 'Shared service' },
  },
  flow: {
    customer: { ar: 'خدمة للمتعاملين', en: 'Service to customers' },
    internal: { ar: 'خدمة داخلية', en: 'Internal service' },
  },
  importance: { critical: { ar: 'خدمة حيوية', en: 'Vital service' } },
  status: {
    planned: { ar: 'مخطط لها', en: 'Planned' },
    active: { ar: 'سارية', en: 'Active' },
    suspended: { ar: 'موقوفة مؤقتاً', en: 'Suspended' },
    retired: { ar: 'متقاعدة', en: 'Retired' },
  },
  audience: {
    citizen: { ar: 'المواطنون', en: 'Citizens' },
    resident: { ar: 'المقيمون', en: 'Residents' },
    business: { ar: 'قطاع الأعمال', en: 'Business' },
    visitor: { ar: 'الزوار', en: 'Visitors' },
    employee: { ar: 'الموظفون', en: 'Employees' },
    supplier: { ar: 'المورّدون', en: 'Suppliers' },
    government: { ar: 'الجهات الحكومية', en: 'Government entities' },
    unknown: { ar: 'غير محددة', en: 'Not stated' },
  },
  channel: {
    app: { ar: 'هاتف ذكي', en: 'Smartphone app' },
    web: { ar: 'موقع إلكتروني', en: 'Web' },
    kiosk: { ar: 'جهاز الخدمة الذاتية', en: 'Self-service kiosk' },
    sms: { ar: 'رسالة نصية قصيرة', en: 'Text message' },
    chat: { ar: 'محادثة فورية', en: 'Chat' },
    system: { ar: 'ربط بين الأنظمة', en: 'From system to system' },
    call: { ar: 'مركز الاتصال', en: 'Call centre' },
    email: { ar: 'بريد إلكتروني', en: 'E-mail' },
    mail: { ar: 'بريد', en: 'Mail' },
    fax: { ar: 'فاكس', en: 'Fax' },
    counter: { ar: 'شباك', en: 'Counter window' },
    partner: { ar: 'مركز شريك', en: 'Centre of a partner' },
    other: { ar: 'قناة أخرى', en: 'Other channel' },
  },
  form: {
    digital: { ar: 'رقمية', en: 'Digital' },
    paper: { ar: 'ورقية', en: 'On paper' },
    either: { ar: 'رقمية أو ورقية', en: 'Digital or on paper' },
  },
  role: { sharedService: { ar: 'مقدم الخدمة المشتركة', en: 'Provider of the shared service' } },
  basis: {
    declared: { ar: 'مصرّح بها', en: 'Declared' },
    counted: { ar: 'معدودة من الجهة', en: 'Counted by the entity' },
    observed: { ar: 'مرصودة في المعاملات', en: 'Observed in transactions' },
  },
};

/** Concepts of the ADMS status vocabulary (purl.org/adms) that mean nearly the same. It has none for a suspended service. */
const CLOSE: Readonly<Record<string, string>> = {
  'status planned': 'http://purl.org/adms/status/UnderDevelopment',
  'status active': 'http://purl.org/adms/status/Completed',
  'status retired': 'http://purl.org/adms/status/Withdrawn',
};

/** Typed as a concept in the graph that uses it, as the shapes of the profile ask. A code without words is its own notation. */
export const conceptNode = (at: Addresses, scheme: string, code: string): Node => {
  const close = CLOSE[`${scheme} ${code}`];
  return {
    id: at.shared(scheme, code),
    types: ['skos:Concept'],
    says: {
      'skos:notation': code,
      'skos:prefLabel': texts(CONCEPTS[scheme]?.[code]),
      'skos:inScheme': ref(at.shared(scheme)),
      'skos:closeMatch': close === undefined ? undefined : ref(close),
    },
  };
};

/** UAE dirham, of the currency authority table of the Publications Office of the European Union. */
export const AED: Node = {
  id: 'http://publications.europa.eu/resource/authority/currency/AED',
  types: ['skos:Concept'],
  says: { 'skos:notation': 'AED', 'skos:prefLabel': texts({ ar: 'درهم إماراتي', en: 'UAE dirham' }) },
};

/** ISO 3166 codes of jurisdictions. Countries of the table have an address with the Publications Office, emirates have none. */
const PLACES: Readonly<Record<string, BilingualText & { readonly country?: string }>> = {
  AE: { ar: 'الإمارات العربية المتحدة', en: 'United Arab Emirates', country: 'ARE' },
  'AE-AJ': { ar: 'عجمان', en: 'Ajman' },
  'AE-AZ': { ar: 'أبوظبي', en: 'Abu Dhabi' },
  'AE-DU': { ar: 'دبي', en: 'Dubai' },
  'AE-FU': { ar: 'الفجيرة', en: 'Fujairah' },
  'AE-RK': { ar: 'رأس الخيمة', en: 'Ras Al Khaimah' },
  'AE-SH': { ar: 'الشارقة', en: 'Sharjah' },
  'AE-UQ': { ar: 'أم القيوين', en: 'Umm Al Quwain' },
  CA: { ar: 'كندا', en: 'Canada', country: 'CAN' },
  GB: { ar: 'المملكة المتحدة', en: 'United Kingdom', country: 'GBR' },
};
const COUNTRIES = 'http://publications.europa.eu/resource/authority/country/';

export const placeNode = (at: Addresses, jurisdiction: string): Node => {
  const { country, ...names } = PLACES[jurisdiction] ?? {};
  return {
    id: at.shared('place', jurisdiction),
    types: ['dct:Location'],
    says: {
      'dct:identifier': jurisdiction,
      'skos:prefLabel': texts(names),
      'owl:sameAs': country === undefined ? undefined : ref(COUNTRIES + country),
    },
  };
};
