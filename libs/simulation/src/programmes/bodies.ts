import { type Audience, ENTITIES, type EntityNames, type ServiceNames } from '../names.js';
import { FEDERAL_BODIES, KNOWN_BODIES, MORE_FIRMS, MORE_GOVERNMENT, MORE_SEMI_GOVERNMENT } from './documents.js';

/** An entity that takes part in the programmes, with the services that plain traffic does not know. */
export interface Body {
  readonly id: string;
  readonly ar: string;
  readonly en: string;
  readonly kind: EntityNames['kind'] | 'federal';
  /** Whether its registers exist without the programmes. */
  readonly isKnown: boolean;
  readonly services: readonly ServiceNames[];
}

type Document = readonly [id: string, ar: string, en: string];

/** What can be asked for with a document; the object follows in Arabic. */
const ACTS: readonly Document[] = [
  ['issue', 'إصدار', 'issue'],
  ['renew', 'تجديد', 'renewal'],
  ['amend', 'تعديل بيانات', 'amendment'],
  ['cancel', 'إلغاء', 'cancellation'],
  ['replace', 'بدل فاقد عن', 'replacement'],
  ['attest', 'تصديق', 'attestation'],
];
const VEHICLES: readonly Document[] = [
  ['light', 'مركبة خفيفة', 'light vehicle'],
  ['heavy', 'مركبة ثقيلة', 'heavy vehicle'],
  ['motorcycle', 'دراجة نارية', 'motorcycle'],
  ['school-bus', 'حافلة مدرسية', 'school bus'],
  ['taxi', 'مركبة أجرة', 'taxi'],
  ['commercial', 'مركبة تجارية', 'commercial vehicle'],
  ['trailer', 'مقطورة', 'trailer'],
  ['classic', 'مركبة كلاسيكية', 'classic vehicle'],
];
const VEHICLE_PAPERS: readonly Document[] = [
  ['ownership', 'ملكية', 'ownership card'],
  ['pass', 'تصريح مرور', 'road pass'],
  ['plate', 'لوحة', 'number plate'],
  ['test', 'شهادة فحص', 'test certificate'],
];
/** With those that plain traffic knows, 192 of the Roads and Transport Authority take part in the campaign. */
const ROAD_SERVICES = 187;
/** Of which {@link FEDERAL_REMOTE_SERVICES} have a remote channel: 95 %. */
const FEDERAL_SERVICES = 189;
export const FEDERAL_REMOTE_SERVICES = 180;

const AUDIENCES: readonly (readonly Audience[])[] = [
  ['citizen', 'resident'],
  ['business'],
  ['citizen', 'resident', 'business', 'visitor'],
  ['resident', 'visitor'],
];
const FEES_FILS = [5_000, 10_000, 15_000, 20_000, 35_000, 50_000];

const servicesOf = (documents: readonly Document[]): ServiceNames[] =>
  documents.flatMap(([id, ar, en], at) =>
    ACTS.map(([act, actAr, actEn], number) => ({
      names: [`${id}-${act}`, `${actAr} ${ar}`, `${en[0]!.toUpperCase()}${en.slice(1)}: ${actEn}`] as const,
      feeFils: FEES_FILS[(at + number) % FEES_FILS.length]!,
      audience: AUDIENCES[(at + number) % AUDIENCES.length]!,
    })),
  );

/** Bodies of a text of `documents.ts`, each with its documents. */
const parsed = (text: string): { id: string; ar: string; en: string; documents: Document[] }[] => {
  const found: { id: string; ar: string; en: string; documents: Document[] }[] = [];
  for (const line of text.trim().split('\n')) {
    if (!line.includes('=')) {
      const [id, ar, en] = line.split('|').map((part) => part.trim());
      found.push({ id: id!, ar: ar ?? '', en: en ?? '', documents: [] });
      continue;
    }
    for (const entry of line.split(';')) {
      const [id, ar, en] = entry.split(/[:=]/).map((part) => part.trim());
      found.at(-1)!.documents.push([id!, ar!, en!]);
    }
  }
  return found;
};

const bodiesOf = (kind: Body['kind'], text: string, isKnown = false): Body[] =>
  parsed(text).map(({ id, ar, en, documents }) => ({ id, ar, en, kind, isKnown, services: servicesOf(documents) }));

const known = (): Body[] => {
  const papers = VEHICLES.flatMap(([id, ar, en]) =>
    VEHICLE_PAPERS.map(
      ([paper, paperAr, paperEn]): Document => [`${id}-${paper}`, `${paperAr} ${ar}`, `${en} ${paperEn}`],
    ),
  );
  const more = new Map(bodiesOf('government', KNOWN_BODIES, true).map(({ id, services }) => [id, services]));
  more.set('rta', servicesOf(papers).slice(0, ROAD_SERVICES));
  return ENTITIES.map(({ id, ar, en, kind }) => ({ id, ar, en, kind, isKnown: true, services: more.get(id) ?? [] }));
};

/** The forty entities of the city. */
export const CITY_BODIES: readonly Body[] = [
  ...known(),
  ...bodiesOf('government', MORE_GOVERNMENT),
  ...bodiesOf('semiGovernment', MORE_SEMI_GOVERNMENT),
  ...bodiesOf('private', MORE_FIRMS),
];

/** The committee first, which has no service of its own, then the federal entities. */
export const FEDERAL: readonly Body[] = (() => {
  let left = FEDERAL_SERVICES;
  return bodiesOf('federal', FEDERAL_BODIES).map((one) => {
    const services = one.services.slice(0, Math.min(left, 32));
    left -= services.length;
    return { ...one, services };
  });
})();

/** Entities without a counter: those that earn the stamp. */
export const DIGITAL_BODIES: readonly string[] = ['statistics', 'future', 'women'];
