import type { PostedFact } from './read-models.js';
import { type Random, randomOf } from './transaction-history.js';

const DAY = 86_400_000;
const START = Date.parse('2020-10-01T00:00:00Z');
const dayAt = (days: number) => new Date(START + days * DAY).toISOString().slice(0, 10);
const reason = { en: 'as the desk says' };
const HALVES = ['2020-H2', '2021-H1', '2021-H2'] as const;

/** One lot of the journal: the day of its recording, and what is recorded then, in this order. */
export interface Lot {
  readonly day: string;
  readonly facts: PostedFact[];
}

/** Days of recording, two of them with freezes between lots of the same day. */
const DAYS = [
  ...['2021-01-05', '2021-03-02', '2021-07-15', '2021-07-30', '2021-07-30', '2021-07-30', '2021-08-02', '2021-09-05'],
  ...['2021-09-20', '2022-01-30', '2022-01-30', '2022-01-30', '2022-02-11'],
];
export const KNOWN_DAYS = [...new Set(DAYS), '2021-07-29', '2022-01-29', '2022-06-01'].sort();

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  ...{ type: `gov.sijill.${type}.v1`, stream, data },
  ...(time !== undefined && { time }),
});
const period = (turn: 'frozen' | 'reopened', jurisdiction: string, half: string) =>
  fact(`period.${turn}`, `period-${jurisdiction}:${half}`, { jurisdiction, half });
const stampPolicy = (version: number, from: string, more: object = {}) =>
  fact('policy.adopted', 'policy-stamp', {
    ...{ policyId: 'stamp', version, from, reason },
    parameters: {
      ...{ countedKinds: ['process'], allowedChannelClasses: ['digital'], idle: 'leaveOut', unitWeight: 1 },
      ...{ freezeDays: 30, suspendOnLate: true, ...more },
    },
  });
const sizePolicy = (version: number, from: string, mediumAboveSheets: number) =>
  fact('policy.adopted', 'policy-size-class', {
    ...{ policyId: 'size-class', version, from, reason },
    parameters: { largeAboveSheets: 10_000, mediumAboveSheets },
  });

/** What the stewards of all entities do in each lot: policies, freezes, a half that is reopened and frozen again. */
const STEWARDS: Readonly<Record<number, readonly PostedFact[]>> = {
  0: [stampPolicy(1, '1900-01-01'), sizePolicy(1, '1900-01-01', 1000)],
  4: [period('frozen', 'AE-DU', '2021-H1'), period('frozen', 'GB', '2021-H1')],
  5: [
    stampPolicy(2, '2021-01-01', { countedKinds: ['process', 'habit'], idle: 'fail' }),
    period('frozen', 'AE-DU', '2020-H2'),
  ],
  7: [sizePolicy(2, '2021-04-01', 3000)],
  10: [period('frozen', 'AE-DU', '2021-H2'), period('reopened', 'GB', '2021-H1')],
  11: [
    stampPolicy(3, '2021-07-01', { allowedChannelClasses: ['digital', 'remote'], unitWeight: 3, suspendOnLate: false }),
  ],
  12: [period('frozen', 'GB', '2021-H1')],
};

/** Facts of one entity with the lots in which they are recorded; those of a stream in their order. @returns Its id. */
const tellEntity = (random: Random, nth: number, tell: (lot: number, fact: PostedFact) => void): string => {
  const entityId = random.upTo(3) === 0 ? `gb.e${nth}` : `ae.e${nth}`;
  const anyLot = (from = 0) => from + random.upTo(DAYS.length - 1 - from);
  const kind = random.upTo(9) === 0 ? 'private' : 'government';
  const jurisdiction = entityId.startsWith('gb') ? 'GB' : 'AE-DU';
  tell(
    0,
    fact('entity.registered', `entity-${entityId}`, {
      entityId,
      title: { en: 'E' },
      kind,
      jurisdiction,
      from: '2000-01-01',
    }),
  );
  for (let lot = anyLot() >> 1, times = random.upTo(2); times > 0; times--, lot = anyLot(lot)) {
    const year = random.oneOf([2018, 2019, 2020]);
    const monthly = Array.from({ length: 12 }, () => random.upTo(1500));
    const sheets = monthly.reduce((sum, one) => sum + one, 1);
    const shape =
      random.upTo(1) === 0
        ? { sheets: sheets + 4 * random.upTo(1000) }
        : { sheets, monthly: [...monthly.slice(0, 11), (monthly[11] ?? 0) + 1] };
    tell(
      lot,
      fact(`paperBaseline.${times === 2 ? 'set' : 'revised'}`, `paperBaseline-${entityId}`, {
        entityId,
        year,
        ...shape,
      }),
    );
  }
  const services = ['a', 'b', 'c'].map((name) => `${entityId}-${name}`);
  for (const serviceId of services) tellService(random, entityId, serviceId, { tell, anyLot });
  for (let at = random.upTo(4); at > 0; at--)
    tellRecord(random, { entityId, recordId: `r${at}` }, services, { tell, anyLot });
  for (let at = 2 + random.upTo(4); at > 0; at--)
    tellTransaction(random, { entityId, number: `T-${at}` }, services, { tell, anyLot });
  for (const half of HALVES)
    if (random.upTo(2) > 0) tellAssessment(random, { entityId, half }, services, { tell, anyLot });
  return entityId;
};

interface Teller {
  readonly tell: (lot: number, fact: PostedFact) => void;
  readonly anyLot: (from?: number) => number;
}

const tellService = (random: Random, ownerEntityId: string, serviceId: string, { tell, anyLot }: Teller): void => {
  const stream = `service-${serviceId}`;
  const flow = random.oneOf(['customer', 'internal']);
  const kind = random.upTo(7) === 0 ? 'informational' : 'transactional';
  const from = dayAt(random.oneOf([-500, -500, 60, 200, 300]));
  let lot = anyLot() >> 2;
  tell(
    lot,
    fact('service.registered', stream, {
      serviceId,
      ownerEntityId,
      kind,
      flow,
      critical: false,
      status: random.upTo(7) === 0 ? 'planned' : 'active',
      title: { en: 's' },
      from,
    }),
  );
  for (let times = random.upTo(3); times > 0; times--) {
    lot = anyLot(lot);
    const data = { serviceId, from: dayAt(random.upTo(450)), reason };
    const channel = random.oneOf(['app', 'app', 'web', 'counter', 'call']);
    const offer = { ...data, channel, ...(random.upTo(2) === 0 && { platformId: 'now' }) };
    const turn = random.upTo(9);
    if (turn < 5) tell(lot, fact('service.channelOffered', stream, offer));
    else if (turn === 5) tell(lot, fact('service.channelWithdrawn', stream, offer));
    else if (turn === 6) tell(lot, fact('service.suspended', stream, data));
    else if (turn === 9) tell(lot, fact('service.activated', stream, data));
    else if (turn === 7) tell(lot, fact('service.transferred', stream, { ...data, toEntityId: 'ae.e0' }));
    else tell(lot, fact('service.retired', stream, data));
  }
};

type Record_ = { readonly entityId: string; readonly recordId: string };
const tellRecord = (random: Random, id: Record_, services: readonly string[], { tell, anyLot }: Teller): void => {
  const stream = `paper-${id.entityId}:${id.recordId}`;
  const [begin, lot] = [random.upTo(440), anyLot()];
  const serviceId = random.oneOf([...services, undefined]);
  const what = {
    kind: random.oneOf(['process', 'habit']),
    flow: random.oneOf(['customer', 'internal']),
    ...(serviceId && { serviceId }),
  };
  const days = { periodStart: dayAt(begin), periodEnd: dayAt(begin + random.oneOf([0, 9, 40])) };
  tell(
    lot,
    fact('paper.consumed', stream, { ...id, sheets: 1 + random.upTo(30), ...what, ...days, method: 'metered' }),
  );
  const later = anyLot(lot);
  if (random.upTo(3) === 0)
    tell(later, fact('paper.corrected', stream, { ...id, sheets: 1 + random.upTo(30), kind: 'process', reason }));
  if (random.upTo(2) === 0) tell(anyLot(later), fact('paper.voided', stream, { ...id, reason }));
};

type Request = { readonly entityId: string; readonly number: string };
const tellTransaction = (random: Random, id: Request, services: readonly string[], { tell, anyLot }: Teller): void => {
  const stream = `transaction-${id.entityId}:${id.number}`;
  // Late in the evening, so that zones put it on different days, and some of these days in different halves.
  const days = random.oneOf([random.upTo(440), 91, 272]);
  const time = (more: number) => new Date(START + (days + more) * DAY + 21.5 * 3_600_000).toISOString();
  const receipt = { channel: 'app', assisted: false, flow: 'customer', customerCategory: 'citizen', feeDue: '0' };
  let lot = anyLot();
  tell(lot, fact('transaction.received', stream, { ...id, serviceId: random.oneOf(services), ...receipt }, time(0)));
  const sheets = { recordId: 's', sheets: 1 + random.upTo(5), kind: random.oneOf(['process', 'habit']) };
  lot = anyLot(lot);
  if (random.upTo(6) === 0) tell(lot, fact('transaction.sheetsConsumed', stream, sheets, time(1)));
  lot = anyLot(lot);
  if (random.upTo(1) === 0)
    tell(lot, fact('transaction.completed', stream, { delivery: 'electronic', intended: true }, time(60)));
  if (random.upTo(3) === 0)
    tell(anyLot(lot), fact('transaction.voided', stream, { reason, requestedBy: 'entity' }, time(61)));
};

type Half = { readonly entityId: string; readonly half: string };
const tellAssessment = (random: Random, id: Half, services: readonly string[], { tell, anyLot }: Teller): void => {
  const turns: object[] = [];
  const say = (noun: string, data: object = {}) => void turns.push([noun, data]);
  say('assessment.opened');
  if (random.upTo(2) === 0)
    say('assessment.attested', { serviceId: random.oneOf(services), criterion: 'paper', note: reason });
  for (let at = random.upTo(2); at > 0; at--) {
    const waiverId = `${id.half}-${at}`.toLowerCase();
    const waiver = {
      waiverId,
      serviceId: random.oneOf(services),
      maxSheets: random.upTo(30),
      reason,
      approvedBy: 'office',
    };
    say('assessment.waiverGranted', { ...waiver, until: dayAt(random.upTo(460)) });
    if (random.upTo(3) === 0) say('assessment.waiverRevoked', { waiverId });
  }
  const figure = () =>
    random.oneOf([
      { num: '1', den: '1' },
      { num: '2', den: '2' },
      { num: '1', den: '2' },
    ]);
  const said = { atPosition: '1', sizeClass: random.oneOf(['large', 'medium', 'small']), announcedOn: '2021-08-02' };
  if (random.upTo(3) > 0) say('assessment.resultAnnounced', { ...said, services: figure(), internal: figure() });
  if (random.upTo(2) > 0) say('stamp.conferred', { sizeClass: 'large' });
  for (let at = random.upTo(2); at > 0; at--)
    say(random.oneOf(['stamp.suspended', 'stamp.reinstated', 'stamp.withdrawn', 'assessment.reopened']), { reason });
  let lot = anyLot();
  for (const [noun, data] of turns as [string, object][]) {
    tell(lot, fact(noun, `stamp-${id.entityId}`, { ...id, ...data }));
    lot = Math.min(DAYS.length - 1, lot + random.upTo(2));
  }
};

/** Histories of so many entities, each random by the seed, in one journal with common policies and freezes. */
export const randomStampHistory = (seed: number, entities: number): Lot[] => {
  const random = randomOf(seed);
  const lots: Lot[] = DAYS.map((day, at) => ({ day, facts: [...(STEWARDS[at] ?? [])] }));
  const tell = (lot: number, told: PostedFact) => lots[lot]?.facts.push(told);
  const earlier: string[] = [];
  for (let nth = 0; nth < entities; nth++) {
    const entityId = tellEntity(random, nth, tell);
    // Into one that was told before, so that nobody comes back to itself.
    const intoEntityId = random.upTo(5) === 0 ? random.oneOf(earlier) : undefined;
    const merger = { entityId, intoEntityId, from: dayAt(random.upTo(440)) };
    if (intoEntityId) tell(random.upTo(DAYS.length - 1), fact('entity.merged', `entity-${entityId}`, merger));
    earlier.push(entityId);
  }
  return lots;
};
