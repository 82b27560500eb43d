import { failingWith } from '#kernel';
import { refuseUnknown } from '../failures.js';
import { inForce, type Spans, withSpan } from '../rules/in-force.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { circle } from './circle.js';
import { type GraphFact, graphEvents, graphFailures } from './graph.events.js';

/** One edge, there or not there from a day on. */
export interface EdgeChange {
  readonly kind: 'dependency' | 'relation';
  readonly start: string;
  readonly end: string;
  readonly from: string;
  readonly isThere: boolean;
}

/** Edges are many and each is added to all before it: a chain, newest first, makes adding one cost nothing. */
export type Graph =
  | { readonly is: 'none' }
  | { readonly is: 'drawn'; readonly change: EdgeChange; readonly earlier: Graph };

const refuse = failingWith(graphFailures);

export const graphDecider: Decider<GraphFact, Graph> = {
  initial: { is: 'none' },
  decide(fact, graph) {
    const change = changeOf(fact);
    if (change.start === change.end) throw refuse('graph.self', { params: { serviceId: change.start } });
    if (graph.is === 'none' && !change.isThere) throw refuseUnknown('graph', GRAPH_ID);
    const changes = changesOf(graph);
    const edge = spansOf(changes.filter((known) => isSameEdge(known, change)));
    if ((inForce(edge, change.from) ?? false) === change.isThere) return [];
    if (change.kind === 'dependency' && change.isThere) assertNoCircle(change, changes);
    return [inOrder(fact)];
  },
  evolve: (graph, fact) => ({ is: 'drawn', change: changeOf(fact), earlier: graph }),
};

/** There is one graph, so that no two events can close a circle behind each other's back. */
const GRAPH_ID = 'services';

const changeOf = ({ type, data }: GraphFact): EdgeChange => {
  switch (type) {
    case 'gov.sijill.dependency.declared.v1':
    case 'gov.sijill.dependency.removed.v1': {
      const isThere = type === 'gov.sijill.dependency.declared.v1';
      return { kind: 'dependency', start: data.fromServiceId, end: data.toServiceId, from: data.from, isThere };
    }
    case 'gov.sijill.relation.declared.v1':
    case 'gov.sijill.relation.removed.v1': {
      const isThere = type === 'gov.sijill.relation.declared.v1';
      const [start, end] = ordered(data.aServiceId, data.bServiceId);
      return { kind: 'relation', start, end, from: data.from, isThere };
    }
  }
};

const ordered = (one: string, other: string): readonly [string, string] => (one < other ? [one, other] : [other, one]);

/** A relation has no direction: it is stored in one spelling. */
const inOrder = (fact: GraphFact): GraphFact => {
  if (fact.type === 'gov.sijill.dependency.declared.v1' || fact.type === 'gov.sijill.dependency.removed.v1')
    return fact;
  const { aServiceId, bServiceId } = fact.data;
  return aServiceId < bServiceId
    ? fact
    : { ...fact, data: { ...fact.data, aServiceId: bServiceId, bServiceId: aServiceId } };
};

/** Oldest first. */
const changesOf = (graph: Graph): readonly EdgeChange[] => {
  const changes: EdgeChange[] = [];
  for (let at = graph; at.is === 'drawn'; at = at.earlier) changes.push(at.change);
  return changes.reverse();
};

const isSameEdge = (one: EdgeChange, other: EdgeChange): boolean =>
  one.kind === other.kind && one.start === other.start && one.end === other.end;

const spansOf = (changes: readonly EdgeChange[]): Spans<boolean> =>
  changes.reduce<Spans<boolean>>((spans, { from, isThere }) => withSpan(spans, from, isThere), []);

const assertNoCircle = (wanted: EdgeChange, changes: readonly EdgeChange[]): void => {
  const dependencies = [...changes.filter(({ kind }) => kind === 'dependency'), wanted];
  const edges = new Map<string, EdgeChange[]>();
  for (const change of dependencies) {
    const key = `${change.start} ${change.end}`;
    edges.set(key, [...(edges.get(key) ?? []), change]);
  }
  const found = circle(
    [...edges.values()].map((edge) => ({
      start: (edge[0] as EdgeChange).start,
      end: (edge[0] as EdgeChange).end,
      spans: spansOf(edge),
    })),
    wanted,
  );
  if (found) throw refuse('graph.cycle', { params: { day: found.day, path: shown(found.path) } });
};

const SHOWN_MAX = 20;

/** A long way is shown by its two ends. */
const shown = (path: readonly string[]): string => {
  const ids = path.length <= SHOWN_MAX ? path : [...path.slice(0, SHOWN_MAX / 2), '…', ...path.slice(-SHOWN_MAX / 2)];
  return ids.join(' → ');
};

const referencesOf = ({ type, data }: GraphFact): readonly Reference[] => {
  switch (type) {
    // What a service depends on need not be recorded: a dangling dependency is reported, not refused.
    case 'gov.sijill.dependency.declared.v1':
    case 'gov.sijill.dependency.removed.v1':
      return [{ category: 'service', id: data.fromServiceId, pointer: '#/data/fromServiceId' }];
    case 'gov.sijill.relation.declared.v1':
    case 'gov.sijill.relation.removed.v1':
      return [
        { category: 'service', id: data.aServiceId, pointer: '#/data/aServiceId' },
        { category: 'service', id: data.bServiceId, pointer: '#/data/bServiceId' },
      ];
  }
};

export const graphStream = defineStream<GraphFact, Graph>({
  category: 'graph',
  title: { ar: 'شبكة الخدمات', en: 'Graph of services' },
  events: graphEvents,
  opening: ['gov.sijill.dependency.declared.v1', 'gov.sijill.relation.declared.v1'],
  stewardOnly: [],
  id: () => GRAPH_ID,
  references: referencesOf,
  // Who owns a service says what it needs; of a relation the owner of either end may speak.
  owners: (fact, _graph, context) => {
    const named = referencesOf(fact).map(({ id }) => context.refer('service', id)?.ownerEntityId);
    return named.filter((owner) => owner !== undefined);
  },
  decider: graphDecider,
});
