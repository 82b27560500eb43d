import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { type MeasureCoordinated, type MeasureFact, type MeasureNotified, measureEvents } from './measure.events.js';

export type Measure =
  | { readonly is: 'none' }
  | {
      readonly is: 'notified';
      readonly notified: Readonly<MeasureNotified>;
      /** What the coordinating office said last. */
      readonly coordinated?: Readonly<MeasureCoordinated>;
      readonly isLifted: boolean;
    };

export const measureDecider: Decider<MeasureFact, Measure> = {
  initial: { is: 'none' },
  decide(fact, measure) {
    if (fact.type === 'gov.sijill.measure.notified.v1') {
      const { from, until } = fact.data;
      if (until !== undefined) assertPeriod(from, until);
      if (measure.is === 'none') return [fact];
      if (sameContent(measure.notified, fact.data)) return [];
      throw refuseExists('measure', measureId(fact.data));
    }
    if (measure.is === 'none') throw refuseUnknown('measure', measureId(fact.data));
    switch (fact.type) {
      case 'gov.sijill.measure.coordinated.v1':
        return sameContent(measure.coordinated, fact.data) ? [] : [fact];
      case 'gov.sijill.measure.lifted.v1':
        return measure.isLifted ? [] : [fact];
    }
  },
  evolve(measure, { type, data }) {
    if (type === 'gov.sijill.measure.notified.v1') return { is: 'notified', notified: data, isLifted: false };
    if (measure.is === 'none') return measure;
    switch (type) {
      case 'gov.sijill.measure.coordinated.v1':
        return { ...measure, coordinated: data };
      case 'gov.sijill.measure.lifted.v1':
        return { ...measure, isLifted: true };
    }
  },
};

const measureId = ({ entityId, measureId }: MeasureFact['data']): string => `${entityId}:${measureId}`;

export const measureStream = defineStream<MeasureFact, Measure>({
  category: 'measure',
  title: { ar: 'إجراء مؤثر في الخدمات', en: 'Affecting measure' },
  events: measureEvents,
  opening: ['gov.sijill.measure.notified.v1'],
  stewardOnly: ['gov.sijill.measure.coordinated.v1'],
  id: measureId,
  references: ({ type, data }): readonly Reference[] => {
    if (type !== 'gov.sijill.measure.notified.v1') return [];
    const { entityId, disruptionId, serviceIds, centreIds = [] } = data;
    return [
      { category: 'entity', id: entityId, pointer: '#/data/entityId' },
      ...(disruptionId === undefined
        ? []
        : [{ category: 'disruption' as const, id: disruptionId, pointer: '#/data/disruptionId' }]),
      ...serviceIds.map((id, at) => ({ category: 'service' as const, id, pointer: `#/data/serviceIds/${at}` })),
      ...centreIds.map((id, at) => ({ category: 'centre' as const, id, pointer: `#/data/centreIds/${at}` })),
    ];
  },
  owners: ({ data }) => [data.entityId],
  decider: measureDecider,
});
