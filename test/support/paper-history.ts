import type { ReadEvent } from '../../libs/read-models/src/read-model.js';
import { type Random, randomHistory, randomOf, readEvent } from './transaction-history.js';

const DAY = 86_400_000;
const START = Date.parse('2021-03-01T00:00:00.000Z');
const text = (millis: number) => new Date(millis).toISOString();
const dayAt = (days: number) => text(START + days * DAY).slice(0, 10);
const reason = { en: 'read again' };

type Told = readonly [type: string, data: Record<string, unknown>];

const record = (random: Random, recordId: string): Told[] => {
  const id = { entityId: random.oneOf(['ae.roads', 'gb.tax']), recordId };
  const begin = random.upTo(40);
  const service = random.oneOf(['licence', undefined]);
  const told: Told[] = [
    [
      'paper.consumed',
      {
        ...id,
        sheets: 1 + random.upTo(60),
        kind: random.oneOf(['process', 'habit']),
        flow: random.oneOf(['customer', 'internal']),
        ...(service && { serviceId: service }),
        periodStart: dayAt(begin),
        periodEnd: dayAt(begin + random.oneOf([0, 6, 30])),
        method: random.oneOf(['metered', 'counted', 'estimated']),
      },
    ],
  ];
  for (let times = random.upTo(2); times > 0; times--) {
    const kind = random.oneOf(['process', 'habit', undefined]);
    const serviceId = random.oneOf(['permit', undefined, undefined]);
    const sheets = 1 + random.upTo(60);
    told.push(['paper.corrected', { ...id, sheets, ...(kind && { kind }), ...(serviceId && { serviceId }), reason }]);
  }
  if (random.next() < 0.3) told.push(['paper.voided', { ...id, reason }]);
  return told;
};

const issue = (random: Random, recordId: string): Told[] => {
  const id = { entityId: random.oneOf(['ae.roads', 'gb.tax']), recordId };
  const told: Told[] = [['paperStock.issued', { ...id, sheets: random.upTo(500), day: dayAt(random.upTo(60)) }]];
  return random.next() < 0.3 ? [...told, ['paperStock.voided', { ...id, reason }]] : told;
};

/** The history of some transactions of that seed, with paper records and paper out of stock between, in the order of recording. */
export const randomPaperHistory = (seed: number): ReadEvent[] => {
  const random = randomOf(seed ^ 0x5ee7);
  const streams = [
    ...Array.from({ length: 3 }, (_, at) => record(random, `r${at}`)),
    ...Array.from({ length: 2 }, (_, at) => issue(random, `s${at}`)),
  ];
  const told = streams.flatMap((events) => {
    let recorded = START + random.upTo(60) * DAY;
    return events.map(([type, data], revision) => {
      recorded += random.upTo(9) * DAY;
      const stream = `${type.split('.')[0]}-${data.entityId}:${data.recordId}`;
      return readEvent(type, stream, revision, data, [text(recorded), text(recorded)]);
    });
  });
  const [openings, others] = [randomHistory(seed).slice(0, 2), randomHistory(seed).slice(2)];
  const merged = [...others, ...told].sort((one, other) => (one.recorded < other.recorded ? -1 : 1));
  return [...openings, ...merged];
};
