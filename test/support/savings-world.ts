import { baselineSet, completed, consumed, defaults, entityRegistered, fact, serviceRegistered } from './savings.js';

/** Months of 2018 of Dubai Customs: April is published, the others are illustrative. */
const CUSTOMS_MONTHS = [...Array(11).fill(3_400_000), 3_200_000];

const factor = (factorId: string, num: string, more: object = {}) =>
  fact('factor.adopted', `factor-${factorId}`, {
    ...{ factorId, version: 1, set: 'visits', value: { num, den: '1' }, unit: 'minute', from: '2018-01-01' },
    ...{ source: 'a survey', verified: true, ...more },
  });
const population = (category: string, value: string, publisher = 'statistics') =>
  fact('aggregate.reported', `aggregate-${publisher}:${category}`, {
    ...{ publisher, dataset: 'people', scope: 'dubai', category, measure: 'population', freq: 'A', unit: 'person' },
    ...{ periodStart: '2020-01-01', periodEnd: '2020-12-31', value, publishedOn: '2021-07-10' },
  });
const late = consumed('customs', ['2021-03-01', '2021-03-31'], 12);
const voided = fact('paper.voided', late.stream, { ...late.data, reason: { en: 'Not ours' } });

/**
 * Facts by the day on which they became known: `customs` as the domain page tells it, `city` saves 269,800,000 sheets in 2020, `quiet`
 * says nothing after its baseline, `port` has services with parts of their own, and uses more than it did.
 */
export const SAVINGS_WORLD = {
  '2018-01-01': [
    ...defaults(),
    ...['customs', 'city', 'quiet', 'port'].map(entityRegistered),
    ...['permit', 'visa'].map((service) => serviceRegistered(service, 'port')),
    serviceRegistered('leave', 'port', 'internal'),
    ...completed('port', 'permit', '2018-05-01'),
    ...['2018-05-02', '2018-05-03', '2018-05-04'].flatMap((day) =>
      completed('port', 'permit', day, { channel: 'counter' }),
    ),
  ],
  '2019-01-10': [
    baselineSet('customs', 2018, 40_600_000, { monthly: CUSTOMS_MONTHS }),
    baselineSet('city', 2018, 300_000_000, { monthly: Array(12).fill(25_000_000) }),
    baselineSet('quiet', 2018, 365_000),
    baselineSet('port', 2018, 100_150, {
      perService: [
        { serviceId: 'permit', sheets: 60_000, transactions: 30_000 },
        { serviceId: 'leave', sheets: 3_650 },
      ],
    }),
  ],
  '2021-07-01': [
    consumed('customs', ['2019-01-01', '2019-12-31'], 20_064_520),
    consumed('customs', ['2020-04-01', '2020-04-30'], 102_000),
    ...completed('customs', 'clearance', '2021-05-02'),
    consumed('city', ['2020-01-01', '2020-12-31'], 20_000_000),
    consumed('city', ['2020-01-01', '2020-12-31'], 10_200_000, { kind: 'habit' }),
    ...completed('port', 'permit', '2020-03-01', { dueBy: '2020-03-01T12:00:00+04:00', feeDue: '5000' }),
    ...completed('port', 'permit', '2020-03-02', { dueBy: '2020-03-02T09:30:00+04:00' }),
    consumed('port', ['2020-01-01', '2020-12-31'], 7, { serviceId: 'permit' }),
    consumed('port', ['2020-01-01', '2020-12-31'], 3_000, { serviceId: 'leave', flow: 'internal', kind: 'habit' }),
    consumed('port', ['2020-01-01', '2020-12-31'], 40_000, { serviceId: 'visa' }),
    ...[factor('counter-minutes', '20'), factor('trip-minutes', '40'), factor('digital-minutes', '5')],
    factor('sheets-per-tree', '9000', { version: 4, set: 'later', from: '2021-01-01', unit: 'sheet/tree' }),
    ...[population('resident', '3400000'), population('visitor', '100000')],
  ],
  '2022-01-15': [late],
  '2022-02-20': [
    voided,
    fact('factor.retired', 'factor-trip-minutes', {
      factorId: 'trip-minutes',
      version: 1,
      from: '2020-07-01',
      reason: { en: 'old' },
    }),
  ],
};
