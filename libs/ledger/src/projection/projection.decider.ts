import { refuse, refuseBeforeLast, sameContent } from '../failures.js';
import { type Decider, defineStream } from '../stream.js';
import { type ProjectionFact, type ProjectionStateHashed, projectionEvents } from './projection.events.js';

/** The latest digest; undefined: none yet. */
export type Projection = Readonly<ProjectionStateHashed> | undefined;

export const projectionDecider: Decider<ProjectionFact, Projection> = {
  initial: undefined,
  decide(fact, last) {
    if (last === undefined) return [fact];
    if (sameContent(last, fact.data)) return [];
    const { atPosition, version, name } = fact.data;
    if (BigInt(atPosition) < BigInt(last.atPosition)) throw refuseBeforeLast(atPosition, last.atPosition);
    // One version at one position has one state: two digests of it are the alarm that the digests are for.
    if (atPosition === last.atPosition && version === last.version)
      throw refuse('entry.exists', { params: { id: `${name}@${version}:${atPosition}` } });
    return [fact];
  },
  evolve: (_last, { data }) => data,
};

export const projectionStream = defineStream<ProjectionFact, Projection>({
  category: 'projection',
  title: { ar: 'إسقاط', en: 'Projection' },
  events: projectionEvents,
  opening: ['gov.sijill.projection.stateHashed.v1'],
  stewardOnly: ['gov.sijill.projection.stateHashed.v1'],
  id: ({ name }) => name,
  references: () => [],
  owners: () => [],
  decider: projectionDecider,
});
