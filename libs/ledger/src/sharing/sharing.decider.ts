import { failingWith } from '#kernel';
import { refuse as refuseByRule, refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import {
  type SharingDelivered,
  type SharingEthicsReviewed,
  type SharingFact,
  type SharingObstacleReported,
  type SharingProposed,
  sharingEvents,
  sharingFailures,
} from './sharing.events.js';

interface Agreement {
  readonly proposed: Readonly<SharingProposed>;
  /** The latest. */
  readonly review: Readonly<SharingEthicsReviewed> | undefined;
  /** First day on which it is in force; undefined: not activated. */
  readonly from: string | undefined;
  /** Last day; undefined: not ended. */
  readonly on: string | undefined;
  readonly obstacles: ReadonlyMap<string, { readonly reported: Readonly<SharingObstacleReported>; isCleared: boolean }>;
  readonly deliveries: ReadonlyMap<string, Readonly<SharingDelivered>>;
}

export type Sharing = { readonly is: 'none' } | (Agreement & { readonly is: 'proposed' });

/** Stored under a fresh nonce each time, so that it cannot be compared. */
const PERSONAL = ['partyRef'];

const refuse = failingWith(sharingFailures);

export const sharingDecider: Decider<SharingFact, Sharing> = {
  initial: { is: 'none' },
  decide(fact, sharing) {
    const { agreementId } = fact.data;
    if (fact.type === 'gov.sijill.sharing.proposed.v1') {
      if (sharing.is === 'none') return [fact];
      if (sameContent(sharing.proposed, fact.data, PERSONAL)) return [];
      throw refuseExists('sharing', agreementId);
    }
    if (sharing.is === 'none') throw refuseUnknown('sharing', agreementId);
    if (isAlreadySo(fact, sharing)) return [];
    // What was delivered while the agreement was in force may be told after its end.
    if (sharing.on !== undefined && fact.type !== 'gov.sijill.sharing.delivered.v1')
      throw refuse('sharing.ended', { params: { agreementId, on: sharing.on } });
    assertAllowed(fact, sharing);
    return [fact];
  },
  evolve(sharing, { type, data }) {
    if (type === 'gov.sijill.sharing.proposed.v1')
      return {
        is: 'proposed',
        proposed: data,
        review: undefined,
        from: undefined,
        on: undefined,
        obstacles: new Map(),
        deliveries: new Map(),
      };
    if (sharing.is === 'none') return sharing;
    switch (type) {
      case 'gov.sijill.sharing.ethicsReviewed.v1':
        return { ...sharing, review: data };
      case 'gov.sijill.sharing.activated.v1':
        return { ...sharing, from: data.from };
      case 'gov.sijill.sharing.ended.v1':
        return { ...sharing, on: data.on };
      case 'gov.sijill.sharing.obstacleReported.v1': {
        const obstacle = { reported: data, isCleared: false };
        return { ...sharing, obstacles: new Map(sharing.obstacles).set(data.obstacleId, obstacle) };
      }
      case 'gov.sijill.sharing.obstacleCleared.v1': {
        const obstacle = sharing.obstacles.get(data.obstacleId);
        if (obstacle === undefined) return sharing;
        const cleared = { ...obstacle, isCleared: true };
        return { ...sharing, obstacles: new Map(sharing.obstacles).set(data.obstacleId, cleared) };
      }
      case 'gov.sijill.sharing.delivered.v1':
        return { ...sharing, deliveries: new Map(sharing.deliveries).set(data.deliveryId, data) };
    }
  },
};

type Change = Exclude<SharingFact, { type: 'gov.sijill.sharing.proposed.v1' }>;

const isAlreadySo = ({ type, data }: Change, sharing: Agreement): boolean => {
  switch (type) {
    case 'gov.sijill.sharing.ethicsReviewed.v1':
      return sameContent(sharing.review, data);
    case 'gov.sijill.sharing.activated.v1':
      return sharing.from === data.from;
    case 'gov.sijill.sharing.ended.v1':
      return sharing.on === data.on;
    case 'gov.sijill.sharing.obstacleReported.v1':
      return sameContent(sharing.obstacles.get(data.obstacleId)?.reported, data);
    case 'gov.sijill.sharing.obstacleCleared.v1':
      return sharing.obstacles.get(data.obstacleId)?.isCleared === true;
    case 'gov.sijill.sharing.delivered.v1':
      return sameContent(sharing.deliveries.get(data.deliveryId), data);
  }
};

/** @throws Failure with the rule that stands against the change. */
const assertAllowed = ({ type, data }: Change, sharing: Agreement): void => {
  switch (type) {
    case 'gov.sijill.sharing.ethicsReviewed.v1':
      return;
    case 'gov.sijill.sharing.activated.v1':
      assertReviewed(sharing);
      if (sharing.from !== undefined)
        throw refuse('sharing.active', { params: { agreementId: data.agreementId, from: sharing.from } });
      return;
    case 'gov.sijill.sharing.ended.v1':
      if (sharing.from !== undefined) assertPeriod(sharing.from, data.on);
      return;
    case 'gov.sijill.sharing.obstacleReported.v1':
      if (sharing.obstacles.has(data.obstacleId)) throw refuseEntry(data.obstacleId);
      return;
    case 'gov.sijill.sharing.obstacleCleared.v1':
      if (!sharing.obstacles.has(data.obstacleId))
        throw refuseByRule('entry.unknown', { params: { id: data.obstacleId } });
      return;
    case 'gov.sijill.sharing.delivered.v1':
      if (sharing.deliveries.has(data.deliveryId)) throw refuseEntry(data.deliveryId);
      assertInForce(sharing, data);
      assertReviewed(sharing);
      return;
  }
};

const refuseEntry = (id: string) => refuseByRule('entry.exists', { params: { id } });

/** Personal data stay where they are until a review passes, and again once a later one does not. */
const assertReviewed = ({ proposed, review }: Agreement): void => {
  if (!proposed.personalData || review?.result === 'passed') return;
  throw refuse('sharing.ethicsMissing', { params: { agreementId: proposed.agreementId } });
};

const assertInForce = ({ from, on }: Agreement, { agreementId, day }: Readonly<SharingDelivered>): void => {
  if (from === undefined || day < from || (on !== undefined && day > on))
    throw refuse('sharing.notActive', { params: { agreementId, day } });
};

export const sharingStream = defineStream<SharingFact, Sharing>({
  category: 'sharing',
  title: { ar: 'اتفاقية تبادل بيانات', en: 'Sharing agreement' },
  events: sharingEvents,
  opening: ['gov.sijill.sharing.proposed.v1'],
  stewardOnly: ['gov.sijill.sharing.ethicsReviewed.v1'],
  id: ({ agreementId }) => agreementId,
  references: ({ type, data }): readonly Reference[] => {
    if (type !== 'gov.sijill.sharing.proposed.v1') return [];
    const provider = { category: 'entity', id: data.providerEntityId, pointer: '#/data/providerEntityId' } as const;
    const { entityId } = data.party;
    return entityId === undefined
      ? [provider]
      : [provider, { category: 'entity', id: entityId, pointer: '#/data/party/entityId' }];
  },
  owners: ({ type, data }, sharing) => {
    if (type === 'gov.sijill.sharing.proposed.v1') return [data.providerEntityId];
    return sharing.is === 'none' ? [] : [sharing.proposed.providerEntityId];
  },
  decider: sharingDecider,
});
