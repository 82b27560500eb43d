import { addDays, type Day, daysFromTo } from '#kernel';
import { ENTITY_TYPES, foldEntity } from '../catalogue/entities.js';
import { EntitySpan } from '../catalogue/tables.js';
import type { Page, ReadEvent, ReadModel } from '../read-model.js';
import { type Evolve, type History, learn } from '../spans.js';
import { AgreementEvent, AgreementSpan } from './tables.js';

const PROPOSED = 'gov.sijill.sharing.proposed.v1';
const REVIEWED = 'gov.sijill.sharing.ethicsReviewed.v1';
const ACTIVATED = 'gov.sijill.sharing.activated.v1';
const ENDED = 'gov.sijill.sharing.ended.v1';
const REPORTED = 'gov.sijill.sharing.obstacleReported.v1';
const CLEARED = 'gov.sijill.sharing.obstacleCleared.v1';
const DELIVERED = 'gov.sijill.sharing.delivered.v1';

export interface Agreement {
  readonly provider: string;
  readonly partyKind: string;
  readonly party: string | null;
  readonly partner: string | null;
  readonly audience: string;
  readonly dataset: string;
  readonly personalData: boolean;
  readonly review: string;
  readonly status: 'proposed' | 'active' | 'ended';
  readonly proposedOn: Day;
  readonly daysToActivation: number | null;
  /** Id → kind of those that stand in the way. */
  readonly obstacles: Readonly<Record<string, string>>;
}

/** Agreements with both clocks, the entities that provide and receive, and what was delivered under them. */
export const sharingModel: ReadModel = {
  name: 'sharing',
  version: 2,
  partitionable: 'stream',
  cubes: [],
  rows: [AgreementSpan, AgreementEvent, EntitySpan],
  types: [...ENTITY_TYPES, PROPOSED, REVIEWED, ACTIVATED, ENDED, REPORTED, CLEARED, DELIVERED],
  keys: ({ stream }) => [stream],
  apply(event, page) {
    if (event.category === 'entity') return foldEntity(event, page);
    const { id, type, data, revision, effectiveDay, knownDay } = event;
    const { rows, bytes } = type === DELIVERED ? (data as { rows: number; bytes: number }) : { rows: 0, bytes: 0 };
    const deliveries = type === DELIVERED ? 1 : 0;
    page.put(AgreementEvent, { agreement: id, revision, effectiveDay, knownDay, deliveries, rows, bytes });
    if (type !== DELIVERED) learnOf(event, page);
  },
};

const learnOf = ({ id, stream, type, data, effectiveDay, knownDay }: ReadEvent, page: Page): void => {
  // The last day in force still belongs to the agreement: it is over from the day after.
  const learnt = { type, data, effectiveDay: type === ENDED ? addDays(effectiveDay, 1) : effectiveDay };
  const { history, rows } = learn(page.get<History>(stream), learnt, knownDay, evolveAgreement);
  page.set<History>(stream, history);
  for (const { content, ...span } of rows) {
    const { proposedOn: _, obstacles, ...columns } = content;
    page.put(AgreementSpan, { agreement: id, ...span, ...columns, obstacles: Object.values(obstacles).sort() });
  }
};

const evolveAgreement: Evolve<Agreement> = (agreement, { type, data, effectiveDay }) => {
  if (!agreement) return proposed(data as unknown as Proposal, effectiveDay);
  const { result, obstacleId, kind } = data as Readonly<Record<string, string>>;
  switch (type) {
    case REVIEWED:
      return { ...agreement, review: result as string };
    case ACTIVATED:
      return {
        ...agreement,
        status: 'active',
        daysToActivation: daysFromTo(agreement.proposedOn, data.from as Day) - 1,
      };
    case ENDED:
      return { ...agreement, status: 'ended' };
    case REPORTED:
      return { ...agreement, obstacles: { ...agreement.obstacles, [obstacleId as string]: kind as string } };
    case CLEARED: {
      const { [obstacleId as string]: _, ...obstacles } = agreement.obstacles;
      return { ...agreement, obstacles };
    }
    default:
      return agreement;
  }
};

interface Proposal {
  readonly providerEntityId: string;
  readonly party: { readonly kind: string; readonly entityId?: string };
  readonly audience: string;
  readonly dataset: string;
  readonly personalData: boolean;
  readonly partner?: string;
}

const proposed = (data: Proposal, proposedOn: Day): Agreement => ({
  provider: data.providerEntityId,
  partyKind: data.party.kind,
  party: data.party.entityId ?? null,
  partner: data.partner ?? null,
  audience: data.audience,
  dataset: data.dataset,
  personalData: data.personalData,
  review: 'none',
  status: 'proposed',
  proposedOn,
  daysToActivation: null,
  obstacles: {},
});
