import { addDays, isWorkingDay } from '#kernel';
import {
  announced,
  campaignFact,
  happened,
  openedCentre,
  paid,
  refunded,
  registeredEntity,
  registeredService,
  requests,
  scoped,
  voidedRequest,
} from './campaign-facts.js';
import type { PostedFact } from './read-models.js';
import { type Random, randomOf } from './transaction-history.js';

/** Days of recording; on the second figures are frozen between two lots. */
export const RECORDED = ['2190-01-01', '2190-02-01', '2190-02-01', '2190-03-01'] as const;
const BEFORE_FREEZE = 1;
const AFTER_FREEZE = 2;
const FIRST_YEAR = 1930;

/** A fact and the place in {@link RECORDED} of the day on which it is recorded. */
export interface RecordedFact extends PostedFact {
  readonly lot: number;
}

interface Teller {
  readonly random: Random;
  /** Of this edition: `c7`. */
  readonly campaign: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly entities: readonly string[];
  tell(lot: number, ...facts: readonly (PostedFact | undefined)[]): void;
}

const CHANNELS = ['app', 'web', 'counter', 'counter', 'call', 'mail', 'partner'];

/** Editions of as many series of two, each with entities, days and customers of its own, all told by chance. */
export const campaignHistory = (seed: number, series: number): readonly RecordedFact[] => {
  const random = randomOf(seed);
  const lots: PostedFact[][] = RECORDED.map(() => []);
  const tell: Teller['tell'] = (lot, ...facts) => lots[lot]?.push(...facts.flatMap((one) => one ?? []));
  for (let nth = 0; nth < series; nth++) {
    const entities = ['a', 'b', 'm'].map((name) => `s${nth}${name}`);
    const registered = (id: string) => [registeredEntity(id, 'government'), registeredService(`${id}-renewal`, id)];
    tell(0, ...entities.flatMap(registered).map(fromOld));
    for (const channel of random.oneOf([['app'], ['counter'], ['counter', 'mail']]))
      tell(random.upTo(3), offered(`${entities[0]}-renewal`, channel));
    const start = addDays(`${FIRST_YEAR + 2 * nth}-02-01`, random.upTo(250));
    for (const edition of [1, 2]) {
      const firstDay = addDays(start, edition === 1 ? 0 : random.oneOf([364, 28, 371]));
      const campaign = `c${2 * nth + edition - 1}`;
      tellEdition(
        { random, campaign, firstDay, lastDay: addDays(firstDay, random.upTo(2)), entities, tell },
        nth,
        edition,
      );
    }
    const from = addDays(start, random.oneOf([-400, -3, 1, 370]));
    const merger = { entityId: `s${nth}m`, intoEntityId: `s${nth}a`, from };
    if (random.upTo(2) === 0) tell(random.upTo(3), campaignFact('entity.merged', `entity-s${nth}m`, merger));
  }
  tell(1, policy(2, '2030-01-01', { weeksBack: 3, lookBackWeeksMax: 5, pullDays: 5, persistenceWeeks: [4, 12] }));
  return lots.flatMap((facts, lot) => facts.map((fact) => ({ ...fact, lot })));
};

/** There already before the first of the editions. */
const fromOld = (fact: PostedFact): PostedFact => ({ ...fact, data: { ...fact.data, from: '1900-01-01' } });

const policy = (version: number, from: string, parameters: object) =>
  campaignFact('policy.adopted', 'policy-campaign', {
    ...{ policyId: 'campaign', version, from, reason: { en: 'r' } },
    parameters: { baselines: ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'], ...parameters },
  });
const offered = (serviceId: string, channel: string) =>
  campaignFact('service.channelOffered', `service-${serviceId}`, { serviceId, channel, from: '1900-01-01' });
const holiday = (noun: string, day: string) =>
  campaignFact(`calendar.${noun}`, 'calendar-ae-du', { calendarId: 'ae-du', day, title: { en: 'h' } });

const tellEdition = (teller: Teller, nth: number, edition: number): void => {
  const { random, campaign, firstDay, lastDay, entities, tell } = teller;
  const told = announced({ campaign, edition, firstDay, lastDay, feeBearingOnly: random.upTo(3) > 0 });
  tell(0, { ...told, data: { ...told.data, seriesId: `series-${nth}` } });
  const [a, b, m] = entities as [string, string, string];
  const entityIds = random.oneOf([[a], [a, b], [a, b, m]]);
  const serviceIds = random.oneOf([[], [], [`${a}-renewal`], [`${a}-renewal`, `${m}-renewal`]]);
  const centreIds = [`${campaign}-x`, `${campaign}-y`];
  tell(0, ...centreIds.map((id) => fromOld(openedCentre(id, a))));
  tell(0, scoped(campaign, { entityIds, serviceIds, centreIds, kioskIds: random.oneOf([[], ['k']]) }));
  if (random.upTo(4) === 0) tell(random.upTo(3), scoped(campaign, { entityIds: [b] }, 2));
  for (const id of entityIds) tellAnswers(teller, id);
  for (const id of centreIds) tellModes(teller, id);
  for (let at = random.upTo(2); at > 0; at--) {
    const chosen = {
      baselineId: `b${at}`,
      headline: random.upTo(1) === 0,
      ...(at === 1 && { weeks: 1 + random.upTo(4) }),
    };
    const method = random.oneOf(['previousDay', 'matchedWeekdays', 'matchedWeekdays']);
    tell(random.upTo(3), happened('baselineChosen', campaign, { ...chosen, method }));
    const day = addDays(firstDay, random.upTo(2));
    const held = { activityId: `w${at}`, entityId: a, kind: 'booth', day, attendance: random.upTo(90) };
    tell(random.upTo(3), happened('awarenessHeld', campaign, held));
  }
  const off = addDays(firstDay, random.oneOf([-1, -7, -14, 0, 28]));
  const lot = random.upTo(3);
  if (random.upTo(3) === 0) tell(lot, holiday('holidayDeclared', off));
  if (random.upTo(9) === 0) tell(Math.min(lot + 1, 3), holiday('holidayDeclared', off), holiday('holidayRevoked', off));
  const isCancelled = random.upTo(19) === 0;
  if (isCancelled) tell(random.upTo(3), happened('cancelled', campaign));
  const isFrozen = !isCancelled && random.upTo(3) > 0;
  for (const day of daysOf(teller)) tellDay(teller, day);
  if (isFrozen) tell(BEFORE_FREEZE, happened('ended', campaign), happened('figuresFrozen', campaign));
};

const tellAnswers = ({ random, campaign, firstDay, tell }: Teller, entityId: string): void => {
  let lot = random.upTo(3);
  for (let times = random.upTo(2); times > 0; times--, lot = Math.min(lot + random.upTo(1), 3)) {
    const time = `${addDays(firstDay, random.upTo(8) - 6)}T09:00:00+04:00`;
    const readiness = [
      { channel: 'app', ready: random.upTo(3) > 0 },
      ...(random.upTo(1) ? [{ channel: 'web', ready: true }] : []),
    ];
    const joined = {
      entityId,
      ...(random.upTo(1) && { services: random.upTo(9) }),
      ...(random.upTo(1) && { readiness }),
    };
    if (random.upTo(3) > 0) tell(lot, happened('participantJoined', campaign, joined, time));
    else tell(lot, happened('participantLeft', campaign, { entityId, reason: { en: 'r' } }, time));
  }
};

const tellModes = ({ random, firstDay, tell }: Teller, centreId: string): void => {
  let lot = 0;
  for (let times = random.upTo(3); times > 0; times--, lot = Math.min(lot + random.upTo(1), 3)) {
    const hour = String(random.oneOf([0, 8, 10, 14])).padStart(2, '0');
    const time = `${addDays(firstDay, random.upTo(4) - 2)}T${hour}:00:00+04:00`;
    const mode = random.oneOf(['awareness', 'awareness', 'serving']);
    tell(lot, campaignFact('centre.modeChanged', `centre-${centreId}`, { centreId, mode }, time));
  }
};

/** The days that figures need, most of the time: without volume a figure would be null. */
const daysOf = ({ random, firstDay, lastDay }: Teller): readonly string[] => {
  const days = new Set<string>();
  const edition = Array.from({ length: 3 }, (_, at) => addDays(firstDay, at)).filter((day) => day <= lastDay);
  const back = random.upTo(3) === 0 ? Array.from({ length: 44 }, (_, at) => 7 - at) : [-1, -2, -3, -4];
  for (const days_ of back) days.add(addDays(firstDay, days_));
  for (const day of edition) {
    days.add(day);
    for (const weeks of [-52, -5, -4, -3, -2, -1, 4, 12]) days.add(addDays(day, 7 * weeks));
  }
  return [...days].filter((day) => isWorkingDay(day) || random.upTo(9) === 0).filter(() => random.upTo(24) > 0);
};

const tellDay = ({ random, campaign, entities, tell }: Teller, day: string): void => {
  for (let times = 1 + random.upTo(1); times > 0; times--) {
    const entity = random.oneOf([...entities, entities[0] as string]);
    const channel = random.oneOf(CHANNELS);
    const more = channel === 'counter' ? { centreId: `${campaign}-${random.oneOf(['x', 'y'])}` } : {};
    const feeDue = random.upTo(5) === 0 ? '0' : '1000';
    const hour = random.oneOf([8, 9, 13, 23]);
    const [request] = requests({ day, channel, entity, hour, feeDue, more });
    if (!request) continue;
    const lot = random.oneOf([0, 0, 0, 0, BEFORE_FREEZE, AFTER_FREEZE, 3]);
    tell(lot, request);
    const later = Math.min(lot + random.upTo(3), 3);
    const chance = random.upTo(19);
    if (chance < 10) tell(lot, paid(request, addDays(day, random.oneOf([0, 0, 0, 1])), String(100 + random.upTo(900))));
    if (chance < 2) tell(later, refunded(request, addDays(day, random.upTo(1)), String(1 + random.upTo(99))));
    if (chance === 18) tell(later, voidedRequest(request));
    const change = random.oneOf([
      { channel: 'app' },
      { feeDue: '0' },
      { receivedAt: `${addDays(day, 1)}T09:15:00+04:00` },
    ]);
    const { entityId, number } = request.data as { entityId: string; number: string };
    const correction = { entityId, number, changes: change, reason: { en: 'r' }, requestedBy: 'entity' };
    if (chance === 19) tell(later, campaignFact('transaction.corrected', request.stream, correction));
  }
};
