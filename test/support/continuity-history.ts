import { addDays } from '#kernel';
import type { PostedFact } from './read-models.js';
import { fact } from './savings.js';
import { randomOf } from './transaction-history.js';

/** Days of recording. */
export const LEARNT = ['2021-02-20', '2021-03-01'] as const;
const EVER = '2019-01-01';

export interface LearntFact extends PostedFact {
  /** Place in {@link LEARNT}. */
  readonly lot: number;
}

/** A disruption of a jurisdiction of its own, in which two entities give a service each. */
export interface DisruptionHistory {
  readonly disruption: string;
  /** Service → its owner. */
  readonly services: Readonly<Record<string, string>>;
  readonly facts: readonly LearntFact[];
}

export const disruptionHistory = (seed: number, nth: number): DisruptionHistory => {
  const random = randomOf(seed);
  const facts: LearntFact[] = [];
  const tell = (lot: number, noun: string, stream: string, data: object, time?: string) =>
    facts.push({ lot, ...fact(noun, stream, data, time) });
  const lot = () => Number(random.upTo(5) === 0);
  const [disruption, jurisdiction] = [`d${nth}`, `AE-${nth}`];
  const begun = addDays('2021-01-08', random.upTo(6));
  const entities = [`d${nth}a`, `d${nth}m`] as const;
  const services = Object.fromEntries(entities.map((entity) => [`${entity}.s`, entity]));
  const title = { en: 't' };
  for (const entityId of entities)
    tell(0, 'entity.registered', `entity-${entityId}`, { entityId, title, kind: 'federal', jurisdiction, from: EVER });
  tell(0, 'disruption.declared', `disruption-${disruption}`, {
    ...{ disruptionId: disruption, jurisdiction, kind: 'epidemic', title, from: begun },
  });
  const ended = { disruptionId: disruption, on: addDays(begun, 10 + random.upTo(20)) };
  if (random.upTo(1) === 0) tell(lot(), 'disruption.ended', `disruption-${disruption}`, ended);
  for (const [serviceId, entityId] of Object.entries(services)) {
    const stream = `service-${serviceId}`;
    const state = { kind: 'transactional', flow: 'customer', critical: false, status: 'active', from: EVER };
    tell(0, 'service.registered', stream, { serviceId, ownerEntityId: entityId, title, ...state });
    for (const channel of random.oneOf([['app'], ['counter'], ['counter', 'web'], ['call', 'app']]))
      tell(0, 'service.channelOffered', stream, { serviceId, channel, from: EVER });
    const day = () => addDays(begun, random.upTo(24) - 4);
    if (random.upTo(7) === 0) tell(lot(), 'service.suspended', stream, { serviceId, from: day(), reason: { en: 'r' } });
    for (let at = random.upTo(2); at > 0; at--) {
      const of = { entityId, measureId: `m${at}` };
      const measure = `measure-${entityId}:m${at}`;
      const effect = random.oneOf(['channelClosed', 'hoursReduced', 'movedRemote']);
      const [from, told] = [day(), lot()];
      tell(told, 'measure.notified', measure, {
        ...{
          ...of,
          title,
          effect,
          serviceIds: [serviceId],
          channels: random.oneOf([['app'], ['app', 'web'], ['counter']]),
        },
        ...{ remoteAlternative: false, reason: 'order', from },
        ...random.oneOf([{ disruptionId: disruption }, {}]),
        ...random.oneOf([{ until: addDays(from, random.upTo(9)) }, {}]),
      });
      const time = `${addDays(from, random.upTo(9) - 2)}T10:00:00+04:00`;
      const decided = { ...of, decision: random.oneOf(['agreed', 'agreed', 'objected']) };
      if (random.upTo(2) > 0) tell(Math.max(told, lot()), 'measure.coordinated', measure, decided, time);
      if (random.upTo(3) === 0) tell(1, 'measure.lifted', measure, { ...of, on: addDays(from, random.upTo(9)) });
    }
    if (random.upTo(3) > 0) continue;
    const outage = { serviceId, outageId: 'o', ...random.oneOf([{}, { channel: 'app' }]) };
    const began = day();
    tell(lot(), 'outage.started', `outage-${serviceId}:o`, outage, `${began}T21:00:00Z`);
    const over = { serviceId, outageId: 'o' };
    if (random.upTo(1) === 0) tell(1, 'outage.ended', `outage-${serviceId}:o`, over, `${addDays(began, 3)}T21:00:00Z`);
  }
  if (random.upTo(2) === 0) {
    const [intoEntityId, entityId] = entities;
    const from = addDays(begun, random.oneOf([-400, -30, 5, 12]));
    tell(lot(), 'entity.merged', `entity-${entityId}`, { entityId, intoEntityId, from });
  }
  let numbers = 0;
  for (const [serviceId, entityId] of Object.entries(services)) {
    const often = random.oneOf([0, 0.1, 0.3, 0.5]);
    for (let at = -56; at < 40; at++)
      for (const year of random.oneOf([[0], [0, 364], [0, 364]])) {
        const isDown = year === 0 && at >= 0 && at < 9;
        if (random.next() > (isDown ? often / 4 : often)) continue;
        const of = { entityId, number: String(++numbers) };
        const stream = `transaction-${entityId}:${of.number}`;
        const day = addDays(begun, at - year);
        const receipt = { serviceId, channel: 'app', assisted: false, flow: 'customer', customerCategory: 'resident' };
        const told = lot();
        tell(told, 'transaction.received', stream, { ...of, ...receipt, feeDue: '0' }, `${day}T10:00:00+04:00`);
        const by = { reason: { en: 'r' }, requestedBy: 'entity' };
        const changes = { receivedAt: `${addDays(day, -1)}T10:00:00+04:00` };
        const chance = random.upTo(19);
        if (chance === 0) tell(Math.max(told, lot()), 'transaction.voided', stream, { ...of, ...by });
        if (chance === 1) tell(1, 'transaction.corrected', stream, { ...of, changes, ...by });
      }
  }
  return { disruption, services, facts };
};

const holiday = (lot: number, day: string): LearntFact => ({
  lot,
  ...fact('calendar.holidayDeclared', 'calendar-ae-du', { calendarId: 'ae-du', day, title: { en: 'h' } }),
});

/** What holds for all of them: holidays on either side of the years, and a policy for those that begin later. */
export const CONTINUITY_REGISTERS: readonly LearntFact[] = [
  ...['2020-12-02', '2021-01-20', '2020-01-16', '2019-12-25'].map((day) => holiday(0, day)),
  ...['2021-01-27', '2020-12-15', '2020-02-01'].map((day) => holiday(1, day)),
  {
    lot: 0,
    ...fact('policy.adopted', 'policy-continuity', {
      ...{ policyId: 'continuity', version: 1, from: '2021-01-12', reason: { en: 'r' } },
      parameters: {
        ...{ expected: 'eightWeek', fallback: 'yearBackTrend', restoredShare: { num: '1', den: '2' }, restoredDays: 5 },
      },
    }),
  },
];
