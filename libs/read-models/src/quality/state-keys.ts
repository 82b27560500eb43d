import type { ReadEvent } from '../read-model.js';
import { cellsKey } from './cell-rules.js';
import { FORMULAS_KEY } from './definitions.js';
import { KNOWLEDGE_KEY, serviceKey } from './event-rules.js';
import { freezeKeys } from './freeze-rule.js';
import { rewriteKeys } from './rewrite-rule.js';

const RECEIVED = 'gov.sijill.transaction.received.v1';

/** State keys that the rules read or write for an event. */
export const stateKeys = (event: ReadEvent): readonly string[] =>
  ownKeys(event).concat(freezeKeys(event), rewriteKeys(event), isOfKnowledge(event) ? KNOWLEDGE_KEY : NO_KEYS);

const isOfKnowledge = ({ data, stream }: ReadEvent): boolean =>
  data.publishedOn !== undefined || stream === KNOWLEDGE_KEY;

const ownKeys = (event: ReadEvent): readonly string[] => {
  if (event.category === 'aggregate') return [cellsKey(event), FORMULAS_KEY];
  if (event.category === 'kpi') return [FORMULAS_KEY];
  if (event.category === 'service') return [event.stream];
  if (event.category !== 'transaction') return NO_KEYS;
  return event.type === RECEIVED ? [event.stream, serviceKey(event.data.serviceId)] : [event.stream];
};
const NO_KEYS: readonly string[] = [];
