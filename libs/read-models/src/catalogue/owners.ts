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

export const evolveEntity: Evolve<EntityContent> = (entity, { type, data }) => {
  const { kind, jurisdiction, title, parentId = null, intoEntityId = null } = data;
  if (!entity)
    return { kind, jurisdiction, title, parent: parentId, successor: null, isClosed: false } as EntityContent;
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
