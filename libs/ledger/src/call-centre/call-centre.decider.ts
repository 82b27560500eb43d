import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { inForce, type Spans, withSpan } from '../rules/in-force.js';
import { type Hours } from '../shapes.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { effectiveDay } from '../time.js';
import {
  type CallCentreFact,
  type CallCentreOpened,
  callCentreEvents,
  callCentreFailures,
} from './call-centre.events.js';

interface Opened {
  readonly opened: Readonly<CallCentreOpened>;
}

export type CallCentre =
  | { readonly is: 'none' }
  | (Opened & { readonly is: 'open'; readonly hours: Spans<Hours> })
  | (Opened & { readonly is: 'closed' });

const refuse = failingWith(callCentreFailures);

export const callCentreDecider: Decider<CallCentreFact, CallCentre> = {
  initial: { is: 'none' },
  decide(fact, callCentre) {
    const { callCentreId } = fact.data;
    if (fact.type === 'gov.sijill.callCentre.opened.v1') {
      if (callCentre.is === 'none') return [fact];
      if (sameContent(callCentre.opened, fact.data)) return [];
      throw refuseExists('callCentre', callCentreId);
    }
    if (callCentre.is === 'none') throw refuseUnknown('callCentre', callCentreId);
    switch (fact.type) {
      case 'gov.sijill.callCentre.hoursSet.v1':
        if (callCentre.is === 'closed') throw refuse('callCentre.closed', { params: { callCentreId } });
        return sameContent(inForce(callCentre.hours, effectiveDay(fact)), fact.data.hours) ? [] : [fact];
      case 'gov.sijill.callCentre.closed.v1':
        return callCentre.is === 'closed' ? [] : [fact];
    }
  },
  evolve(callCentre, fact) {
    const from = effectiveDay(fact);
    switch (fact.type) {
      case 'gov.sijill.callCentre.opened.v1':
        return { is: 'open', opened: fact.data, hours: withSpan([], from, fact.data.hours) };
      case 'gov.sijill.callCentre.hoursSet.v1':
        return callCentre.is === 'open'
          ? { ...callCentre, hours: withSpan(callCentre.hours, from, fact.data.hours) }
          : callCentre;
      case 'gov.sijill.callCentre.closed.v1':
        return callCentre.is === 'open' ? { is: 'closed', opened: callCentre.opened } : callCentre;
    }
  },
};

export const callCentreStream = defineStream<CallCentreFact, CallCentre>({
  category: 'callCentre',
  title: { ar: 'مركز اتصال', en: 'Call centre' },
  events: callCentreEvents,
  opening: ['gov.sijill.callCentre.opened.v1'],
  stewardOnly: [],
  id: ({ callCentreId }) => callCentreId,
  references: ({ type, data }) => {
    if (type !== 'gov.sijill.callCentre.opened.v1') return [];
    const named: Reference[] = [{ category: 'entity', id: data.entityId, pointer: '#/data/entityId' }];
    if (data.sharedServiceId !== undefined)
      named.push({ category: 'service', id: data.sharedServiceId, pointer: '#/data/sharedServiceId' });
    return named;
  },
  owners: ({ type, data }, callCentre) => {
    if (type === 'gov.sijill.callCentre.opened.v1') return [data.entityId];
    return callCentre.is === 'none' ? [] : [callCentre.opened.entityId];
  },
  facts: (callCentre) => (callCentre.is === 'none' ? undefined : { entityId: callCentre.opened.entityId }),
  decider: callCentreDecider,
});
