import { failingWith, instantMicros } from '#kernel';
import type { CentreMode } from '../codes.js';
import { refuseBeforeLast, refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream } from '../stream.js';
import { effectiveDay } from '../time.js';
import { type CentreFact, type CentreOpened, centreEvents, centreFailures } from './centre.events.js';

/** When a change took effect. Changes of mode have an instant beside their day, the others hold from a whole day on. */
interface Moment {
  readonly day: string;
  readonly instant?: string;
}

interface Opened {
  readonly opened: Readonly<CentreOpened>;
  /** The last change of mode or state. */
  readonly last: Moment;
}

export type Centre =
  | { readonly is: 'none' }
  | (Opened & { readonly is: 'open'; readonly mode: CentreMode })
  | (Opened & { readonly is: 'closed' });

const refuse = failingWith(centreFailures);

export const centreDecider: Decider<CentreFact, Centre> = {
  initial: { is: 'none' },
  decide(fact, centre) {
    const { centreId } = fact.data;
    if (fact.type === 'gov.sijill.centre.opened.v1') {
      if (centre.is === 'none') return [fact];
      if (sameContent(centre.opened, fact.data)) return [];
      throw refuseExists('centre', centreId);
    }
    if (centre.is === 'none') throw refuseUnknown('centre', centreId);
    const isMode = fact.type === 'gov.sijill.centre.modeChanged.v1';
    if (isMode && centre.is === 'closed') throw refuse('centre.closed', { params: { centreId } });
    if (isEarlier(momentOf(fact), centre.last)) throw refuseBeforeLast(momentOf(fact).day, centre.last.day);
    switch (fact.type) {
      case 'gov.sijill.centre.modeChanged.v1':
        return centre.is === 'open' && centre.mode === fact.data.mode ? [] : [fact];
      case 'gov.sijill.centre.closed.v1':
        return centre.is === 'closed' ? [] : [fact];
      case 'gov.sijill.centre.reopened.v1':
        return centre.is === 'open' ? [] : [fact];
    }
  },
  evolve(centre, fact) {
    const last = momentOf(fact);
    if (fact.type === 'gov.sijill.centre.opened.v1') return { is: 'open', opened: fact.data, mode: 'serving', last };
    if (centre.is === 'none') return centre;
    const { opened } = centre;
    switch (fact.type) {
      case 'gov.sijill.centre.modeChanged.v1':
        return { is: 'open', opened, mode: fact.data.mode, last };
      case 'gov.sijill.centre.closed.v1':
        return { is: 'closed', opened, last };
      case 'gov.sijill.centre.reopened.v1':
        return { is: 'open', opened, mode: 'serving', last };
    }
  },
};

const momentOf = (fact: CentreFact): Moment =>
  fact.type === 'gov.sijill.centre.modeChanged.v1'
    ? { day: effectiveDay(fact), instant: fact.time }
    : { day: effectiveDay(fact) };

/** By day where one of the two has no instant: a centre may close on the day on which its mode changed. */
const isEarlier = (one: Moment, other: Moment): boolean =>
  one.instant !== undefined && other.instant !== undefined
    ? instantMicros(one.instant) < instantMicros(other.instant)
    : one.day < other.day;

export const centreStream = defineStream<CentreFact, Centre>({
  category: 'centre',
  title: { ar: 'مركز خدمة', en: 'Service centre' },
  events: centreEvents,
  opening: ['gov.sijill.centre.opened.v1'],
  stewardOnly: [],
  id: ({ centreId }) => centreId,
  references: ({ type, data }) => {
    if (type === 'gov.sijill.centre.opened.v1')
      return [{ category: 'entity', id: data.entityId, pointer: '#/data/entityId' }];
    const names = type === 'gov.sijill.centre.modeChanged.v1' && data.campaignId !== undefined;
    return names ? [{ category: 'campaign', id: data.campaignId, pointer: '#/data/campaignId' }] : [];
  },
  owners: ({ type, data }, centre) => {
    if (type === 'gov.sijill.centre.opened.v1') return [data.entityId];
    return centre.is === 'none' ? [] : [centre.opened.entityId];
  },
  facts: (centre) => (centre.is === 'none' ? undefined : { entityId: centre.opened.entityId }),
  decider: centreDecider,
});
