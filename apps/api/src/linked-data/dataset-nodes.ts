import { dataSets } from '#read-models';
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

const LEDGER = {
  title: { ar: 'مجموعات بيانات السجل', en: 'Data sets of the ledger' },
  description: {
    ar: 'مجموعات بيانات موحدة الأسئلة، لكل رقم فيها الأحداث التي نتج عنها.',
    en: 'Data sets that take the same questions; behind every figure stand the events that made it.',
  },
};
const MEDIA_TYPES = 'https://www.iana.org/assignments/media-types/';
/** Of the access right authority table of the Publications Office of the European Union. */
const ACCESS_RIGHTS = 'http://publications.europa.eu/resource/authority/access-right/';
const accessRight = (isReleased: boolean): Node => ({
  id: `${ACCESS_RIGHTS}${isReleased ? 'PUBLIC' : 'RESTRICTED'}`,
  types: ['skos:Concept', 'dct:RightsStatement'],
  says: { 'skos:notation': isReleased ? 'PUBLIC' : 'RESTRICTED' },
});

/**
 * The data sets by DCAT 3, each with its files. `licences`: data set → licence, of those that are released; the others are for
 * readers with a role.
 */
export const dataSetNodes = (at: Addresses, licences: ReadonlyMap<string, string>): Node[] => {
  const publisher = ref(at.shared('publisher'));
  const nodes = [...dataSets.values()].flatMap(({ description: { name, title, grain } }): Node[] => {
    const [id, licence] = [at.dataSet(name), licences.get(name)];
    const files = (['json', 'csv'] as const).map((format) => fileNode(id, format));
    const right = accessRight(licence !== undefined);
    const says: Node['says'] = {
      ...{
        'dct:identifier': name,
        'dct:title': texts(title),
        'dct:description': texts(grain),
        'dct:publisher': publisher,
      },
      'dct:accessRights': ref(right.id),
      'dct:license': licence === undefined ? undefined : ref(`${id}#licence`),
      'dcat:distribution': files.map((file) => ref(file.id)),
    };
    const terms: Node[] =
      licence === undefined
        ? []
        : [{ id: `${id}#licence`, types: ['dct:LicenseDocument'], says: { 'rdfs:label': licence } }];
    return [{ id, types: ['dcat:Dataset'], says }, ...files, ...terms, right];
  });
  const says: Node['says'] = {
    ...{ 'dct:title': texts(LEDGER.title), 'dct:description': texts(LEDGER.description), 'dct:publisher': publisher },
    'dcat:dataset': [...dataSets.keys()].map((name) => ref(at.dataSet(name))),
  };
  return [{ id: at.dataSets, types: ['dcat:Catalog'], says }, ...nodes, publisherNode(at)];
};

const fileNode = (dataSet: string, format: 'json' | 'csv'): Node => ({
  id: `${dataSet}.${format}`,
  types: ['dcat:Distribution'],
  says: {
    'dcat:accessURL': ref(dataSet),
    'dcat:downloadURL': ref(`${dataSet}.${format}`),
    'dcat:mediaType': ref(`${MEDIA_TYPES}${format === 'csv' ? 'text/csv' : 'application/json'}`),
  },
});
