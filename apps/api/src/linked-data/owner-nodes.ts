import type { DescribedPage } from '#read-models';
import type { Addresses } from './addresses.js';
import { placeNode } from './concepts.js';
import { type Name, type Node, ref, texts, typed } from './node.js';

type Bundle = DescribedPage['bundles'][number];

/** An owner of services, private or not: who answers for a service is its competent authority. */
export const entityNodes = (
  at: Addresses,
  { entityId, title, kind, jurisdiction }: DescribedPage['entities'][number],
): Node[] => [
  {
    id: at.shared('entity', entityId),
    types: ['cv:PublicOrganisation', 'org:Organization', 'foaf:Agent'],
    says: {
      'dct:identifier': entityId,
      'dct:title': texts(title),
      'skos:prefLabel': texts(title),
      'dct:spatial': ref(at.shared('place', jurisdiction)),
      'sijill:entityKind': kind,
    },
  },
  placeNode(at, jurisdiction),
];

const EVENTS: Readonly<Record<string, Name>> = { life: 'cv:LifeEvent', business: 'cv:BusinessEvent' };

/** A life or business bundle is an event of a customer; a path is a collection in order, which the profile does not know. */
export const bundleNodes = (at: Addresses, bundle: Bundle): Node[] => {
  const { bundleId, kind, title, description, priority } = bundle;
  const says = {
    'dct:identifier': bundleId,
    'dct:title': texts(title),
    'dct:description': texts(description),
    'sijill:priority': priority === null ? undefined : typed('xsd:integer', String(priority)),
  };
  const event = EVENTS[kind];
  const id = at.shared('bundle', bundleId);
  if (event !== undefined) return [{ id, types: ['cv:Event', event], says }];
  const places = pathPlaces(at, bundle);
  const first = places[0]?.id ?? NIL;
  return [{ id, types: ['skos:OrderedCollection'], says: { ...says, 'skos:memberList': ref(first) } }, ...places];
};

const NIL = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#nil';

/** The list of a path, its places with addresses of their own. */
const pathPlaces = (at: Addresses, { bundleId, services }: Bundle): Node[] => {
  const place = (index: number) => (index < services.length ? at.shared('bundle', bundleId, String(index + 1)) : NIL);
  return services.map((serviceId, index) => ({
    id: place(index),
    types: ['rdf:List'],
    says: { 'rdf:first': ref(at.service(serviceId)), 'rdf:rest': ref(place(index + 1)) },
  }));
};
