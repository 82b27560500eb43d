import type { ReadEvent } from '../../libs/read-models/src/read-model.js';

/** Pseudo-random numbers of a seed, the same on every machine (mulberry32). */
export const randomOf = (seed: number) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (max: number) => Math.floor(next() * (max + 1));
  return { next, upTo, oneOf: <T>(values: readonly T[]) => values[upTo(values.length - 1)] as T };
};
export type Random = ReturnType<typeof randomOf>;

export const dayIn = (zone: string, instant: string): string =>
  new Date(instant).toLocaleDateString('en-CA', { timeZone: zone });

/** An event as a fold reads it. `type` is `noun.pastParticiple`; `recorded` an instant in UTC. */
export const readEvent = (
  type: string,
  stream: string,
  revision: number,
  data: Record<string, unknown>,
  [time, recorded]: readonly [time: string, recorded: string],
): ReadEvent => {
  const at = stream.indexOf('-');
  const named = (data.from ?? data.day ?? data.periodEnd) as string | undefined;
  const recordedDay = dayIn('Asia/Dubai', recorded);
  return {
    type: `gov.sijill.${type}.v1`,
    data,
    stream,
    category: stream.slice(0, at),
    id: stream.slice(at + 1),
    revision: BigInt(revision),
    source: 'urn:sijill:test:facts',
    time,
    recorded: `${recorded.slice(0, -1)}000Z`,
    effectiveDay: named ?? dayIn('Asia/Dubai', time),
    knownDay: (data.publishedOn as string | undefined) ?? recordedDay,
    recordedDay,
  };
};

const CHANNELS = ['app', 'web', 'kiosk', 'counter', 'call', 'mail', 'other'] as const;
const HOUR = 3_600_000;
const START = Date.parse('2021-03-01T00:00:00.000Z');
const text = (millis: number) => new Date(millis).toISOString();

interface Writing {
  readonly random: Random;
  readonly entity: string;
  readonly events: { type: string; data: Record<string, unknown>; time: number }[];
  clock: number;
}

const say = (writing: Writing, type: string, data: Record<string, unknown>, time = writing.clock): void => {
  writing.events.push({ type: `transaction.${type}`, data, time });
  writing.clock += writing.random.upTo(30) * HOUR;
};

const receive = (writing: Writing, number: string): void => {
  const { random, entity, clock } = writing;
  const service = random.oneOf(['licence', 'permit']);
  const [platformId, centreId] = [random.oneOf(['now', undefined]), random.oneOf(['deira', undefined])];
  const names = { entityId: entity, number, serviceId: service };
  if (random.next() < 0.3) say(writing, 'started', { ...names, channel: random.oneOf(CHANNELS), platformId });
  if (random.next() < 0.05) return;
  say(writing, 'received', {
    ...names,
    channel: random.oneOf(CHANNELS),
    assisted: random.next() < 0.2,
    flow: 'customer',
    customerCategory: random.oneOf(['citizen', 'business', 'unknown']),
    // As the vault seals it; of three transactions two are of one person, and some name nobody.
    ...((clock / HOUR) % 4 !== 0 && {
      customerRef: { $personal: { key: `subject-${number === 'n2' ? 'n1' : number}` } },
    }),
    ...(platformId && { platformId }),
    ...(centreId && { centreId }),
    feeDue: String(random.upTo(3) * 12_345),
    ...(random.next() < 0.6 && { documentsRequired: random.upTo(1) }),
    ...(random.next() < 0.5 && { dueBy: text(clock + random.upTo(80) * HOUR) }),
  });
};

const act = (writing: Writing, at: number): unknown => {
  const { random, clock } = writing;
  const time = clock - random.upTo(20) * HOUR;
  switch (random.upTo(6)) {
    case 0:
    case 1:
      return say(
        writing,
        'stepCompleted',
        { stepId: `s${at}`, mode: random.next() < 0.8 ? 'electronic' : 'manual' },
        time,
      );
    case 2: {
      const form = random.next() < 0.8 ? 'digital' : 'paper';
      return say(writing, 'documentSubmitted', { documentId: `d${at}`, form, sheets: form === 'paper' ? at : 0 });
    }
    case 3:
      return say(writing, 'sheetsConsumed', {
        recordId: `p${at}`,
        sheets: 1 + at,
        kind: random.oneOf(['process', 'habit']),
      });
    case 4:
      return say(writing, 'channelSwitched', { channel: random.oneOf(CHANNELS), assisted: random.next() < 0.3 });
    case 5:
      return say(writing, 'paymentSettled', {
        paymentId: `m${at}`,
        amount: String(500 + at),
        kind: at % 2 === 0 ? 'fee' : 'bill',
        channel: random.oneOf(CHANNELS),
      });
    default: {
      const paid = writing.events.filter(({ type }) => type === 'transaction.paymentSettled');
      const { paymentId } = random.oneOf(paid)?.data ?? {};
      if (paymentId) say(writing, 'paymentRefunded', { refundId: `r${at}`, paymentId, amount: '100' });
      return paymentId;
    }
  }
};

const close = (writing: Writing): void => {
  const { random } = writing;
  const delivery = random.oneOf(['electronic', 'none', 'electronic', 'inPerson']);
  const kind = random.oneOf([
    'completed',
    'completed',
    'completed',
    'rejected',
    'withdrawn',
    'markedDuplicate',
    'transferred',
  ]);
  if (kind === 'completed') say(writing, kind, { delivery, intended: random.next() < 0.9 });
  else if (kind === 'rejected') say(writing, kind, { reason: random.oneOf(['notEligible', 'failed']) });
  else say(writing, kind, kind === 'transferred' ? { toEntityId: 'x' } : { by: 'customer', ofNumber: 'z' });
};

const correct = (writing: Writing): void => {
  const { random, clock } = writing;
  const changes: Record<string, unknown> = {};
  if (random.next() < 0.4) changes.channel = random.oneOf(CHANNELS);
  if (random.next() < 0.3) changes.assisted = random.next() < 0.5;
  if (random.next() < 0.3) changes.serviceId = random.oneOf(['licence', 'permit']);
  if (random.next() < 0.3) changes.feeDue = '777';
  if (random.next() < 0.3) changes.receivedAt = text(clock - (60 + random.upTo(60)) * HOUR);
  if (random.next() < 0.4) changes.outcome = random.oneOf(['open', 'completed', 'rejected', 'withdrawn']);
  if (changes.outcome !== undefined && random.next() < 0.7) changes.outcomeAt = text(clock - random.upTo(40) * HOUR);
  if (changes.outcome === 'completed') changes.delivery = random.oneOf(['electronic', 'paper']);
  say(writing, 'corrected', { changes, reason: { en: 'typing error' }, requestedBy: 'entity' });
};

const voidEntry = (writing: Writing): void => {
  const { random, events } = writing;
  const voidable = events.flatMap(({ type, data }): [string, unknown][] => {
    if (type === 'transaction.stepCompleted') return [['step', data.stepId]];
    if (type === 'transaction.documentSubmitted') return [['document', data.documentId]];
    if (type === 'transaction.sheetsConsumed') return [['sheets', data.recordId]];
    return type === 'transaction.paymentRefunded' ? [['refund', data.refundId]] : [];
  });
  const chosen = random.oneOf(voidable);
  if (chosen) say(writing, 'entryVoided', { entry: chosen[0], entryId: chosen[1], reason: { en: 'not ours' } });
};

/**
 * Random history of a few transactions of two entities in two zones: late facts, corrections, voids, refunds, switches.
 * Events come in journal order, recorded up to some days after they happened.
 */
export const randomHistory = (seed: number): ReadEvent[] => {
  const random = randomOf(seed);
  const told: { event: Parameters<typeof readEvent>; recorded: number }[] = [];
  for (let number = 0; number < 3; number++) {
    const entity = random.oneOf(['ae.roads', 'gb.tax']);
    const writing: Writing = { random, entity, events: [], clock: START + random.upTo(100) * HOUR };
    receive(writing, `n${number}`);
    const isReceived = writing.events.some(({ type }) => type === 'transaction.received');
    if (isReceived) {
      for (let at = random.upTo(5); at > 0; at--) act(writing, at);
      if (random.next() < 0.8) close(writing);
      for (let at = random.upTo(2); at > 0; at--) act(writing, 10 + at);
      for (let at = random.upTo(2); at > 0; at--) correct(writing);
      if (random.next() < 0.4) voidEntry(writing);
      if (random.next() < 0.15) say(writing, 'voided', { reason: { en: 'test entry' }, requestedBy: 'entity' });
    }
    let recorded = 0;
    for (const [revision, { type, data, time }] of writing.events.entries()) {
      recorded = Math.max(recorded, time) + random.upTo(3) * 20 * HOUR;
      const stream = `transaction-${entity}:n${number}`;
      told.push({ recorded, event: [type, stream, revision, data, [text(time), text(recorded)]] });
    }
  }
  const opening = (id: string, jurisdiction: string) =>
    readEvent('entity.registered', `entity-${id}`, 0, { entityId: id, jurisdiction, from: '2020-01-01' }, [
      '2020-01-01T00:00:00.000Z',
      '2020-01-01T00:00:00.000Z',
    ]);
  const facts = told.sort((a, b) => a.recorded - b.recorded).map(({ event }) => readEvent(...event));
  return [opening('ae.roads', 'AE-DU'), opening('gb.tax', 'GB'), ...facts];
};
