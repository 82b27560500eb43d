import { microsOfInstant } from '#kernel';
import { refuseBeforeLast, refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream } from '../stream.js';
import { type OutageFact, type OutageStarted, outageEvents } from './outage.events.js';

export type Outage =
  | { readonly is: 'none' }
  | { readonly is: 'started' | 'ended'; readonly started: Readonly<OutageStarted>; readonly startedAt: string };

export const outageDecider: Decider<OutageFact, Outage> = {
  initial: { is: 'none' },
  decide(fact, outage) {
    switch (fact.type) {
      case 'gov.sijill.outage.started.v1':
        if (outage.is === 'none') return [fact];
        if (sameContent(outage.started, fact.data)) return [];
        throw refuseExists('outage', outageId(fact.data));
      case 'gov.sijill.outage.ended.v1':
        if (outage.is === 'none') throw refuseUnknown('outage', outageId(fact.data));
        if (outage.is === 'ended') return [];
        if (microsOfInstant(fact.time) < microsOfInstant(outage.startedAt))
          throw refuseBeforeLast(fact.time, outage.startedAt);
        return [fact];
    }
  },
  evolve(outage, { type, data, time }) {
    switch (type) {
      case 'gov.sijill.outage.started.v1':
        return { is: 'started', started: data, startedAt: time };
      case 'gov.sijill.outage.ended.v1':
        return outage.is === 'none' ? outage : { ...outage, is: 'ended' };
    }
  },
};

const outageId = ({ serviceId, outageId }: OutageFact['data']): string => `${serviceId}:${outageId}`;

export const outageStream = defineStream<OutageFact, Outage>({
  category: 'outage',
  title: { ar: 'انقطاع', en: 'Outage' },
  events: outageEvents,
  opening: ['gov.sijill.outage.started.v1'],
  stewardOnly: [],
  id: outageId,
  // The end names the service too: whoever owns it by then ends the outage.
  references: ({ data }) => [{ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }],
  owners: ({ data }, _outage, context) => {
    const service = context.refer('service', data.serviceId);
    return service ? [service.ownerEntityId] : [];
  },
  decider: outageDecider,
});
