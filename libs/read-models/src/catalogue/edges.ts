import type { Page, ReadEvent } from '../read-model.js';
import { type Evolve, type History, type Learnt, learn } from '../spans.js';
import { EdgeSpan } from './tables.js';

export const GRAPH_TYPES = ['dependency.declared', 'dependency.removed', 'relation.declared', 'relation.removed'].map(
  (noun) => `gov.sijill.${noun}.v1`,
);

export interface Edge {
  readonly kind: 'dependency' | 'relation';
  readonly fromService: string;
  readonly toService: string;
}

export const edgeOf = ({ type, data }: ReadEvent): Edge => {
  const { fromServiceId, toServiceId, aServiceId, bServiceId } = data as Readonly<Record<string, string>>;
  return type.startsWith('gov.sijill.dependency.')
    ? { kind: 'dependency', fromService: fromServiceId ?? '', toService: toServiceId ?? '' }
    : { kind: 'relation', fromService: aServiceId ?? '', toService: bServiceId ?? '' };
};

/** An edge has a history of its own, so that a graph of thousands costs an event no more than a graph of two. */
export const edgeKey = (event: ReadEvent): string => {
  const { kind, fromService, toService } = edgeOf(event);
  return `${event.stream} ${kind} ${fromService} ${toService}`;
};

/** No event opens an edge: before the first one it was not there. */
const BEGINNING: History = {
  learnt: [{ effectiveDay: '1900-01-01', type: '', data: {} }],
  knownFrom: {},
};

const evolve: Evolve<{ readonly isThere: boolean }> = (_, { type }: Learnt) => ({
  isThere: type.endsWith('.declared.v1'),
});

export const foldEdge = (event: ReadEvent, page: Page): void => {
  const { type, data, effectiveDay, knownDay } = event;
  const key = edgeKey(event);
  const before = page.get<History>(key) ?? BEGINNING;
  const { history, rows } = learn(before, { effectiveDay, type, data }, knownDay, evolve);
  page.set(key, history);
  // Only the days on which it is there are rows.
  for (const { content, ...span } of rows) if (content.isThere) page.put(EdgeSpan, { ...edgeOf(event), ...span });
};
