import { catalogueAnswer, catalogueContributions } from './catalogue/answer.js';
import { concernedBy } from './catalogue/concerned.js';
import { catalogueDescription } from './catalogue/description.js';
import { edgeKey, foldEdge, GRAPH_TYPES } from './catalogue/edges.js';
import { ENTITY_TYPES, foldEntity } from './catalogue/entities.js';
import { columnsOf, evolveEntry } from './catalogue/entry.js';
import { bundleColumns, evolveBundle, evolvePlatform } from './catalogue/owners.js';
import { BundleSpan, EdgeSpan, EntitySpan, PlatformSpan, ServiceEvent, ServiceSpan } from './catalogue/tables.js';
import { composed, partOf } from './part.js';
import type { DataSet, Page, ReadEvent, ReadModel, Table, WideRow } from './read-model.js';
import { registers } from './registers.js';
import { type Evolve, type History, learn } from './spans.js';

const types = (category: string, ...pasts: readonly string[]): string[] =>
  pasts.map((past) => `gov.sijill.${category}.${past}.v1`);

const SERVICE_PASTS = [
  ...['registered', 'described', 'classified', 'requirementsSet', 'documentsSet', 'channelOffered', 'channelWithdrawn'],
  ...['proceduresSet', 'sharesDeclared', 'feeSet', 'sharedUsed', 'sharedDropped', 'transferred'],
  ...['activated', 'suspended', 'resumed', 'retired'],
];

/** Services, their owners, the platforms and bundles that carry them and what they depend on, each with both clocks. */
export const catalogue: ReadModel = {
  name: 'catalogue',
  version: 4,
  cubes: [],
  rows: [ServiceSpan, EntitySpan, PlatformSpan, BundleSpan, EdgeSpan, ServiceEvent],
  types: [
    ...ENTITY_TYPES,
    ...types('platform', 'launched', 'serviceAdded', 'serviceRemoved', 'closed'),
    ...types('bundle', 'registered', 'serviceAdded', 'serviceRemoved', 'reordered', 'retired'),
    ...types('service', ...SERVICE_PASTS),
    ...GRAPH_TYPES,
  ],
  keys: (event) => [event.category === 'graph' ? edgeKey(event) : event.stream],
  apply(event, page) {
    const held = foldSubject(event, page);
    const { stream, revision, type, effectiveDay, knownDay } = event;
    for (const concerned of concernedBy(event, held))
      page.put(ServiceEvent, { stream, revision, ...concerned, type, effectiveDay, knownDay });
  },
};

/** The catalogue with the definitions and policies by which it is counted. Both keep to their streams. */
export const catalogueModel: ReadModel = {
  ...composed('catalogue', [partOf(catalogue), partOf(registers)]),
  partitionable: 'stream',
};

/** @returns Services that a bundle or platform has or had until now. */
const foldSubject = (event: ReadEvent, page: Page): readonly string[] => {
  const { id } = event;
  switch (event.category) {
    case 'entity':
      foldEntity(event, page);
      return [];
    case 'platform': {
      const told = fold(event, page, PlatformSpan, evolvePlatform, (platform) => ({ platform: id, ...platform }));
      return told.flatMap(({ services }) => services);
    }
    case 'bundle': {
      const told = fold(event, page, BundleSpan, evolveBundle, (bundle) => bundleColumns(id, bundle));
      return told.flatMap(({ members }) => members.map(({ serviceId }) => serviceId));
    }
    case 'service':
      fold(event, page, ServiceSpan, evolveEntry, (entry) => ({ service: id, ...columnsOf(entry) }));
      return [];
    default:
      foldEdge(event, page);
      return [];
  }
};

/** @returns What is said of the subject from now on and no longer. */
const fold = <C extends object>(
  { stream, type, data, effectiveDay, knownDay }: ReadEvent,
  page: Page,
  table: Table,
  evolve: Evolve<C>,
  columns: (content: C) => WideRow,
): readonly C[] => {
  const before = page.get<History>(stream);
  const { history, rows } = learn(before, { effectiveDay, type, data }, knownDay, evolve);
  page.set(stream, history);
  for (const { content, ...span } of rows) page.put(table, { ...columns(content), ...span });
  return rows.map(({ content }) => content);
};

export const catalogueDataSet: DataSet = {
  description: catalogueDescription,
  projection: catalogue.name,
  rows: catalogueAnswer,
  contributions: catalogueContributions,
};
