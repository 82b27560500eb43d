import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { inForce, type Spans, withSpan } from '../rules/in-force.js';
import { type Lang } from '../shapes.js';
import { type Context, type Decider, defineStream } from '../stream.js';
import {
  type EntityClosed,
  type EntityFact,
  type EntityMerged,
  type EntityRegistered,
  entityEvents,
  entityFailures,
} from './entity.events.js';

interface Registered {
  readonly registered: Readonly<EntityRegistered>;
}

export type Entity =
  | { readonly is: 'none' }
  | (Registered & { readonly is: 'open'; readonly titles: Spans<Lang> })
  | (Registered & { readonly is: 'closed'; readonly end: Readonly<EntityMerged> | Readonly<EntityClosed> });

const refuse = failingWith(entityFailures);

export const entityDecider: Decider<EntityFact, Entity> = {
  initial: { is: 'none' },
  decide(fact, entity, context) {
    const { entityId } = fact.data;
    if (fact.type === 'gov.sijill.entity.registered.v1') {
      if (entity.is === 'none') return [fact];
      if (sameContent(entity.registered, fact.data)) return [];
      throw refuseExists('entity', entityId);
    }
    if (entity.is === 'none') throw refuseUnknown('entity', entityId);
    switch (fact.type) {
      case 'gov.sijill.entity.renamed.v1':
        if (entity.is === 'closed') throw refuse('entity.closed', { params: { entityId } });
        return sameContent(inForce(entity.titles, fact.data.from), fact.data.title) ? [] : [fact];
      case 'gov.sijill.entity.merged.v1':
        if (fact.data.intoEntityId === entityId) throw refuse('entity.selfMerge', { params: { entityId } });
        return merge(fact, entity, context);
      case 'gov.sijill.entity.closed.v1':
        return end(fact, entity);
    }
  },
  evolve(entity, { type, data }) {
    switch (type) {
      case 'gov.sijill.entity.registered.v1':
        return { is: 'open', registered: data, titles: withSpan([], data.from, data.title) };
      case 'gov.sijill.entity.renamed.v1':
        return entity.is === 'open' ? { ...entity, titles: withSpan(entity.titles, data.from, data.title) } : entity;
      case 'gov.sijill.entity.merged.v1':
      case 'gov.sijill.entity.closed.v1':
        return entity.is === 'open' ? { is: 'closed', registered: entity.registered, end: data } : entity;
    }
  },
};

/**
 * Whoever went up in another entity takes none in. Mergers can therefore not go round in a circle: the last one of a circle would
 * be one into an entity that has merged already. Streams do not lock one another, so two stewards at one moment may still draw one:
 * every question ends all the same, and every figure is counted once.
 */
const merge = (
  fact: Extract<EntityFact, { type: 'gov.sijill.entity.merged.v1' }>,
  entity: Exclude<Entity, { is: 'none' }>,
  context: Context,
): readonly EntityFact[] => {
  const { intoEntityId } = fact.data;
  const successorId = context.refer('entity', intoEntityId)?.successorId;
  if (entity.is === 'open' && successorId !== undefined)
    throw refuse('entity.intoMerged', { params: { intoEntityId, successorId } });
  return end(fact, entity);
};

/** An entity ends once: by the same merger or closing told again it ends no second time. */
const end = (fact: EntityFact, entity: Exclude<Entity, { is: 'none' }>): readonly EntityFact[] => {
  if (entity.is === 'open') return [fact];
  if (sameContent(entity.end, fact.data)) return [];
  throw refuse('entity.closed', { params: { entityId: fact.data.entityId } });
};

export const entityStream = defineStream<EntityFact, Entity>({
  category: 'entity',
  title: { ar: 'جهة', en: 'Entity' },
  events: entityEvents,
  opening: ['gov.sijill.entity.registered.v1'],
  stewardOnly: [
    'gov.sijill.entity.registered.v1',
    'gov.sijill.entity.renamed.v1',
    'gov.sijill.entity.merged.v1',
    'gov.sijill.entity.closed.v1',
  ],
  id: ({ entityId }) => entityId,
  references: ({ type, data }) => {
    if (type === 'gov.sijill.entity.merged.v1')
      return [{ category: 'entity', id: data.intoEntityId, pointer: '#/data/intoEntityId' }];
    if (type === 'gov.sijill.entity.registered.v1' && data.parentId !== undefined)
      return [{ category: 'entity', id: data.parentId, pointer: '#/data/parentId' }];
    return [];
  },
  owners: ({ data }) => [data.entityId],
  facts: (entity) => {
    if (entity.is === 'none') return undefined;
    const { kind } = entity.registered;
    if (entity.is === 'open') return { kind, isClosed: false };
    return { kind, isClosed: true, ...('intoEntityId' in entity.end && { successorId: entity.end.intoEntityId }) };
  },
  decider: entityDecider,
});
