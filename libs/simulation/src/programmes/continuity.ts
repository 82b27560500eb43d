import type { Random } from '../random.js';
import type { SimulatedService, World } from '../register.js';
import { DISRUPTIONS, type Disruption } from './agenda.js';
import type { Chronicle } from './chronicle.js';

const COMMITTEE = 'ae.continuity';
const OUTAGES_MAX = 3;
/** Closed its counters without a word to the committee: a finding. */
const UNCOORDINATED = 'ae.tax';

/** Disruptions, what entities did about them, whom they told, and what broke all the same. */
export const tellContinuity = (chronicle: Chronicle, random: Random, world: World): void => {
  for (const disruption of DISRUPTIONS) {
    const { disruptionId, jurisdiction, kind, ar, en, firstDay, lastDay } = disruption;
    const steward = (day: string, hour: number, noun: string, data: Record<string, unknown>, effect = {}) =>
      chronicle.tell(day, hour, { noun, source: `${COMMITTEE}:office`, role: 'steward', data, effect });
    const declared = { disruptionId, jurisdiction, kind, title: { ar, en }, from: firstDay };
    steward(firstDay, 7, 'disruption.declared', declared, { disruptions: 1 });
    steward(lastDay, 20, 'disruption.ended', { disruptionId, on: lastDay });
    const isFederal = jurisdiction === 'AE';
    const entityIds = isFederal
      ? [...new Set(world.services.map(({ entityId }) => entityId).filter((id) => id.startsWith('ae.')))]
      : ['rta', 'dm', 'dha'];
    for (const entityId of entityIds) {
      const services = world.services.filter(
        (service) => service.entityId === entityId && service.channels.includes('counter'),
      );
      tellMeasures(chronicle, disruption, entityId, services);
    }
    const hit = world.services.filter(
      ({ entityId, channels }) => entityIds.includes(entityId) && channels.includes('app'),
    );
    for (let at = 0; at < OUTAGES_MAX && hit.length > 0; at += 1) {
      const { serviceId, entityId } = random.pick(hit);
      const outage = { serviceId, outageId: `${disruptionId}-${at + 1}` };
      const cause = { ar: 'ضغط على الخوادم', en: 'Overloaded servers' };
      const source = `${entityId}:operations`;
      const started = { ...outage, channel: 'app', cause };
      chronicle.tell(firstDay, 9 + at, { noun: 'outage.started', source, data: started, effect: { outages: 1 } });
      chronicle.tell(firstDay, 15 + at, { noun: 'outage.ended', source, data: outage });
    }
  }
};

const tellMeasures = (
  chronicle: Chronicle,
  { disruptionId, firstDay, lastDay }: Disruption,
  entityId: string,
  services: readonly SimulatedService[],
): void => {
  const closed = {
    entityId,
    measureId: `${disruptionId}-counters`,
    disruptionId,
    title: { ar: 'إغلاق شبابيك الخدمة', en: 'Counters closed' },
    effect: 'channelClosed',
    serviceIds: services.map(({ serviceId }) => serviceId),
    channels: ['counter'],
    remoteAlternative: true,
    reason: 'safety',
    from: firstDay,
    until: lastDay,
  };
  const remote = {
    ...closed,
    measureId: `${disruptionId}-staff`,
    title: { ar: 'العمل عن بُعد', en: 'Staff work remotely' },
  };
  const away = { ...remote, effect: 'staffRemote', serviceIds: [], channels: [] };
  for (const data of [closed, away]) {
    const isCoordinated = entityId !== UNCOORDINATED;
    const effect = { measures: 1, ...(isCoordinated ? {} : { measures_uncoordinated: 1 }) };
    chronicle.tell(firstDay, 8, { noun: 'measure.notified', source: `${entityId}:office`, data, effect });
    if (!isCoordinated) continue;
    const decided = { entityId, measureId: data.measureId, decision: 'agreed' };
    chronicle.tell(firstDay, 12, {
      noun: 'measure.coordinated',
      source: `${COMMITTEE}:office`,
      role: 'steward',
      data: decided,
    });
  }
};
