import { type Member, type MembershipFact, withChange } from '#ledger';
import type { Evolve } from '../spans.js';
import type { Lang } from './entry.js';

export interface EntityContent {
  readonly kind: string;
  readonly jurisdiction: string;
  readonly title: Lang;
  readonly parent: string | null;
  readonly successor: string | null;
  readonly isClosed: boolean;
}

/** What is closed stays as it was, whatever was told before for a later day. */
export const evolveEntity: Evolve<EntityContent> = (entity, { type, data }) => {
  const { kind, jurisdiction, title, parentId = null, intoEntityId = null } = data;
  if (!entity)
    return { kind, jurisdiction, title, parent: parentId, successor: null, isClosed: false } as EntityContent;
  if (entity.isClosed) return entity;
  switch (type) {
    case 'gov.sijill.entity.renamed.v1':
      return { ...entity, title: title as Lang };
    case 'gov.sijill.entity.merged.v1':
      return { ...entity, successor: intoEntityId as string, isClosed: true };
    case 'gov.sijill.entity.closed.v1':
      return { ...entity, isClosed: true };
    default:
      return entity;
  }
};

export interface PlatformContent {
  readonly operator: string;
  readonly title: Lang;
  readonly audience: readonly string[];
  readonly services: readonly string[];
  readonly isClosed: boolean;
}

export const evolvePlatform: Evolve<PlatformContent> = (platform, { type, data }) => {
  const { operatorEntityId, title, audience, serviceId } = data;
  if (!platform)
    return { operator: operatorEntityId, title, audience, services: [], isClosed: false } as unknown as PlatformContent;
  if (platform.isClosed) return platform;
  const others = platform.services.filter((id) => id !== serviceId);
  switch (type) {
    case 'gov.sijill.platform.serviceAdded.v1':
      return { ...platform, services: [...others, serviceId as string].sort() };
    case 'gov.sijill.platform.serviceRemoved.v1':
      return { ...platform, services: others };
    case 'gov.sijill.platform.closed.v1':
      return { ...platform, services: [], isClosed: true };
    default:
      return platform;
  }
};

export interface BundleContent {
  readonly kind: string;
  readonly title: Lang;
  readonly description: Lang | null;
  readonly audience: readonly string[];
  readonly priority: number | null;
  readonly members: readonly Member[];
  readonly isRetired: boolean;
}

export const evolveBundle: Evolve<BundleContent> = (bundle, { type, data }) => {
  const { kind, title, description = null, audience, priority = null } = data;
  if (!bundle)
    return { kind, title, description, audience, priority, members: [], isRetired: false } as unknown as BundleContent;
  if (type === 'gov.sijill.bundle.retired.v1') return { ...bundle, isRetired: true };
  return { ...bundle, members: withChange(bundle.members, { type, data } as unknown as MembershipFact) };
};

export const bundleColumns = (bundle: string, { members, ...content }: BundleContent) => ({
  bundle,
  ...content,
  services: members.map(({ serviceId }) => serviceId),
  optional: members.filter(({ isOptional }) => isOptional).map(({ serviceId }) => serviceId),
});
