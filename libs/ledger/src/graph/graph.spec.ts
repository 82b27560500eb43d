import fc from 'fast-check';
import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { graphDecider, graphStream } from './graph.decider.js';
import type { GraphFact } from './graph.events.js';

const graph = given(graphStream);
const needs = (fromServiceId: string, toServiceId: string, from = '2019-01-01') =>
  fact('gov.sijill.dependency.declared.v1', { fromServiceId, toServiceId, from });
const needsNoMore = (fromServiceId: string, toServiceId: string, from: string) =>
  fact('gov.sijill.dependency.removed.v1', { fromServiceId, toServiceId, from });
const relates = (aServiceId: string, bServiceId: string, from = '2019-01-01') =>
  fact('gov.sijill.relation.declared.v1', { aServiceId, bServiceId, from });
const relatesNoMore = (aServiceId: string, bServiceId: string, from: string) =>
  fact('gov.sijill.relation.removed.v1', { aServiceId, bServiceId, from });

describe('The graph of services', () => {
  test('[CAT-7] holds each dependency once, from its day on', () => {
    graph().when(needs('a', 'b')).isRecorded();
    graph(needs('a', 'b'))
      .when(needs('a', 'b', '2020-01-01'))
      .isAlreadySo();
    graph(needs('a', 'b'))
      .when(needs('a', 'b', '2018-01-01'))
      .isRecorded();
    graph(needs('a', 'b'))
      .when(needsNoMore('a', 'b', '2020-01-01'))
      .isRecorded();
    graph(needs('a', 'b'))
      .when(needsNoMore('a', 'b', '2018-01-01'))
      .isAlreadySo();
    graph(needs('a', 'b'), needsNoMore('a', 'b', '2020-01-01'))
      .when(needs('a', 'b', '2021-01-01'))
      .isRecorded();
  });
  test('[CAT-8] holds each relation once, in one spelling', () => {
    graph().when(relates('a', 'b')).isRecorded();
    const stored = graphDecider.decide(relates('b', 'a') as GraphFact, graphDecider.initial, contextOf());
    expect(stored).toEqual([relates('a', 'b')]);
    graph(relates('a', 'b')).when(relates('b', 'a')).isAlreadySo();
    graph(relates('a', 'b'))
      .when(relatesNoMore('a', 'b', '2020-01-01'))
      .isRecorded();
    graph(relates('a', 'b'), relatesNoMore('a', 'b', '2020-01-01'))
      .when(relatesNoMore('b', 'a', '2020-02-01'))
      .isAlreadySo();
  });
  test('has nothing to remove while it is empty', () => {
    graph()
      .when(needsNoMore('a', 'b', '2020-01-01'))
      .refuses('graph.unknown');
    graph()
      .when(relatesNoMore('a', 'b', '2020-01-01'))
      .refuses('graph.unknown');
    graph(needs('a', 'b'))
      .when(relatesNoMore('a', 'b', '2020-01-01'))
      .isAlreadySo();
  });
  test('joins no service with itself', () => {
    graph().when(needs('a', 'a')).refuses('graph.self', { serviceId: 'a' });
    graph().when(relates('a', 'a')).refuses('graph.self', { serviceId: 'a' });
  });
  test('[CAT-7] refuses a circle and names its path', () => {
    graph(needs('a', 'b'), needs('b', 'c'))
      .when(needs('c', 'a'))
      .refuses('graph.cycle', { path: 'c → a → b → c', day: '2019-01-01' });
    graph(needs('a', 'b')).when(needs('b', 'a')).refuses('graph.cycle', { path: 'b → a → b' });
    graph(needs('a', 'b'), needs('b', 'c')).when(needs('a', 'c')).isRecorded();
    graph(relates('a', 'b'), relates('b', 'c')).when(relates('a', 'c')).isRecorded();
  });
  test('knows a circle only among edges that are there on one day', () => {
    const over = [needs('a', 'b'), needsNoMore('a', 'b', '2020-01-01')];
    graph(...over)
      .when(needs('b', 'a', '2020-01-01'))
      .isRecorded();
    graph(...over)
      .when(needs('b', 'a', '2019-12-31'))
      .refuses('graph.cycle', { day: '2019-12-31' });
  });
  test('finds the circle that a later edge would close', () => {
    const later = needs('a', 'b', '2021-01-01');
    graph(later)
      .when(needs('b', 'a', '2019-01-01'))
      .refuses('graph.cycle', { day: '2021-01-01' });
    graph(later, needs('b', 'a', '2022-01-01'))
      .when(needs('b', 'c'))
      .isRecorded();
  });
  test('shows a long circle by its ends', () => {
    const chain = Array.from({ length: 40 }, (_, at) => needs(`s${at}`, `s${at + 1}`));
    graph(...chain)
      .when(needs('s40', 's0'))
      .refuses('graph.cycle', {
        path: [
          ...['s40', 's0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 's8', '…'],
          ...['s31', 's32', 's33', 's34', 's35', 's36', 's37', 's38', 's39', 's40'],
        ].join(' → '),
      });
  });
  test('[CAT-7] never holds a circle on any day, whatever is declared and in whatever order', () => {
    const node = fc.constantFrom('a', 'b', 'c', 'd');
    const day = fc.integer({ min: 1, max: 9 }).map((month) => `2020-0${month}-01`);
    const change = fc.tuple(node, node, day, fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const history: GraphFact[] = [];
        for (const [one, other, from, isThere] of changes) {
          const told = isThere ? needs(one, other, from) : needsNoMore(one, other, from);
          try {
            const state = stateAfter(graphDecider, history);
            history.push(...graphDecider.decide(told as GraphFact, state, contextOf()));
          } catch {
            // refused: the graph stays as it was
          }
        }
        for (let month = 1; month <= 9; month++) expect(hasCircle(history, `2020-0${month}-15`)).toBe(false);
      }),
      { seed: 20_201_121, numRuns: 300 },
    );
  });

  test('is written by the owners of its services', () => {
    const known = { service: { a: owned('rta'), b: owned('dm') } };
    const owners = (one: GraphFact) => graphStream.owners(one, graphDecider.initial, contextOf({ known }));
    expect(owners(needs('a', 'b'))).toEqual(['rta']);
    expect(owners(relates('a', 'b'))).toEqual(['rta', 'dm']);
    expect(graphStream.id(needs('a', 'b').data)).toBe('services');
  });
  test('[CAT-7] takes a dependency on a service that is not recorded, but not from one', () => {
    const named = (one: GraphFact) => graphStream.references(one).map(({ id, pointer }) => [id, pointer]);
    expect(named(needs('a', 'b'))).toEqual([['a', '#/data/fromServiceId']]);
    expect(named(relates('a', 'b'))).toEqual([
      ['a', '#/data/aServiceId'],
      ['b', '#/data/bServiceId'],
    ]);
  });
});

const owned = (ownerEntityId: string) => ({ ownerEntityId, kind: 'transactional', flow: 'customer' }) as const;

/** Slow and obvious: edges of the day by replay, then nodes without way out are taken away until none is left. */
const hasCircle = (history: readonly GraphFact[], day: string): boolean => {
  const edges = new Map<string, readonly [string, string]>();
  const dated = history.map((one, at) => ({ one, at })).filter(({ one }) => one.data.from <= day);
  dated.sort((left, right) => left.one.data.from.localeCompare(right.one.data.from) || left.at - right.at);
  for (const { one } of dated) {
    const { fromServiceId, toServiceId } = one.data as { fromServiceId: string; toServiceId: string };
    const key = `${fromServiceId} ${toServiceId}`;
    if (one.type === 'gov.sijill.dependency.declared.v1') edges.set(key, [fromServiceId, toServiceId]);
    else edges.delete(key);
  }
  let left = [...edges.values()];
  for (;;) {
    const starts = new Set(left.map(([start]) => start));
    const more = left.filter(([, end]) => starts.has(end));
    if (more.length === left.length) return left.length > 0;
    left = more;
  }
};
