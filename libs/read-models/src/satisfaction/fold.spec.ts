import { foldAll, foldInPages } from '../../../../test/support/read-models.js';
import { dayIn, randomOf, readEvent } from '../../../../test/support/transaction-history.js';
import type { ReadEvent } from '../read-model.js';
import { satisfactionModel } from './fold.js';
import { SatisfactionDay } from './tables.js';

const SEED = 20_210_701;
const HISTORIES = 200;
const DAY = 86_400_000;
const START = Date.parse('2021-03-01T10:00:00.000Z');
const PERIOD = { periodStart: '2021-03-01', periodEnd: '2021-03-31' };

/** Answers that are voided at times, and one total whose publisher changes its mind, told in any order. */
const randomRatings = (seed: number): ReadEvent[] => {
  const random = randomOf(seed);
  const events: ReadEvent[] = [];
  let now = START;
  const at = (time = now): [string, string] => [new Date(time).toISOString(), new Date(now).toISOString()];
  let told = 0;
  for (let number = 0; number < 12; number++) {
    now += random.upTo(4) * DAY;
    const id = { entityId: 'ae.moi', feedbackId: `f${random.upTo(5)}` };
    const stream = `feedback-ae.moi:${id.feedbackId}`;
    const past = events.filter((event) => event.stream === stream);
    if (random.next() < 0.4) {
      // A history by day of publication, of which any part may come late; a restatement names what it replaced.
      const publishedOn = `2021-0${3 + random.upTo(3)}-${10 + told++}`;
      const total = { publisher: 'gb.x', dataset: 'd', scope: 'gb', measure: 'rating_4', freq: 'M', ...PERIOD };
      const [value, previous] = [String(random.upTo(9)), String(10 + random.upTo(9))];
      const said = random.oneOf([{ value }, { value, previous }, { previous }, { value: 'notProvided', previous }]);
      const past = 'value' in said ? ('previous' in said ? 'restated' : 'reported') : 'withdrawn';
      const data = { ...total, ...said, unit: 'answer', publishedOn };
      events.push(readEvent(`aggregate.${past}`, 'aggregate-gb.x:1', told, data, at()));
    } else if (past.length === 0) {
      const service = random.oneOf(['visa', undefined]);
      const data = { ...id, rating: 1 + random.upTo(4), ...(service && { serviceId: service }) };
      events.push(readEvent('feedback.given', stream, 0, data, at(now - random.upTo(5) * DAY)));
    } else if (past.length === 1) {
      events.push(readEvent('feedback.voided', stream, 1, { ...id, reason: { en: 'test' } }, at()));
    }
  }
  return events;
};

/** Answers by cell as both clocks of knowledge tell them. */
const countedAsKnown = (history: readonly ReadEvent[], knownAt: string, recordedAt: string) => {
  const counted = new Map<string, number>();
  const known = history.filter((event) => event.recordedDay <= recordedAt && event.knownDay <= knownAt);
  const add = (key: string, by: number) => counted.set(key, (counted.get(key) ?? 0) + by);
  for (const { type, stream, time, data } of known) {
    if (!type.includes('feedback.given') || known.some((one) => one.stream === stream && one.type.includes('voided')))
      continue;
    add(`${dayIn('Asia/Dubai', time)} event ${data.serviceId ?? '-'} rating${data.rating}`, 1);
  }
  const totals = history.filter(({ category, recordedDay }) => category === 'aggregate' && recordedDay <= recordedAt);
  const byDay = [...totals].sort((one, other) => (one.knownDay < other.knownDay ? -1 : 1));
  const number = (value: unknown) => (/^\d+$/.test(String(value)) ? Number(value) : 0);
  const latest = byDay.findLast(({ knownDay }) => knownDay <= knownAt);
  const [first] = byDay;
  const key = '2021-03-31 aggregate - rating4';
  if (latest) add(key, number(latest.data.value));
  else if (first && knownAt > PERIOD.periodEnd) add(key, number(first.data.previous));
  return new Map([...counted].filter(([, value]) => value !== 0));
};

type CubeRow = ReturnType<ReturnType<typeof foldAll>['cubeRows']>[number];
const asKnown = (rows: readonly CubeRow[], knownAt: string, recordedAt: string) => {
  const sums = new Map<string, number>();
  for (const row of rows) {
    if (String(row.knownDay) > knownAt || String(row.recordedDay) > recordedAt) continue;
    const cell = [row.effectiveDay, row.origin, row.service ?? '-'].join(' ');
    for (const [measure, value] of Object.entries(row))
      if (typeof value === 'bigint')
        sums.set(`${cell} ${measure}`, (sums.get(`${cell} ${measure}`) ?? 0) + Number(value));
  }
  return new Map([...sums].filter(([, value]) => value !== 0));
};

const sorted = (counted: ReadonlyMap<string, number>) => [...counted].sort(([a], [b]) => (a < b ? -1 : 1));
const histories = Array.from({ length: HISTORIES }, (_, at) => [SEED + at, randomRatings(SEED + at)] as const);

describe('The cube of ratings', () => {
  test(`equals a recount by both clocks of knowledge, for ${HISTORIES} histories from seed ${SEED}`, () => {
    for (const [seed, history] of histories) {
      const rows = foldAll(satisfactionModel, history).cubeRows(SatisfactionDay);
      for (const knownAt of new Set(history.flatMap(({ knownDay, recordedDay }) => [knownDay, recordedDay])))
        for (const recordedAt of new Set(history.map(({ recordedDay }) => recordedDay)))
          expect([seed, knownAt, recordedAt, sorted(asKnown(rows, knownAt, recordedAt))]).toEqual([
            seed,
            knownAt,
            recordedAt,
            sorted(countedAsKnown(history, knownAt, recordedAt)),
          ]);
    }
  });

  test('does not depend on where pages end', () => {
    for (const [, history] of histories.slice(0, 40)) {
      const singly = history.map((_, at) => at);
      expect(foldInPages(satisfactionModel, history, singly)).toEqual(foldInPages(satisfactionModel, history, []));
    }
  });

  test('takes neither other measures nor parts by customer category in', () => {
    const cell = { publisher: 'p', dataset: 'd', scope: 's', freq: 'M', ...PERIOD, unit: 'x', value: '5' };
    const told = [
      { ...cell, measure: 'volume' },
      { ...cell, measure: 'rating_1', category: 'citizen' },
    ].map((data, at) =>
      readEvent('aggregate.reported', `aggregate-p:${at}`, 0, data, [
        '2021-04-02T00:00:00.000Z',
        '2021-04-02T00:00:00.000Z',
      ]),
    );
    expect(foldAll(satisfactionModel, told).cubeRows(SatisfactionDay)).toEqual([]);
  });
});
