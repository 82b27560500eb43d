import { foldAll, foldInPages } from '../../../../test/support/read-models.js';
import { dayIn, type Random, randomOf, readEvent } from '../../../../test/support/transaction-history.js';
import type { ReadEvent } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { EnquiryDay, enquiriesModel } from './fold.js';

const SEED = 20_200_413;
const HISTORIES = 200;
const HOUR = 3_600_000;
const START = Date.parse('2020-03-28T00:00:00.000Z');
const text = (millis: number) => new Date(millis).toISOString();
const ZONES: Readonly<Record<string, string>> = { 'ae.moi': 'Asia/Dubai', 'gb.tax': 'Europe/London' };

const opening = (id: string, jurisdiction: string) =>
  readEvent('entity.registered', `entity-${id}`, 0, { entityId: id, jurisdiction, from: '2020-01-01' }, [
    '2020-01-01T00:00:00.000Z',
    '2020-01-01T00:00:00.000Z',
  ]);

/** A few enquiries of two entities in two zones, answered, closed or left open, recorded up to days later. */
const randomEnquiries = (seed: number): ReadEvent[] => {
  const random: Random = randomOf(seed);
  const told: { event: Parameters<typeof readEvent>; recorded: number }[] = [];
  for (let number = 0; number < 6; number++) {
    const entityId = random.oneOf(['ae.moi', 'gb.tax']);
    const stream = `enquiry-${entityId}:E${number}`;
    let time = START + random.upTo(100) * HOUR;
    let recorded = time;
    let revision = 0;
    const say = (type: string, data: Record<string, unknown>) => {
      recorded = Math.max(recorded, time) + random.upTo(3) * 20 * HOUR;
      const all = { entityId, number: `E${number}`, ...data };
      told.push({ recorded, event: [`enquiry.${type}`, stream, revision++, all, [text(time), text(recorded)]] });
    };
    const topic = random.oneOf(['visa', undefined]);
    const [channel, customerCategory] = [random.oneOf(['chat', 'call']), random.oneOf(['citizen', 'resident'])];
    say('received', { channel, customerCategory, ...(topic && { topic }) });
    time += random.upTo(90) * (HOUR / 7);
    const ending = random.next();
    if (ending < 0.5) say('answered', { channel: 'email' });
    else if (ending < 0.7) say('closedUnanswered', { reason: { en: 'Not ours' } });
    if (random.next() < 0.3) say('linked', { transactionNumber: 'T1' });
  }
  const facts = told.sort((a, b) => a.recorded - b.recorded).map(({ event }) => readEvent(...event));
  return [opening('ae.moi', 'AE'), opening('gb.tax', 'GB'), ...facts];
};

/** Slow second opinion: what each enquiry was as known at the end of a day, counted once. */
const countedAsKnown = (history: readonly ReadEvent[], knownAt: string): Map<string, number> => {
  const counted = new Map<string, number>();
  const known = history.filter(({ category, knownDay }) => category === 'enquiry' && knownDay <= knownAt);
  for (const receipt of known.filter(({ type }) => type.endsWith('received.v1'))) {
    const { entityId, channel, topic, customerCategory } = receipt.data as Record<string, string>;
    const days = (time: string) => dayIn(ZONES[entityId as string] as string, time);
    const ending = known.find(({ stream, type }) => stream === receipt.stream && /answered|closedUn/i.test(type));
    const add = (basis: string, day: string, measure: string, by: number) => {
      const key = [basis, day, entityId, channel, topic ?? '-', customerCategory, measure].join(' ');
      counted.set(key, (counted.get(key) ?? 0) + by);
    };
    for (const basis of ['event', 'receipt']) {
      const cohort = days(receipt.time);
      const day = ending && basis === 'event' ? days(ending.time) : cohort;
      add(basis, cohort, 'received', 1);
      add(basis, cohort, 'open', 1);
      if (!ending) continue;
      add(basis, day, 'open', -1);
      const isAnswer = ending.type.includes('.answered.');
      add(basis, day, isAnswer ? 'answered' : 'unanswered', 1);
      const minutes = Math.trunc((Date.parse(ending.time) - Date.parse(receipt.time)) / 60_000);
      if (isAnswer) add(basis, day, 'minutesToAnswer', minutes);
    }
  }
  return new Map([...counted].filter(([, value]) => value !== 0));
};

type CubeRow = ReturnType<ReturnType<typeof foldAll>['cubeRows']>[number];
const asKnown = (rows: readonly CubeRow[], knownAt: string): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const row of rows) {
    if (String(row.knownDay) > knownAt) continue;
    const cell = [row.basis, row.effectiveDay, row.entity, row.channel, row.topic ?? '-', row.category].join(' ');
    for (const [measure, value] of Object.entries(row))
      if (typeof value === 'bigint')
        sums.set(`${cell} ${measure}`, (sums.get(`${cell} ${measure}`) ?? 0) + Number(value));
  }
  return new Map([...sums].filter(([, value]) => value !== 0));
};

const sorted = (counted: ReadonlyMap<string, number>) => [...counted].sort(([a], [b]) => (a < b ? -1 : 1));
const histories = Array.from({ length: HISTORIES }, (_, at) => [SEED + at, randomEnquiries(SEED + at)] as const);

describe('The cube of enquiries', () => {
  test(`equals a recount as known on any day, for ${HISTORIES} histories from seed ${SEED}`, () => {
    for (const [seed, history] of histories) {
      const rows = foldAll(enquiriesModel, history).cubeRows(EnquiryDay);
      for (const knownAt of new Set(history.map(({ knownDay }) => knownDay)))
        expect([seed, knownAt, sorted(asKnown(rows, knownAt))]).toEqual([
          seed,
          knownAt,
          sorted(countedAsKnown(history, knownAt)),
        ]);
    }
  });

  test('[CON-6] received = answered + unanswered + open in every row', () => {
    for (const [, history] of histories)
      for (const row of foldAll(enquiriesModel, history).cubeRows(EnquiryDay)) {
        const ended = ['answered', 'unanswered', 'open'].reduce((sum, part) => sum + BigInt(row[part] ?? 0), 0n);
        expect([row, ended]).toEqual([row, BigInt(row.received ?? 0)]);
      }
  });

  test('does not depend on where pages end', () => {
    for (const [, history] of histories.slice(0, 40)) {
      const singly = history.map((_, at) => at);
      expect(foldInPages(enquiriesModel, history, singly)).toEqual(foldInPages(enquiriesModel, history, []));
    }
  });

  test('[CON-6, TRX-6] has nothing that counts as a transaction: no other cube takes an enquiry in', () => {
    const types = new Set(transactionsModel.types);
    for (const [, history] of histories.slice(0, 10))
      for (const { type, category } of history) expect(category === 'enquiry' && types.has(type)).toBe(false);
  });
});
