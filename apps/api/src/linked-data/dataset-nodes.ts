import type { Addresses } from './addresses.js';
import { type Node, ref, texts, typed } from './node.js';

/** The ledger as it speaks of itself: whoever runs it publishes the catalogue and the data sets. */
const publisherNode = (at: Addresses): Node => {
  const name = { ar: 'سجل: سجل المعاملات الحكومية', en: 'Sijill: ledger of government transactions' };
  return {
    id: at.shared('publisher'),
    types: ['foaf:Agent'],
    says: { 'dct:identifier': 'sijill', 'dct:title': texts(name), 'foaf:name': texts(name) },
  };
};

const CATALOGUE = {
  title: { ar: 'دليل الخدمات الحكومية', en: 'Catalogue of government services' },
  description: {
    ar: 'كل خدمة وما تتطلبه وقنواتها ورسومها ومن يقدمها، وفق الملف التطبيقي CPSV-AP 3.2.0.',
    en: 'Every service, what it requires, its channels, its fees and who provides it, by the application profile CPSV-AP 3.2.0.',
  },
};

interface Stands {
  readonly position: string | null;
  readonly effectiveAt: string;
  readonly knownAt: string;
  readonly services: number;
  readonly dangling: number;
}

/** The catalogue as a data set, with the days and the position that the file stands for and what was left out. */
export const catalogueNodes = (at: Addresses, stands: Stands): Node[] => [
  {
    id: at.catalogue,
    types: ['dcat:Dataset'],
    says: {
      'dct:identifier': 'services',
      'dct:title': texts(CATALOGUE.title),
      'dct:description': texts(CATALOGUE.description),
      'dct:publisher': ref(at.shared('publisher')),
      'dct:conformsTo': ref('https://semiceu.github.io/CPSV-AP/releases/3.2.0/'),
      'sijill:effectiveAt': typed('xsd:date', stands.effectiveAt),
      'sijill:knownAt': typed('xsd:date', stands.knownAt),
      'sijill:asOfPosition': stands.position === null ? undefined : typed('xsd:integer', stands.position),
      'sijill:services': typed('xsd:integer', String(stands.services)),
      'sijill:danglingServices': typed('xsd:integer', String(stands.dangling)),
    },
  },
  publisherNode(at),
];
