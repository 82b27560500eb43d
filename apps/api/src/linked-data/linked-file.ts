import { DataFactory, type Literal, type NamedNode, Writer } from 'n3';
import { tooLarge } from '../files/dataset-csv.js';
import type { FileLimits } from '../limits.js';
import { type Name, type Node, PREFIXES, statementsOf, type Value } from './node.js';

const { namedNode, literal, defaultGraph } = DataFactory;

export const FORMATS = {
  jsonld: { type: 'application/ld+json' },
  ttl: { type: 'text/turtle; charset=utf-8' },
} as const;
export type LinkedFormat = keyof typeof FORMATS;

/** A graph on its way into a file: each thing once, however often it is named. The file is whole or refused, never cut. */
export class LinkedFile {
  private readonly told = new Set<string>();
  private readonly pieces: string[] = [];
  private bytes = 0;
  private readonly turtle: Writer | undefined;

  constructor(
    format: LinkedFormat,
    private readonly limits: FileLimits,
  ) {
    if (format === 'ttl') this.turtle = new Writer(sink((piece) => this.push(piece)) as never, { prefixes: PREFIXES });
    else this.push(`{"@context":${JSON.stringify(PREFIXES)},"@graph":[`);
  }

  /** @throws Failure `export.tooLarge` when the file would be larger than the limits say. */
  add(node: Node): void {
    if (this.told.has(node.id)) return;
    if (this.turtle === undefined) this.push(`${this.told.size === 0 ? '' : ','}\n${JSON.stringify(jsonLd(node))}`);
    else addTurtle(this.turtle, node);
    this.told.add(node.id);
    if (this.bytes > this.limits.bytes) throw tooLarge(this.limits);
  }

  end(): Buffer {
    if (this.turtle === undefined) this.push('\n]}\n');
    else this.turtle.end();
    return Buffer.from(this.pieces.join(''));
  }

  private push(piece: string): void {
    this.bytes += Buffer.byteLength(piece);
    this.pieces.push(piece);
  }
}

/** Expanded by the context alone: prefixes and nothing else, so that no reader needs a file of somebody else's. */
const jsonLd = (node: Node): object => ({
  '@id': node.id,
  '@type': node.types,
  ...Object.fromEntries(statementsOf(node)),
});

const addTurtle = (writer: Writer, node: Node): void => {
  const subject = namedNode(node.id);
  const say = (name: Name, object: NamedNode | Literal) =>
    writer.addQuad(subject, named(name), object, defaultGraph(), raise);
  for (const type of node.types) say('rdf:type', named(type));
  for (const [name, values] of statementsOf(node)) for (const value of values) say(name, termOf(value));
};

/** Without it the writer would keep its error to itself. */
const raise = (error?: unknown): void => {
  if (error !== undefined && error !== null) throw error;
};

const termOf = (value: Value): NamedNode | Literal => {
  if (typeof value === 'string') return literal(value);
  if ('@id' in value) return namedNode(value['@id']);
  return '@language' in value
    ? literal(value['@value'], value['@language'])
    : literal(value['@value'], named(value['@type']));
};

const named = (name: Name) => {
  const [prefix, ...local] = name.split(':');
  return namedNode(PREFIXES[prefix as keyof typeof PREFIXES] + local.join(':'));
};

/** What the writer takes for a stream. It calls back at once, because nothing is waited for. */
const sink = (take: (piece: string) => void) => ({
  write(piece: string, _encoding: string, done?: () => void) {
    take(piece);
    done?.();
  },
  end(done?: () => void) {
    done?.();
  },
});
