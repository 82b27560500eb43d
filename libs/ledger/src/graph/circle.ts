import { inForce, type Spans } from '../rules/in-force.js';

/** A directed edge with the spans in which it is there. */
export interface Edge {
  readonly start: string;
  readonly end: string;
  readonly spans: Spans<boolean>;
}

/** A way from a node back to itself, on the first day on which it is open. */
export interface Circle {
  readonly day: string;
  /** The first node stands at both ends. */
  readonly path: readonly string[];
}

/**
 * The shortest circle that runs through an edge while it is there from a day on; undefined: there is none on any day.
 * `edges` hold that edge already, and no circle without it.
 */
export const circle = (
  edges: readonly Edge[],
  { start, end, from }: { readonly start: string; readonly end: string; readonly from: string },
): Circle | undefined => {
  const own = edges.find((edge) => edge.start === start && edge.end === end);
  const until = own?.spans.find((span) => span.from > from && !span.value)?.from ?? LAST;
  const ever = way(end, start, adjacent(edges.filter(({ spans }) => isEverThere(spans, from, until))));
  if (ever === undefined) return undefined; // no way even if all edges of that time were there at once
  for (const day of daysOf(edges, from, until)) {
    const path = way(end, start, adjacent(edges.filter(({ spans }) => inForce(spans, day) === true)));
    if (path) return { day, path: [start, ...path] };
  }
  return undefined;
};

/** After every day. */
const LAST = '~';

const isEverThere = (spans: Spans<boolean>, from: string, until: string): boolean =>
  inForce(spans, from) === true || spans.some((span) => span.value && span.from > from && span.from < until);

/** Days on which an edge may appear: on no other day does a way open. */
const daysOf = (edges: readonly Edge[], from: string, until: string): readonly string[] => {
  const days = edges.flatMap(({ spans }) => spans.filter(({ value }) => value).map((span) => span.from));
  return [...new Set([from, ...days.filter((day) => day > from && day < until)])].sort();
};

type Adjacent = ReadonlyMap<string, readonly string[]>;

const adjacent = (edges: readonly Edge[]): Adjacent => {
  const ends = new Map<string, string[]>();
  for (const { start, end } of edges) {
    const known = ends.get(start);
    if (known) known.push(end);
    else ends.set(start, [end]);
  }
  return ends;
};

/** Shortest way between two nodes, both named; undefined: none. */
const way = (start: string, end: string, edges: Adjacent): readonly string[] | undefined => {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  const queue = [start];
  for (const node of queue) {
    if (node === end) return back(node, cameFrom);
    for (const next of edges.get(node) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
};

const back = (end: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] => {
  const path = [];
  for (let at: string | undefined = end; at !== undefined; at = cameFrom.get(at)) path.push(at);
  return path.reverse();
};
