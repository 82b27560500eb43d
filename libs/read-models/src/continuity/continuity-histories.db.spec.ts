import { addDays, daysFromTo } from '#kernel';
import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { dayIn, randomOf } from '../../../../test/support/transaction-history.js';
import { transactionsModel } from '../transactions.js';
import { asking } from './continuity.given.contract.js';

const SEED = 20_200_324;
const HISTORIES = 200;
const BEGUN = '2021-01-10';
const LAST = '2021-02-09';
const CHANNELS = ['app', 'web', 'call', 'mail', 'counter', 'partner'] as const;
const REMOTE: readonly string[] = ['app', 'web', 'call', 'mail'];
const EFFECTS = ['channelClosed', 'hoursReduced', 'centreClosed', 'movedRemote', 'staffRemote', 'other'] as const;

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
  ...(time && { time }),
});

interface Restriction {
  /** Undefined: every channel. */
  readonly channels: readonly string[] | undefined;
  readonly from: string;
  readonly to: string | undefined;
  /** Last day after all, told with the second lot. */
  readonly lateTo?: string;
  /** Told with the second lot itself. */
  readonly isLate: boolean;
}
interface History {
  readonly service: string;
  readonly channels: readonly string[];
  /** First day without a channel, told with the second lot. */
  readonly withdrawn: { readonly channel: string; readonly from: string } | undefined;
  readonly retiredFrom: string | undefined;
  readonly restrictions: readonly Restriction[];
}

const first: PostedFact[] = [
  fact('entity.registered', 'entity-moi', {
    entityId: 'moi',
    title: { en: 'moi' },
    kind: 'federal',
    jurisdiction: 'AE',
    from: '2019-01-01',
  }),
  fact('disruption.declared', 'disruption-covid', {
    ...{ disruptionId: 'covid', jurisdiction: 'AE', kind: 'epidemic', title: { en: 'COVID-19' }, from: BEGUN },
  }),
];
const second: PostedFact[] = [];

/** One service, what it offers, and what is done to it, posted to the two lots as it is drawn. */
const drawn = (seed: number): History => {
  const random = randomOf(seed);
  const service = `s${seed}`;
  const stream = `service-${service}`;
  const day = () => addDays(BEGUN, random.upTo(28) - 3);
  const channels = CHANNELS.filter(() => random.next() < 0.4);
  const registered = {
    serviceId: service,
    ownerEntityId: 'moi',
    title: { en: service },
    kind: 'transactional',
    flow: 'customer',
  };
  first.push(
    fact('service.registered', stream, { ...registered, critical: false, status: 'active', from: '2019-01-01' }),
    ...channels.map((channel) =>
      fact('service.channelOffered', stream, { serviceId: service, channel, from: '2019-01-01' }),
    ),
  );
  const retiredFrom = random.next() < 0.2 ? day() : undefined;
  if (retiredFrom)
    first.push(fact('service.retired', stream, { serviceId: service, from: retiredFrom, reason: { en: 'old' } }));
  const [channel] = channels;
  const withdrawn = channel && !retiredFrom && random.next() < 0.3 ? { channel, from: day() } : undefined;
  if (withdrawn) second.push(fact('service.channelWithdrawn', stream, { serviceId: service, ...withdrawn }));
  const restrictions = Array.from({ length: random.upTo(3) }, (_, at): Restriction => {
    const isLate = random.next() < 0.3;
    const lot = isLate ? second : first;
    const from = day();
    const days = random.upTo(9);
    return random.next() < 0.5 ? measured(at, isLate, from, days) : broken(at, isLate, from, days);
    function measured(number: number, late: boolean, since: string, length: number): Restriction {
      const id = { entityId: 'moi', measureId: `${service}-${number}` };
      const effect = random.oneOf(EFFECTS);
      const named = CHANNELS.filter(() => random.next() < 0.5);
      const until = random.next() < 0.5 ? addDays(since, length) : undefined;
      const data = {
        ...id,
        title: { en: effect },
        effect,
        serviceIds: [service],
        channels: named,
        remoteAlternative: false,
        reason: 'order',
      };
      lot.push(
        fact('measure.notified', `measure-moi:${id.measureId}`, { ...data, from: since, ...(until && { until }) }),
      );
      const lateTo = random.next() < 0.4 ? addDays(since, random.upTo(9) - 2) : undefined;
      if (lateTo) second.push(fact('measure.lifted', `measure-moi:${id.measureId}`, { ...id, on: lateTo }));
      const isHarmless = effect === 'movedRemote' || effect === 'staffRemote';
      return { channels: isHarmless ? [] : named, from: since, to: until, isLate: late, ...(lateTo && { lateTo }) };
    }
    function broken(number: number, late: boolean, since: string, length: number): Restriction {
      const id = { serviceId: service, outageId: `o${number}` };
      const out = random.oneOf([...CHANNELS, undefined]);
      // In UTC, so that some of them are of the next day in Dubai.
      const [startedAt, endedAt] = [
        `${since}T${random.oneOf(['08', '22'])}:00:00Z`,
        `${addDays(since, length)}T23:00:00Z`,
      ];
      lot.push(
        fact('outage.started', `outage-${service}:${id.outageId}`, { ...id, ...(out && { channel: out }) }, startedAt),
      );
      const isEnded = random.next() < 0.7;
      if (isEnded) second.push(fact('outage.ended', `outage-${service}:${id.outageId}`, id, endedAt));
      const days = {
        from: dayIn('Asia/Dubai', startedAt),
        to: undefined,
        ...(isEnded && { lateTo: dayIn('Asia/Dubai', endedAt) }),
      };
      return { channels: out && [out], isLate: late, ...days };
    }
  });
  return { service, channels, withdrawn, retiredFrom, restrictions };
};
const histories = Array.from({ length: HISTORIES }, (_, at) => drawn(SEED + at));

/** Whether it is in scope, and remote, told channel by channel and restriction by restriction. */
const stateOf = (history: History, day: string, knowsLate: boolean): string => {
  const { channels, withdrawn, retiredFrom, restrictions } = history;
  if (retiredFrom !== undefined && day >= retiredFrom) return 'out';
  const offered = channels.filter((one) => !(knowsLate && withdrawn?.channel === one && day >= withdrawn.from));
  const isFree = (channel: string) =>
    !restrictions.some(({ channels: named, from, to, lateTo, isLate }) => {
      if (isLate && !knowsLate) return false;
      const last = [to, knowsLate ? lateTo : undefined].filter((end) => end !== undefined).sort()[0] ?? '9999-12-31';
      return (named?.includes(channel) ?? true) && day >= from && day <= last;
    });
  return offered.some((channel) => REMOTE.includes(channel) && isFree(channel)) ? 'remote' : 'in';
};

describe('Which services can be had without a visit', () => {
  let lots: ProjectedLots;
  const ask = asking(() => lots);
  beforeAll(async () => {
    lots = await projectedLots(transactionsModel, first, second);
  });
  afterAll(() => lots?.close());

  test.each([
    ['before what was told late', '2021-03-09', false],
    ['after it', '2021-03-10', true],
  ])(
    `[CON-3] is what a second opinion says of ${HISTORIES} histories from seed ${SEED}, as known %s`,
    async (_, knownAt, knowsLate) => {
      const { rows } = await ask({ knownAt, to: LAST, group: ['service', 'day'], limit: 100_000 });
      const answered = new Map(rows.map((row) => [`${row.service} ${row.day}`, row]));
      const seen = new Map<string, number>();
      for (const history of histories)
        for (let at = 0; at < daysFromTo(BEGUN, LAST); at++) {
          const day = addDays(BEGUN, at);
          const row = answered.get(`${history.service} ${day}`);
          const answer = !row || row.in_scope === 0 ? 'out' : row.remote === 1 ? 'remote' : 'in';
          expect([history.service, day, answer]).toEqual([history.service, day, stateOf(history, day, knowsLate)]);
          seen.set(answer, (seen.get(answer) ?? 0) + 1);
        }
      for (const state of ['out', 'in', 'remote']) expect(seen.get(state)).toBeGreaterThan(100);
    },
  );
});
