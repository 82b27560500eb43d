import { ENTITY_TYPES, foldEntity } from '../catalogue/entities.js';
import { EntitySpan } from '../catalogue/tables.js';
import type { ReadModel } from '../read-model.js';
import { type Evolve, type History, learn } from '../spans.js';
import { PlaceEvent, PlaceSpan } from './tables.js';

export interface PlaceContent {
  readonly entity: string;
  readonly area: string | null;
  readonly mode: string | null;
  readonly windows: number | null;
  readonly hours: 'always' | 'weekly' | null;
  readonly isOpen: boolean;
}

interface PlaceData {
  readonly entityId: string;
  readonly area?: string;
  readonly mode?: string;
  readonly windows?: number;
  readonly hours?: string | object;
}

const hoursOf = (hours: PlaceData['hours']): PlaceContent['hours'] => {
  if (hours === undefined) return null;
  return hours === 'always' ? 'always' : 'weekly';
};

export const evolvePlace: Evolve<PlaceContent> = (place, { type, data }) => {
  const { entityId, area = null, mode = null, windows = null, hours } = data as unknown as PlaceData;
  if (!place) {
    const isCentre = type === 'gov.sijill.centre.opened.v1';
    return { entity: entityId, area, mode: isCentre ? 'serving' : null, windows, hours: hoursOf(hours), isOpen: true };
  }
  switch (type) {
    case 'gov.sijill.centre.modeChanged.v1':
      return { ...place, mode };
    case 'gov.sijill.centre.reopened.v1':
      return { ...place, mode: 'serving', isOpen: true };
    case 'gov.sijill.kiosk.moved.v1':
      return { ...place, area };
    case 'gov.sijill.callCentre.hoursSet.v1':
      return { ...place, hours: hoursOf(hours) };
    default: // centre.closed, kiosk.removed, callCentre.closed
      return { ...place, isOpen: false };
  }
};

/** Where staff or machines serve customers, with both clocks, and the entities that run the places. */
export const placesModel: ReadModel = {
  name: 'places',
  version: 1,
  partitionable: 'stream',
  cubes: [],
  rows: [PlaceSpan, PlaceEvent, EntitySpan],
  types: [
    ...ENTITY_TYPES,
    ...['opened', 'modeChanged', 'closed', 'reopened'].map((past) => `gov.sijill.centre.${past}.v1`),
    ...['installed', 'moved', 'removed'].map((past) => `gov.sijill.kiosk.${past}.v1`),
    ...['opened', 'hoursSet', 'closed'].map((past) => `gov.sijill.callCentre.${past}.v1`),
  ],
  keys: ({ stream }) => [stream],
  apply(event, page) {
    if (event.category === 'entity') return foldEntity(event, page);
    const { stream, category, id, revision, type, data, effectiveDay, knownDay } = event;
    const { history, rows } = learn(page.get<History>(stream), { effectiveDay, type, data }, knownDay, evolvePlace);
    page.set(stream, history);
    for (const { content, ...span } of rows) page.put(PlaceSpan, { kind: category, place: id, ...content, ...span });
    page.put(PlaceEvent, { stream, revision, effectiveDay, knownDay });
  },
};
