import { failingWith } from '#kernel';
import { refuse as refuseShared, sameContent } from '../failures.js';
import type { RatioValue } from '../shapes.js';
import { type Context, type Decider, defineStream, type Reference } from '../stream.js';
import {
  type AssessmentResultAnnounced,
  type AssessmentWaiverGranted,
  type AssessmentWaiverRevoked,
  type StampConferred,
  type StampFact,
  type StampReinstated,
  type StampSuspended,
  type StampWithdrawn,
  stampEvents,
} from './stamp.events.js';
import { stampFailures } from './stamp.failures.js';
import { type Assessment, criterionOf, evolveStamp, type Mark, NO_STAMP, type Stamp } from './stamp.state.js';

const refuse = failingWith(stampFailures);

export const stampDecider: Decider<StampFact, Stamp> = {
  initial: NO_STAMP,
  decide: (fact, stamp, context) => (isNews(fact, stamp, context) ? [fact] : []),
  evolve: evolveStamp,
};

/** @throws Failure of the rule that refuses the fact. False: it is so already. */
const isNews = ({ type, data }: StampFact, stamp: Stamp, context: Context): boolean => {
  const assessment = stamp.assessments.get(data.half);
  switch (type) {
    case 'gov.sijill.assessment.opened.v1':
      assertGovernment(data.entityId, context);
      return assessment === undefined;
    case 'gov.sijill.assessment.attested.v1':
      return !sameContent(opened(assessment, data).notes.get(criterionOf(data)), data.note);
    case 'gov.sijill.assessment.waiverGranted.v1':
      opened(assessment, data);
      return isNewWaiver(stamp, data);
    case 'gov.sijill.assessment.waiverRevoked.v1':
      return isNewRevocation(stamp, data);
    case 'gov.sijill.assessment.resultAnnounced.v1':
      return isNewResult(opened(assessment, data), data);
    case 'gov.sijill.assessment.reopened.v1':
      if (assessment?.result === undefined) throw refuse('assessment.notAnnounced', { params: { half: data.half } });
      return true;
    case 'gov.sijill.stamp.conferred.v1':
      return isNewMark(assessment, data);
    case 'gov.sijill.stamp.suspended.v1':
      return isNewTurn(assessment, data, 'suspended');
    case 'gov.sijill.stamp.reinstated.v1':
      return isNewTurn(assessment, data, 'held');
    case 'gov.sijill.stamp.withdrawn.v1':
      return isNewTurn(assessment, data, 'withdrawn');
  }
};

const assertGovernment = (entityId: string, context: Context): void => {
  const kind = context.refer('entity', entityId)?.kind;
  if (kind !== 'government') throw refuse('stamp.notGovernment', { params: { entityId, kind: kind ?? '—' } });
};

const opened = (
  assessment: Assessment | undefined,
  { entityId, half }: { readonly entityId: string; readonly half: string },
): Assessment => {
  if (assessment === undefined) throw refuse('assessment.notOpen', { params: { entityId, half } });
  return assessment;
};

/** A waiver is granted once. One that was revoked does not come back under its id. */
const isNewWaiver = ({ waivers }: Stamp, data: AssessmentWaiverGranted): boolean => {
  const known = waivers.get(data.waiverId);
  if (known === undefined) return true;
  if (!known.isRevoked && sameContent(known.granted, data)) return false;
  throw refuseShared('entry.exists', { params: { id: data.waiverId } });
};

const isNewRevocation = ({ waivers }: Stamp, { waiverId, half }: AssessmentWaiverRevoked): boolean => {
  const known = waivers.get(waiverId);
  if (known?.granted.half !== half) throw refuseShared('entry.unknown', { params: { id: waiverId } });
  return !known.isRevoked;
};

const isNewResult = ({ result }: Assessment, data: AssessmentResultAnnounced): boolean => {
  if (result === undefined) return true;
  if (sameContent(result, data)) return false;
  throw refuse('assessment.announced', { params: { half: data.half, announcedOn: result.announcedOn } });
};

/** Exactly 100 %: every unit of both halves, in the class in which the entity was assessed. */
const isNewMark = (assessment: Assessment | undefined, { half, sizeClass }: StampConferred): boolean => {
  const { mark, result } = assessment ?? { mark: { is: 'none' } };
  if (mark.is === 'withdrawn') throw refuse('stamp.withdrawn', { params: { half } });
  if (result === undefined) throw refuse('stamp.notAnnounced', { params: { half } });
  const { services, internal } = result;
  if (!isWhole(services) || !isWhole(internal))
    throw refuse('stamp.belowWhole', { params: { half, services: told(services), internal: told(internal) } });
  if (result.sizeClass !== sizeClass)
    throw refuse('stamp.wrongClass', { params: { announced: result.sizeClass, wanted: sizeClass } });
  return mark.is === 'none';
};

const isWhole = ({ num, den }: RatioValue): boolean => num === den;
const told = ({ num, den }: RatioValue): string => `${num}/${den}`;

/** From which states a mark turns to another. */
const TURNS = {
  suspended: ['held'],
  held: ['suspended'],
  withdrawn: ['held', 'suspended'],
} as const satisfies Record<string, readonly Mark['is'][]>;

/** A turn that was told before with the same words is none. */
const isNewTurn = (
  assessment: Assessment | undefined,
  data: StampSuspended | StampReinstated | StampWithdrawn,
  to: keyof typeof TURNS,
): boolean => {
  const mark: Mark = assessment?.mark ?? { is: 'none' };
  if (mark.is === to && 'since' in mark && sameContent(mark.since, data)) return false;
  if ((TURNS[to] as readonly Mark['is'][]).includes(mark.is)) return true;
  const code = to === 'held' ? 'stamp.notSuspended' : 'stamp.notHeld';
  throw refuse(code, { params: { half: data.half, mark: mark.is } });
};

export const stampStream = defineStream<StampFact, Stamp>({
  category: 'stamp',
  title: { ar: 'ختم', en: 'Stamp' },
  events: stampEvents,
  opening: ['gov.sijill.assessment.opened.v1'],
  stewardOnly: (Object.keys(stampEvents) as StampFact['type'][]).filter(
    (type) => type !== 'gov.sijill.assessment.attested.v1',
  ),
  id: ({ entityId }) => entityId,
  references: ({ type, data }): readonly Reference[] => {
    if (type === 'gov.sijill.assessment.opened.v1')
      return [{ category: 'entity', id: data.entityId, pointer: '#/data/entityId' }];
    if (type === 'gov.sijill.assessment.attested.v1' || type === 'gov.sijill.assessment.waiverGranted.v1')
      return [{ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }];
    return [];
  },
  owners: ({ data }) => [data.entityId],
  decider: stampDecider,
});
