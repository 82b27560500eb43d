import type { Page, ReadEvent } from '../read-model.js';
import { type History, learn } from '../spans.js';
import { evolveEntity } from './owners.js';
import { EntitySpan } from './tables.js';

export const ENTITY_TYPES = ['registered', 'renamed', 'merged', 'closed'].map((past) => `gov.sijill.entity.${past}.v1`);

/** An entity as it stood, with both clocks; under the key of its stream. */
export const foldEntity = ({ stream, id, type, data, effectiveDay, knownDay }: ReadEvent, page: Page): void => {
  const { history, rows } = learn(page.get<History>(stream), { effectiveDay, type, data }, knownDay, evolveEntity);
  page.set(stream, history);
  for (const { content, ...span } of rows) page.put(EntitySpan, { entity: id, ...content, ...span });
};
