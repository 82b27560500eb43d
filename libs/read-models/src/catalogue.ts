import { catalogueAnswer, catalogueContributions } from './catalogue/answer.js';
import { catalogueDescription } from './catalogue/description.js';
import { columnsOf, evolveEntry } from './catalogue/entry.js';
import { evolveEntity, evolvePlatform } from './catalogue/owners.js';
import { EntitySpan, PlatformSpan, ServiceEvent, ServiceSpan } from './catalogue/tables.js';
import type { DataSet, Page, ReadEvent, ReadModel, Table, WideRow } from './read-model.js';
import { type Evolve, type History, learn } from './spans.js';

/** Services, their owners and the platforms that carry them, each with both clocks. */
export const catalogue: ReadModel = {
  name: 'catalogue',
  version: 1,
  partitionable: 'stream',
  cubes: [],
  rows: [ServiceSpan, EntitySpan, PlatformSpan, ServiceEvent],
  types: [
    ...['registered', 'renamed', 'merged', 'closed'].map((past) => `gov.sijill.entity.${past}.v1`),
    ...['launched', 'serviceAdded', 'serviceRemoved', 'closed'].map((past) => `gov.sijill.platform.${past}.v1`),
    ...[
      'registered',
      'described',
      'classified',
      'requirementsSet',
      'documentsSet',
      'channelOffered',
      'channelWithdrawn',
      'proceduresSet',
      'sharesDeclared',
      'feeSet',
      'sharedUsed',
      'sharedDropped',
      'transferred',
      'suspended',
      'resumed',
      'retired',
    ].map((past) => `gov.sijill.service.${past}.v1`),
  ],
  keys: ({ stream }) => [stream],
  apply(event, page) {
    const { category, id } = event;
    if (category === 'entity')
      return fold(event, page, EntitySpan, evolveEntity, (entity) => ({ entity: id, ...entity }));
    if (category === 'platform')
      return fold(event, page, PlatformSpan, evolvePlatform, (platform) => ({ platform: id, ...platform }));
    fold(event, page, ServiceSpan, evolveEntry, (entry) => ({ service: id, ...columnsOf(entry) }));
    const { stream, revision, type, effectiveDay, knownDay } = event;
    page.put(ServiceEvent, { stream, revision, service: id, type, effectiveDay, knownDay });
  },
};

const fold = <C extends object>(
  { stream, type, data, effectiveDay, knownDay }: ReadEvent,
  page: Page,
  table: Table,
  evolve: Evolve<C>,
  columns: (content: C) => WideRow,
): void => {
  const before = page.get<History>(stream);
  const { history, rows } = learn(before, { effectiveDay, type, data }, knownDay, evolve);
  page.set(stream, history);
  for (const { content, ...span } of rows) page.put(table, { ...columns(content), ...span });
};

export const catalogueDataSet: DataSet = {
  description: catalogueDescription,
  projection: catalogue.name,
  rows: catalogueAnswer,
  contributions: catalogueContributions,
};
