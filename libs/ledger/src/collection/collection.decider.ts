import { failingWith } from '#kernel';
import { refuse as refuseShared, refuseUnknown, sameContent } from '../failures.js';
import { assertPublished } from '../rules/knowledge.js';
import { assertExactlyOne, assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import {
  type CollectionExempted,
  type CollectionFact,
  type CollectionRequested,
  collectionEvents,
  collectionFailures,
} from './collection.events.js';

/** Exemptions are many and each is added to all before it: a chain, newest first, makes adding one cost nothing. */
interface Exempted {
  readonly data: Readonly<CollectionExempted>;
  readonly earlier: Exempted | undefined;
}

export type Collection =
  | { readonly is: 'none' }
  | {
      readonly is: 'requested';
      readonly parts: readonly Readonly<CollectionRequested>[];
      readonly exempted: Exempted | undefined;
    };

const refuse = failingWith(collectionFailures);

export const collectionDecider: Decider<CollectionFact, Collection> = {
  initial: { is: 'none' },
  decide(fact, collection, context) {
    assertPublished(fact, context);
    switch (fact.type) {
      case 'gov.sijill.collection.requested.v1': {
        const { serviceIds, entityIds, cells, part } = fact.data;
        assertExactlyOne(fact.type, { serviceIds, entityIds });
        for (const { periodStart, periodEnd } of cells) assertPeriod(periodStart, periodEnd);
        const before = collection.is === 'none' ? undefined : collection.parts.find((known) => known.part === part);
        if (before === undefined) return [fact];
        if (sameContent(before, fact.data)) return [];
        throw refuseShared('entry.exists', { params: { id: `part ${part}` } });
      }
      case 'gov.sijill.collection.exempted.v1': {
        const { publisher, dataset, serviceId, entityId, status } = fact.data;
        assertExactlyOne(fact.type, { serviceId, entityId });
        if (collection.is === 'none') throw refuseUnknown('collection', `${publisher}:${dataset}`);
        if (!collection.parts.some((part) => isAsked(part, fact.data))) throw outside(fact.data);
        return statusOf(collection.exempted, fact.data) === status ? [] : [fact];
      }
    }
  },
  evolve(collection, { type, data }) {
    const { parts, exempted } = collection.is === 'none' ? NOTHING : collection;
    switch (type) {
      case 'gov.sijill.collection.requested.v1':
        return { is: 'requested', parts: [...parts, data], exempted };
      case 'gov.sijill.collection.exempted.v1':
        return { is: 'requested', parts, exempted: { data, earlier: exempted } };
    }
  },
};

const NOTHING = { parts: [], exempted: undefined };

const isAsked = (part: Readonly<CollectionRequested>, cell: Readonly<CollectionExempted>): boolean => {
  const isNamed =
    cell.serviceId === undefined
      ? part.entityIds?.includes(cell.entityId ?? '')
      : part.serviceIds?.includes(cell.serviceId);
  return isNamed === true && part.cells.some((asked) => isSameColumn(asked, cell));
};

type Column = Pick<CollectionExempted, 'measure' | 'freq' | 'periodStart'>;

const isSameColumn = (one: Column, other: Column): boolean =>
  one.measure === other.measure && one.freq === other.freq && one.periodStart === other.periodStart;

const statusOf = (newest: Exempted | undefined, cell: Readonly<CollectionExempted>) => {
  for (let at = newest; at !== undefined; at = at.earlier) {
    const { data } = at;
    if (data.serviceId === cell.serviceId && data.entityId === cell.entityId && isSameColumn(data, cell))
      return data.status;
  }
  return undefined;
};

const outside = ({ measure, freq, periodStart, serviceId, entityId }: Readonly<CollectionExempted>) =>
  refuse('collection.outside', { params: { measure, freq, periodStart, of: serviceId ?? entityId ?? '' } });

export const collectionStream = defineStream<CollectionFact, Collection>({
  category: 'collection',
  title: { ar: 'جمع بيانات', en: 'Collection' },
  events: collectionEvents,
  opening: ['gov.sijill.collection.requested.v1'],
  stewardOnly: [],
  id: ({ publisher, dataset }) => `${publisher}:${dataset}`,
  references: ({ type, data }) => {
    // What is exempted stands in the grid, and so is proven.
    if (type === 'gov.sijill.collection.exempted.v1') return [];
    return [
      ...named('service', 'serviceIds', data.serviceIds ?? []),
      ...named('entity', 'entityIds', data.entityIds ?? []),
    ];
  },
  owners: ({ data }) => [data.publisher],
  decider: collectionDecider,
});

const named = (category: 'service' | 'entity', member: string, ids: readonly string[]): readonly Reference[] =>
  ids.map((id, at) => ({ category, id, pointer: `#/data/${member}/${at}` }));
