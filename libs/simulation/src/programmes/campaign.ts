import type { Random } from '../random.js';
import type { World } from '../register.js';
import { EDITIONS, type Edition } from './agenda.js';
import { CITY_BODIES } from './bodies.js';
import type { Chronicle } from './chronicle.js';
import { SERIES } from './strategy.js';

const OWNER = 'finance';
const STEWARD = `${OWNER}:office`;
const SUBSTITUTES = ['app', 'web', 'kiosk', 'call'] as const;
const BASELINES = ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'] as const;
const SERVICES_PER_PART = 1_000;

/** Services whose fees the campaign moves from the counters: those of the city's entities that customers pay a fee for. */
export const servicesInScope = (world: World): readonly string[] =>
  world.services
    .filter(
      ({ names, entityId }) =>
        !names.isInternal && !names.paymentKind && names.feeFils > 0 && !entityId.startsWith('ae.'),
    )
    .map(({ serviceId }) => serviceId);

/** Both editions: announced, joined, centres turned to awareness and back, frozen. */
export const tellCampaigns = (chronicle: Chronicle, random: Random, world: World): void => {
  for (const edition of EDITIONS) tellEdition(chronicle, random, world, edition);
};

const tellEdition = (chronicle: Chronicle, random: Random, world: World, edition: Edition): void => {
  const { campaignId, firstDay, lastDay, announcedOn, frozenOn } = edition;
  const steward = (day: string, hour: number, noun: string, data: Record<string, unknown> = {}, effect = {}) =>
    chronicle.tell(day, hour, { noun, source: STEWARD, role: 'steward', data: { campaignId, ...data }, effect });
  const title = {
    ar: `أسبوع بلا مراكز خدمة، الدورة ${edition.edition}`,
    en: `Week without service centres, edition ${edition.edition}`,
  };
  const announced = {
    seriesId: SERIES,
    edition: edition.edition,
    ownerEntityId: OWNER,
    title,
    firstDay,
    lastDay,
    announcedOn,
  };
  const terms = { feeBearingOnly: true, substituteChannels: SUBSTITUTES, approvedBy: 'المجلس التنفيذي' };
  const axes = [{ ar: 'حكومة رائدة', en: 'Pioneering government' }];
  steward(announcedOn, 10, 'campaign.announced', { ...announced, ...terms, axes }, { editions: 1 });
  const centreIds = Object.values(world.centres).flat();
  setScope(world, centreIds, (data) => steward(announcedOn, 11, 'campaign.scopeSet', data));
  for (const [at, method] of BASELINES.entries()) {
    const data = { baselineId: `b${at + 1}`, method, headline: method === 'matchedWeekdays' };
    steward(announcedOn, 12, 'campaign.baselineChosen', data);
  }
  for (const { id } of CITY_BODIES) join(chronicle, random, world, edition, id);
  steward(firstDay, 0, 'campaign.started');
  turnCentres(chronicle, edition, world);
  steward(lastDay, 23, 'campaign.ended');
  steward(frozenOn, 9, 'campaign.figuresFrozen', {}, { editions_frozen: 1 });
};

const setScope = (world: World, centreIds: readonly string[], set: (data: Record<string, unknown>) => void): void => {
  const services = servicesInScope(world);
  const kioskIds = Object.values(world.kiosks).flat();
  for (let at = 0; at < services.length; at += SERVICES_PER_PART) {
    const serviceIds = services.slice(at, at + SERVICES_PER_PART);
    const isFirst = at === 0;
    const places = isFirst
      ? { entityIds: CITY_BODIES.map(({ id }) => id), centreIds, kioskIds }
      : { entityIds: [], centreIds: [], kioskIds: [] };
    set({ part: at / SERVICES_PER_PART + 1, ...places, serviceIds });
  }
};

/** Most entities join with their channels ready; a few never answer, which is a finding and no event. */
const join = (
  chronicle: Chronicle,
  random: Random,
  world: World,
  { campaignId, announcedOn, firstDay }: Edition,
  entityId: string,
): void => {
  const isSilent = entityId === 'licensing' && campaignId === EDITIONS[0]!.campaignId;
  if (isSilent) return;
  const readiness = SUBSTITUTES.map((channel) => ({ channel, ready: random.isBelow(0.92) }));
  const services = world.services.filter((service) => service.entityId === entityId).length;
  const data = { campaignId, entityId, services, readiness };
  const effect = { [`joined_${campaignId}`]: 1 };
  chronicle.tell(announcedOn, 15, { noun: 'campaign.participantJoined', source: `${entityId}:office`, data, effect });
  const centreId = world.centres[entityId]?.[0];
  const activity = {
    campaignId,
    activityId: `${entityId}-1`,
    entityId,
    kind: 'booth',
    day: firstDay,
    attendance: random.between(40, 600),
  };
  const held = centreId ? { ...activity, centreId } : activity;
  chronicle.tell(firstDay, 14, {
    noun: 'campaign.awarenessHeld',
    source: `${entityId}:office`,
    data: held,
    effect: { awareness_acts: 1 },
  });
};

const turnCentres = (chronicle: Chronicle, { campaignId, firstDay, lastDay }: Edition, world: World): void => {
  const reason = { ar: 'التحوّل إلى مركز توعية', en: 'Turned into an awareness centre' };
  for (const [entityId, centreIds] of Object.entries(world.centres)) {
    for (const centreId of centreIds) {
      const source = `${entityId}:register`;
      const effect = { [`centres_${campaignId}`]: 1 };
      const turned = { centreId, mode: 'awareness', campaignId, reason };
      chronicle.tell(firstDay, 1, { noun: 'centre.modeChanged', source, data: turned, effect });
      const next = new Date(Date.parse(lastDay) + 86_400_000).toISOString().slice(0, 10);
      chronicle.tell(next, 1, {
        noun: 'centre.modeChanged',
        source,
        data: { centreId, mode: 'serving', campaignId },
      });
    }
  }
};
