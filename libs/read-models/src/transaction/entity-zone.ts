import { DUBAI, dayOfInstant, zoneOf } from '#kernel';
import type { Page, ReadEvent } from '../read-model.js';

/** Event that says in which zone an entity counts its days. */
export const ENTITY_REGISTERED = 'gov.sijill.entity.registered.v1';

interface EntityState {
  readonly zone: string;
}

/** Key of the state row that holds the zone of an entity: {@link noteZone} writes it, {@link zoneIn} reads it. */
export const zoneKey = (entityId: string): string => `entity-${entityId}`;

export const noteZone = ({ id, data }: ReadEvent, page: Page): void =>
  page.set<EntityState>(zoneKey(id), { zone: zoneOf(String(data.jurisdiction)) });

/** Zone in which an entity counts its days; that of Dubai for one that nobody has registered. */
export const zoneIn = (page: Page, entityId: string): string => page.get<EntityState>(zoneKey(entityId))?.zone ?? DUBAI;

/** Calendar day of an event's time where the entity is. */
export const dayAt = ({ time }: ReadEvent, entityId: string, page: Page): string =>
  dayOfInstant(time, zoneIn(page, entityId));
