import type { Random } from '../random.js';
import type { World } from '../register.js';
import type { Chronicle } from './chronicle.js';

const OPERATOR = 'digital';
const STEWARD = `${OPERATOR}:office`;
const PEOPLE = ['citizen', 'resident'];

const SHARED = [
  ['payment-gateway', 'بوابة الدفع الإلكتروني', 'Payment gateway'],
  ['askdubai-shared', 'مركز الاتصال الموحّد «اسأل دبي»', 'Unified contact centre AskDubai'],
  ['sms-gateway', 'بوابة الرسائل النصية القصيرة', 'SMS gateway'],
] as const;

interface Bundle {
  readonly id: string;
  readonly kind: 'life' | 'business' | 'path';
  readonly ar: string;
  readonly en: string;
  readonly audience: readonly string[];
  readonly priority: number;
  readonly services: readonly string[];
}

const BUNDLES: readonly Bundle[] = [
  {
    id: 'newborn',
    kind: 'life',
    ar: 'قدوم مولود',
    en: 'Having a child',
    audience: PEOPLE,
    priority: 1,
    services: ['dha-birth-issue', 'dha-health-card', 'gdrfa-residence-issue'],
  },
  {
    id: 'moving',
    kind: 'life',
    ar: 'الانتقال إلى مسكن جديد',
    en: 'Moving house',
    audience: PEOPLE,
    priority: 2,
    services: ['dld-tenancy', 'dewa-activation', 'cooling-account-issue', 'gas-account-issue'],
  },
  {
    id: 'driving',
    kind: 'life',
    ar: 'امتلاك مركبة',
    en: 'Owning a car',
    audience: PEOPLE,
    priority: 3,
    services: ['rta-vehicle-renewal', 'insurance-motor-issue', 'rta-parking-permit'],
  },
  {
    id: 'schooling',
    kind: 'life',
    ar: 'الالتحاق بالمدرسة',
    en: 'Starting school',
    audience: PEOPLE,
    priority: 4,
    services: ['khda-certificate', 'dha-vaccination-issue'],
  },
  {
    id: 'hiring',
    kind: 'business',
    ar: 'توظيف العاملين',
    en: 'Hiring staff',
    audience: ['business'],
    priority: 1,
    services: ['gdrfa-entry-issue', 'dha-fitness-issue'],
  },
  {
    id: 'trading',
    kind: 'business',
    ar: 'استيراد البضائع',
    en: 'Importing goods',
    audience: ['business'],
    priority: 2,
    services: ['customs-declaration', 'dm-food-import', 'chambers-origin-issue'],
  },
  {
    id: 'start-a-business',
    kind: 'path',
    ar: 'تأسيس شركة',
    en: 'Starting a business',
    audience: ['business'],
    priority: 1,
    services: ['det-trade-name', 'dld-tenancy', 'det-trade-licence', 'gdrfa-entry-issue'],
  },
  {
    id: 'build-a-house',
    kind: 'path',
    ar: 'بناء مسكن',
    en: 'Building a house',
    audience: ['citizen'],
    priority: 2,
    services: ['dld-title-deed', 'dm-building-permit', 'dewa-activation'],
  },
];

/** Those services that cannot be had without another one. */
const DEPENDENCIES = [
  ['dewa-activation', 'dld-tenancy'],
  ['det-trade-licence', 'det-trade-name'],
  ['dm-building-permit', 'dld-title-deed'],
  ['cooling-account-issue', 'dld-tenancy'],
  ['gas-account-issue', 'dld-tenancy'],
  ['rta-vehicle-renewal', 'insurance-motor-issue'],
  ['rta-vehicle-renewal', 'rta-fines'],
  ['gdrfa-residence-issue', 'dha-fitness-issue'],
  ['dld-tenancy', 'digital-pass-upgrade'],
] as const;

const SUGGESTIONS = [
  ['customer', 'bundle', 'moving', 'formulation', 'أقترح ضم خدمة الإنترنت المنزلي إلى باقة الانتقال.'],
  ['customer', 'platform', 'dubainow', 'improvement', 'إضافة تذكير قبل انتهاء رخصة المركبة.'],
  ['entity', 'none', undefined, 'newService', 'خدمة مشتركة للتوقيع الرقمي على العقود.'],
  ['entity', 'service', 'det-trade-licence', 'improvement', 'الاستغناء عن نسخة عقد الإيجار بالربط مع دائرة الأراضي.'],
  ['customer', 'service', 'rta-parking-permit', 'improvement', 'إتاحة الدفع بالتقسيط للتصريح السنوي.'],
] as const;

/** Bundles, paths, shared services, what depends on what, and what was suggested; services that a small run lacks are left out. */
export const tellCatalogue = (chronicle: Chronicle, random: Random, world: World, openingDay: string): void => {
  const known = new Set(world.services.map(({ serviceId }) => serviceId));
  const ownerOf = new Map(world.services.map(({ serviceId, entityId }) => [serviceId, entityId]));
  tellShared(chronicle, random, world, openingDay);
  for (const { id, ar, en, services, ...rest } of BUNDLES) {
    const data = { bundleId: id, title: { ar, en }, from: openingDay, ...rest };
    chronicle.tell(openingDay, 11, {
      noun: 'bundle.registered',
      source: STEWARD,
      role: 'steward',
      data,
      effect: { bundles: 1 },
    });
    for (const serviceId of services.filter((one) => known.has(one))) {
      const added = { bundleId: id, serviceId, from: openingDay };
      chronicle.tell(openingDay, 12, {
        noun: 'bundle.serviceAdded',
        source: STEWARD,
        role: 'steward',
        data: added,
        effect: { bundled: 1 },
      });
    }
  }
  for (const [fromServiceId, toServiceId] of DEPENDENCIES.filter((pair) => pair.every((one) => known.has(one)))) {
    const data = { fromServiceId, toServiceId, from: openingDay };
    const inside = ownerOf.get(fromServiceId) === ownerOf.get(toServiceId);
    const effect = { [inside ? 'dependencies_inside' : 'dependencies_outside']: 1 };
    chronicle.tell(openingDay, 12, {
      noun: 'dependency.declared',
      source: `${ownerOf.get(fromServiceId)}:catalogue`,
      data,
      effect,
    });
  }
  tellRelations(chronicle, world, openingDay);
  tellSuggestions(chronicle, openingDay, known);
};

const tellShared = (chronicle: Chronicle, random: Random, world: World, from: string): void => {
  for (const [serviceId, ar, en] of SHARED) {
    const entry = {
      serviceId,
      ownerEntityId: OPERATOR,
      title: { ar, en },
      kind: 'shared',
      flow: 'internal',
      critical: true,
    };
    const data = { ...entry, status: 'active', from };
    chronicle.tell(from, 10, {
      noun: 'service.registered',
      source: `${OPERATOR}:catalogue`,
      data,
      effect: { services: 1 },
    });
  }
  for (const { serviceId, entityId, names } of world.services.slice(0, 60)) {
    if (names.isInternal) continue;
    const sharedServiceId = names.feeFils > 0 ? 'payment-gateway' : random.pick(SHARED)[0];
    const data = { serviceId, sharedServiceId, from };
    chronicle.tell(from, 11, {
      noun: 'service.sharedUsed',
      source: `${entityId}:catalogue`,
      data,
      effect: { shared_uses: 1 },
    });
  }
};

/** Issue and renewal of the same document belong together. */
const tellRelations = (chronicle: Chronicle, world: World, from: string): void => {
  const known = new Set(world.services.map(({ serviceId }) => serviceId));
  const pairs = world.services
    .filter(({ serviceId }) => serviceId.endsWith('-issue') && known.has(serviceId.replace(/issue$/, 'renew')))
    .slice(0, 20);
  for (const { serviceId, entityId } of pairs) {
    const data = { aServiceId: serviceId, bServiceId: serviceId.replace(/issue$/, 'renew'), from };
    chronicle.tell(from, 12, {
      noun: 'relation.declared',
      source: `${entityId}:catalogue`,
      data,
      effect: { relations: 1 },
    });
  }
};

const tellSuggestions = (chronicle: Chronicle, openingDay: string, known: ReadonlySet<string>): void => {
  for (const [at, [by, kind, id, topic, text]] of SUGGESTIONS.entries()) {
    if (kind === 'service' && !known.has(id)) continue;
    const suggestionId = `s-${at + 1}`;
    const who = by === 'entity' ? { entityId: 'det' } : { customerCategory: 'resident' };
    const about = id === undefined ? { kind } : { kind, id };
    const data = { suggestionId, about, by, topic, text, ...who };
    const source = by === 'entity' ? 'det:office' : STEWARD;
    chronicle.tell(openingDay, 13, { noun: 'suggestion.submitted', source, data, effect: { suggestions: 1 } });
    const decision = at === 4 ? 'declined' : 'accepted';
    const reason = { ar: 'بعد دراسة الفريق المختص', en: 'After study by the team in charge' };
    const decided = { suggestionId, decision, reason };
    chronicle.tell(openingDay, 15, { noun: 'suggestion.decided', source: STEWARD, role: 'steward', data: decided });
  }
};
