import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { inForce, type Spans, withSpan } from '../rules/in-force.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { type KioskFact, type KioskInstalled, kioskEvents, kioskFailures } from './kiosk.events.js';

interface Place {
  readonly area: string;
  readonly centreId?: string;
}

interface Installed {
  readonly installed: Readonly<KioskInstalled>;
}

export type Kiosk =
  | { readonly is: 'none' }
  | (Installed & { readonly is: 'standing'; readonly places: Spans<Place> })
  | (Installed & { readonly is: 'removed' });

const refuse = failingWith(kioskFailures);

export const kioskDecider: Decider<KioskFact, Kiosk> = {
  initial: { is: 'none' },
  decide(fact, kiosk) {
    const { kioskId } = fact.data;
    if (kiosk.is === 'none') {
      if (fact.type === 'gov.sijill.kiosk.installed.v1') return [fact];
      throw refuseUnknown('kiosk', kioskId);
    }
    if (kiosk.is === 'removed') {
      if (fact.type === 'gov.sijill.kiosk.removed.v1') return [];
      throw refuse('kiosk.removed', { params: { kioskId } });
    }
    switch (fact.type) {
      case 'gov.sijill.kiosk.installed.v1':
        if (sameContent(kiosk.installed, fact.data)) return [];
        throw refuseExists('kiosk', kioskId);
      case 'gov.sijill.kiosk.moved.v1':
        return isSamePlace(inForce(kiosk.places, fact.data.from), fact.data) ? [] : [fact];
      case 'gov.sijill.kiosk.removed.v1':
        return [fact];
    }
  },
  evolve(kiosk, { type, data }) {
    switch (type) {
      case 'gov.sijill.kiosk.installed.v1':
        return { is: 'standing', installed: data, places: withSpan([], data.from, data) };
      case 'gov.sijill.kiosk.moved.v1':
        return kiosk.is === 'standing' ? { ...kiosk, places: withSpan(kiosk.places, data.from, data) } : kiosk;
      case 'gov.sijill.kiosk.removed.v1':
        return kiosk.is === 'standing' ? { is: 'removed', installed: kiosk.installed } : kiosk;
    }
  },
};

const isSamePlace = (one: Place | undefined, other: Place): boolean =>
  one !== undefined && one.area === other.area && one.centreId === other.centreId;

export const kioskStream = defineStream<KioskFact, Kiosk>({
  category: 'kiosk',
  title: { ar: 'جهاز خدمة ذاتية', en: 'Self-service kiosk' },
  events: kioskEvents,
  opening: ['gov.sijill.kiosk.installed.v1'],
  stewardOnly: [],
  id: ({ kioskId }) => kioskId,
  references: ({ type, data }) => {
    if (type === 'gov.sijill.kiosk.removed.v1') return [];
    const named: Reference[] = [];
    if (type === 'gov.sijill.kiosk.installed.v1')
      named.push({ category: 'entity', id: data.entityId, pointer: '#/data/entityId' });
    if (data.centreId !== undefined) named.push({ category: 'centre', id: data.centreId, pointer: '#/data/centreId' });
    return named;
  },
  owners: ({ type, data }, kiosk) => {
    if (type === 'gov.sijill.kiosk.installed.v1') return [data.entityId];
    return kiosk.is === 'none' ? [] : [kiosk.installed.entityId];
  },
  facts: (kiosk) => (kiosk.is === 'none' ? undefined : { entityId: kiosk.installed.entityId }),
  decider: kioskDecider,
});
