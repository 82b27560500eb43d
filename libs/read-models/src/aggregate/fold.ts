import { composed, type Part, partOf } from '../part.js';
import type { CellValue, Page, ReadEvent, ReadModel } from '../read-model.js';
import { registers } from '../registers.js';
import { AggregateEntry, CollectionExemption, CollectionPart, ServiceOwner } from './tables.js';

const REPORTED = 'gov.sijill.aggregate.reported.v1';
const RESTATED = 'gov.sijill.aggregate.restated.v1';
const WITHDRAWN = 'gov.sijill.aggregate.withdrawn.v1';
const REQUESTED = 'gov.sijill.collection.requested.v1';
const EXEMPTED = 'gov.sijill.collection.exempted.v1';
const ENTITY_REGISTERED = 'gov.sijill.entity.registered.v1';
const SERVICE_REGISTERED = 'gov.sijill.service.registered.v1';
const SERVICE_TRANSFERRED = 'gov.sijill.service.transferred.v1';

const KINDS: Readonly<Record<string, string>> = {
  [REPORTED]: 'reported',
  [RESTATED]: 'restated',
  [WITHDRAWN]: 'withdrawn',
};

interface EntityState {
  readonly jurisdiction: string;
}

const folded: Part = {
  name: '',
  version: 1,
  cubes: [],
  rows: [AggregateEntry, ServiceOwner, CollectionPart, CollectionExemption],
  types: [...Object.keys(KINDS), REQUESTED, EXEMPTED, ENTITY_REGISTERED, SERVICE_REGISTERED, SERVICE_TRANSFERRED],
  keys: ({ type, stream, data }) => {
    if (type === ENTITY_REGISTERED) return [stream];
    if (type === SERVICE_REGISTERED) return [`entity-${data.ownerEntityId}`];
    return type === SERVICE_TRANSFERRED ? [`entity-${data.toEntityId}`] : [];
  },
  apply: (event, page) => {
    const { type, stream, data } = event;
    if (type in KINDS) page.put(AggregateEntry, entryOf(event));
    else if (type === REQUESTED) request(event, page);
    else if (type === EXEMPTED) exempt(event, page);
    else if (type === ENTITY_REGISTERED) page.set<EntityState>(stream, { jurisdiction: String(data.jurisdiction) });
    else own(event, page, String(type === SERVICE_REGISTERED ? data.ownerEntityId : data.toEntityId));
  },
};

/**
 * What publishers say, and what they were asked to say: rows of entries, not sums, because which entry counts depends on
 * the day from which one looks. Feeds `aggregates` and `coverage`, with the definitions and policies by which they are counted.
 */
export const aggregatesModel: ReadModel = composed('aggregates', [folded, partOf(registers)]);

const orNull = (value: unknown): CellValue => (value === undefined ? null : (value as CellValue));
const isNumeric = (figure: unknown): boolean => typeof figure === 'string' && /^-?\d/.test(figure);
/** A figure is a decimal text or the word that says why there is none. */
const numberOf = (figure: unknown): CellValue => (isNumeric(figure) ? (figure as string) : null);
const markOf = (figure: unknown): CellValue => (figure === undefined || isNumeric(figure) ? null : String(figure));

/** An entry as its event says it. */
export const entryOf = ({ type, id, revision, data, knownDay, recordedDay }: ReadEvent) => ({
  cell: id,
  revision,
  publisher: String(data.publisher),
  dataset: String(data.dataset),
  service: orNull(data.serviceId),
  entity: orNull(data.entityId),
  scope: orNull(data.scope),
  channel: orNull(data.channel),
  assisted: orNull(data.assisted),
  category: orNull(data.category),
  measure: String(data.measure),
  unit: String(data.unit),
  freq: String(data.freq),
  periodStart: String(data.periodStart),
  periodEnd: String(data.periodEnd),
  knownDay,
  recordedDay,
  value: numberOf(data.value),
  missing: markOf(data.value),
  kind: KINDS[type] as string,
  previous: numberOf(data.previous),
  previousMissing: markOf(data.previous),
});

const request = ({ revision, data, knownDay, recordedDay }: ReadEvent, page: Page): void => {
  page.put(CollectionPart, {
    publisher: String(data.publisher),
    dataset: String(data.dataset),
    revision,
    knownDay,
    recordedDay,
    services: (data.serviceIds ?? []) as readonly string[],
    entities: (data.entityIds ?? []) as readonly string[],
    cells: data.cells as readonly object[],
  });
};

const exempt = ({ revision, data, knownDay, recordedDay }: ReadEvent, page: Page): void => {
  page.put(CollectionExemption, {
    publisher: String(data.publisher),
    dataset: String(data.dataset),
    revision,
    subject: String(data.serviceId ?? data.entityId),
    measure: String(data.measure),
    freq: String(data.freq),
    periodStart: String(data.periodStart),
    status: String(data.status),
    knownDay,
    recordedDay,
  });
};

const own = ({ id, revision, data }: ReadEvent, page: Page, entity: string): void => {
  const jurisdiction = page.get<EntityState>(`entity-${entity}`)?.jurisdiction ?? null;
  page.put(ServiceOwner, { service: id, revision, fromDay: String(data.from), entity, jurisdiction });
};
