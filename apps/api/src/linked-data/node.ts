/** Prefixes of both formats: the context of JSON-LD, the head of Turtle. */
export const PREFIXES = {
  adms: 'http://www.w3.org/ns/adms#',
  cpsv: 'http://purl.org/vocab/cpsv#',
  cv: 'http://data.europa.eu/m8g/',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  eli: 'http://data.europa.eu/eli/ontology#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  org: 'http://www.w3.org/ns/org#',
  owl: 'http://www.w3.org/2002/07/owl#',
  qb: 'http://purl.org/linked-data/cube#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  schema: 'http://schema.org/',
  sijill: 'urn:sijill:term:',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  time: 'http://www.w3.org/2006/time#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;
export type Name = `${keyof typeof PREFIXES}:${string}`;

/** Value objects of JSON-LD 1.1; a bare text is a literal without a language. */
export interface Ref {
  readonly '@id': string;
}
interface Text {
  readonly '@value': string;
  readonly '@language': string;
}
interface Typed {
  readonly '@value': string;
  readonly '@type': Name;
}
export type Value = string | Ref | Text | Typed;

/** What is said of one thing. Properties left undefined are not said. No blank nodes: every thing has an address. */
export interface Node {
  readonly id: string;
  readonly types: readonly Name[];
  readonly says: Readonly<Partial<Record<Name, Value | readonly Value[] | undefined>>>;
}

export const ref = (id: string): Ref => ({ '@id': id });
export const typed = (type: Name, value: string): Typed => ({ '@value': value, '@type': type });
/** One literal a language, Arabic first. */
export const texts = (text: { readonly [language in 'ar' | 'en' | 'fr']?: string } | null | undefined): Text[] =>
  (['ar', 'en', 'fr'] as const).flatMap((language) => {
    const value = text?.[language];
    return value === undefined ? [] : [{ '@value': value, '@language': language }];
  });

/** Properties that are said, each with the list of its values. */
export const statementsOf = ({ says }: Node): readonly (readonly [Name, readonly Value[]])[] =>
  (Object.entries(says) as [Name, Value | readonly Value[] | undefined][]).flatMap(([name, said]) => {
    const values = said === undefined ? [] : ([said].flat() as Value[]);
    return values.length === 0 ? [] : [[name, values] as const];
  });
