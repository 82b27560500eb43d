import type { FailureTable } from '#kernel';
import { CUSTOMER_CATEGORIES, type CustomerCategory } from '../codes.js';
import { Absent, IsBool, IsDay, IsId, IsInteger, IsLang, IsListOf, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** `life` and `business`: services that one situation asks for. `path`: the ordered chain of services for one need. */
export const BUNDLE_KINDS = ['life', 'business', 'path'] as const;
export type BundleKind = (typeof BUNDLE_KINDS)[number];
export const BUNDLE_SERVICES_MAX = 200;

/** Services grouped by what customers need, whoever owns them. */
export class BundleRegistered {
  @IsId() bundleId!: string;
  @IsOneOf(BUNDLE_KINDS) kind!: BundleKind;
  @IsLang(300) title!: Lang;
  @Absent() @IsLang(4000) description?: Lang;
  @IsListOf(IsOneOf(CUSTOMER_CATEGORIES), 7, { min: 1, isUnique: true }) audience!: readonly CustomerCategory[];
  /** Rank among customers' priorities, 1 first. */
  @Absent() @IsInteger({ min: 1, max: 1000 }) priority?: number;
  @IsDay() from!: string;
}

export class BundleServiceAdded {
  @IsId() bundleId!: string;
  @IsId() serviceId!: string;
  /** Place on a path, 1 first; what stands there moves on. Left out, or past the end: last. */
  @Absent() @IsInteger({ min: 1, max: BUNDLE_SERVICES_MAX }) place?: number;
  /** Not every customer needs it. Left out: everyone does. */
  @Absent() @IsBool() optional?: boolean;
  @IsDay() from!: string;
}

export class BundleServiceRemoved {
  @IsId() bundleId!: string;
  @IsId() serviceId!: string;
  @IsDay() from!: string;
}

/** The services of a path in another order: all of them, each once. */
export class BundleReordered {
  @IsId() bundleId!: string;
  @IsListOf(IsId(), BUNDLE_SERVICES_MAX, { min: 1, isUnique: true }) serviceIds!: readonly string[];
  @IsDay() from!: string;
}

export class BundleRetired {
  @IsId() bundleId!: string;
  @IsDay() from!: string;
}

export const bundleEvents = {
  'gov.sijill.bundle.registered.v1': BundleRegistered,
  'gov.sijill.bundle.serviceAdded.v1': BundleServiceAdded,
  'gov.sijill.bundle.serviceRemoved.v1': BundleServiceRemoved,
  'gov.sijill.bundle.reordered.v1': BundleReordered,
  'gov.sijill.bundle.retired.v1': BundleRetired,
} as const satisfies EventRegister;
export type BundleFact = FactOf<typeof bundleEvents>;

export const bundleFailures = {
  'bundle.unordered': {
    kind: 'refused',
    en: 'The services of the bundle {bundleId} have no order: only a path has one.',
    ar: 'لا ترتيب لخدمات الباقة {bundleId}، فالترتيب لمسار الخدمة وحده.',
  },
  'bundle.notPermutation': {
    kind: 'refused',
    en: 'The order must name each of the {count} services of the path {bundleId} once, and no other.',
    ar: 'يجب أن يذكر الترتيب كل خدمة من خدمات المسار {bundleId} مرة واحدة دون غيرها، وعددها {count}.',
  },
  'bundle.full': {
    kind: 'refused',
    en: 'The bundle {bundleId} holds {most} services, and no bundle holds more.',
    ar: 'تضم الباقة {bundleId} {most} خدمة، وهو الحد الأقصى لأي باقة.',
  },
  'bundle.retired': {
    kind: 'refused',
    en: 'The bundle {bundleId} was retired on {from}.',
    ar: 'أُوقف العمل بالباقة {bundleId} في {from}.',
  },
} as const satisfies FailureTable;
