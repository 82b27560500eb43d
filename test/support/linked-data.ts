import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonLdParser } from 'jsonld-streaming-parser';
import { Parser, type Quad, Store } from 'n3';
import Validator from 'rdf-validate-shacl';
import { PREFIXES } from '../../apps/api/src/linked-data/node.js';
import { publicData } from './public-data.js';
import { ROOT } from './repository.js';

export const OFFICIAL_SHAPES = 'cpsv-ap-3.2.0-SHACL.ttl';
const OWN_SHAPES = join(ROOT, 'test/support/catalogue-shapes.ttl');

export const turtle = (text: string): Quad[] => new Parser().parse(text);

/** Read by a processor that is not ours, which fetches nothing: the context stands in the file. */
export const jsonLd = async (text: string): Promise<Quad[]> => {
  const parser = new JsonLdParser();
  parser.end(text);
  const quads: Quad[] = [];
  for await (const quad of parser) quads.push(quad as unknown as Quad);
  return quads;
};

/** A graph without blank nodes as sorted lines: two graphs are one exactly when their lines are. */
export const lines = (quads: readonly Quad[]): string[] =>
  [
    ...new Set(quads.map(({ subject, predicate, object }) => [subject, predicate, object].map(lineOf).join(' '))),
  ].sort();
const lineOf = (term: Quad['subject'] | Quad['predicate'] | Quad['object']): string =>
  term.termType === 'Literal' ? `${JSON.stringify(term.value)}@${term.language}^^${term.datatype.value}` : term.value;

/** `dct:title` → its address. */
export const full = (name: string): string =>
  name.replace(/^\w+:/, (prefix) => PREFIXES[prefix.slice(0, -1) as keyof typeof PREFIXES] ?? prefix);

/** Objects of a property of a subject, or all subjects of a type. */
export const objects = (quads: readonly Quad[], subject: string, property: string): string[] =>
  quads
    .filter((quad) => quad.subject.value === subject && quad.predicate.value === full(property))
    .map(({ object }) =>
      object.termType === 'Literal' && object.language ? `${object.value}@${object.language}` : object.value,
    );
export const ofType = (quads: readonly Quad[], type: string): string[] =>
  quads
    .filter(({ predicate, object }) => predicate.value === full('rdf:type') && object.value === full(type))
    .map(({ subject }) => subject.value);

/** Findings of the shapes: focus, path and what was broken. */
const findingsOf = async (shapes: string, quads: readonly Quad[]): Promise<string[]> => {
  const validator = new Validator(new Store(turtle(readFileSync(shapes, 'utf8'))) as never);
  const { results } = await validator.validate(new Store([...quads]) as never);
  return results.map(
    (result) =>
      `${result.focusNode?.value} ${result.path?.value} ${result.sourceConstraintComponent?.value.split('#')[1]}`,
  );
};

export const ownFindings = (quads: readonly Quad[]): Promise<string[]> => findingsOf(OWN_SHAPES, quads);
/** Undefined where the official shapes are not on this machine. */
export const officialFindings = async (quads: readonly Quad[]): Promise<string[] | undefined> => {
  const path = publicData(OFFICIAL_SHAPES);
  return path === undefined ? undefined : findingsOf(path, quads);
};
