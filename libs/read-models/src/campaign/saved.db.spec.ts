import {
  announced,
  happened,
  registeredEntity,
  registeredService,
  requests,
  scoped,
} from '../../../../test/support/campaign-facts.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { defaults, fact, type Ledger, learned } from '../../../../test/support/savings.js';
import { campaignBoard, campaignMetrics } from '../campaign.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';

const [EVE, DAY] = ['2020-10-19', '2020-10-20'];

let records = 0;
/** Sheets that the office used for a request, on the day of the request. */
const used = (request: PostedFact, sheets: number): PostedFact => {
  const { entityId, number } = request.data as { entityId: string; number: string };
  const time = request.time?.replace('09:15', '11:00') ?? '';
  const data = { entityId, number, recordId: `s${records++}`, sheets, kind: 'process' };
  return fact('transaction.sheetsConsumed', request.stream, data, time);
};
/** Requests at a counter, each of which takes three sheets. */
const atCounter = (day: string, count: number): PostedFact[] =>
  requests({ day, channel: 'counter', count }).flatMap((one) => [one, used(one, 3)]);
const visit = (factorId: string, num: string, unit = 'minute') =>
  fact('factor.adopted', `factor-${factorId}`, {
    ...{ factorId, version: 1, set: 'visits', value: { num, den: '1' }, unit, from: '2020-01-01' },
    ...{ source: 'a survey', verified: true },
  });
const [late] = requests({ day: DAY, channel: 'counter' });

/**
 * On the day before 10 requests at counters took 30 sheets and 10 others none; on the day of the edition 4 took 12 and 26 none. Late
 * becomes known that a fifth came to a counter and took 8.
 */
const TOLD: Readonly<Record<string, PostedFact[]>> = {
  '2020-11-01': [
    ...defaults(),
    registeredEntity('rta', 'government'),
    registeredService('rta-renewal', 'rta'),
    announced({ campaign: 'day', edition: 1, firstDay: DAY, lastDay: DAY }),
    scoped('day', { entityIds: ['rta'], serviceIds: ['rta-renewal'] }),
    ...[...atCounter(EVE, 10), ...requests({ day: EVE, channel: 'app', count: 10 })],
    ...[...atCounter(DAY, 4), ...requests({ day: DAY, channel: 'app', count: 26 })],
    ...[visit('counter-minutes', '20'), visit('trip-minutes', '40'), visit('digital-minutes', '5')],
    visit('trip-co2e', '1500', 'g/trip'),
    ...[happened('started', 'day'), happened('ended', 'day')],
  ],
  '2020-11-05': [happened('figuresFrozen', 'day'), late as PostedFact, used(late as PostedFact, 8)],
};

describe('What an edition saved', () => {
  let ledger: Ledger;
  const ask = (query: Partial<DataSetQuery> = {}) => {
    const filters = { measure: ['received'], baseline: ['previousDay'], view: ['current'], ...query.filters };
    return ledger.ask(campaignMetrics, { ...query, filters });
  };
  const value = (row: AnswerRow | undefined, name: string) => (row?.[name] as { value: string | null } | null)?.value;
  const values = (row: AnswerRow | undefined, ...names: string[]) => names.map((name) => value(row, name));
  const VISITS = ['counter-minutes@1', 'trip-minutes@1', 'digital-minutes@1', 'trip-co2e@1'];

  beforeAll(async () => {
    ledger = await learned(TOLD);
  }, 60_000);
  afterAll(() => ledger?.close());

  test('[CAM-5, CAM-18, SAV-11] is as many sheets as its requests would have taken the day before, less those they took', async () => {
    const { rows } = await ask({ knownAt: '2020-11-01' });
    // 30 requests at 30 / 20 sheets each are 45; 12 were used. 10 counter requests were 4.
    expect(rows).toMatchObject([{ sheets: 12, factor_set: null, method: 'perSheet' }]);
    expect(values(rows[0], 'sheets_expected', 'sheets_net', 'trips')).toEqual(['45', '33', '6']);
    expect(values(rows[0], 'trees', 'co2e_g', 'staff_minutes', 'fils', 'customer_minutes', 'trip_co2e_g')).toEqual(
      Array(6).fill(null),
    );
  });

  test('[SAV-5, SAV-7, SAV-10, SAV-14] is converted under factor sets side by side, to the digit, each factor named', async () => {
    const { rows, factors } = await ask({
      knownAt: '2020-11-01',
      factors: ['releases-2021', 'strategy-2020', ...VISITS],
    });
    expect(rows.map((row) => row.factor_set)).toEqual(['releases-2021', 'strategy-2020']);
    const [releases, strategy] = rows;
    expect(values(releases, 'trees', 'co2e_g', 'staff_minutes', 'fils')).toEqual([
      ...['0.003962', '177.829344', '88.79911', '13821.349148'],
    ]);
    expect(releases).toMatchObject({ trees: { num: '33', den: '8330' }, fils: { num: '18645000', den: '1349' } });
    // 33 × 3,630 / 1,349 minutes, 33 × 565,000 / 1,349 fils. 6 visits of 20 + 40 - 5 minutes, at 1,130,000 / 121 fils an hour; 1.5 kg of carbon a way.
    expect(values(releases, 'customer_minutes', 'customer_fils', 'trip_co2e_g')).toEqual([
      '330',
      '51363.636364',
      '9000',
    ]);
    expect(values(strategy, 'trees', 'fils', 'co2e_g', 'customer_minutes', 'customer_fils')).toEqual([
      ...['0.00429', '2970', null, '330', null],
    ]);
    expect(factors).toContainEqual(
      expect.objectContaining({ factorSet: 'strategy-2020', factor: 'trip-co2e', origin: 'visits' }),
    );
  });

  test('[SAV-7] is money by one method at a time', async () => {
    const { rows } = await ask({ knownAt: '2020-11-01', group: ['method'], factors: ['releases-2021'] });
    expect(rows.map((row) => [row.method, value(row, 'fils')])).toEqual([
      ['hours', '13821.349148'],
      ['perSheet', '13821.349148'],
    ]);
  });

  test('[CAM-25] is restated beside its frozen figures, and negative where more paper was used than expected', async () => {
    const names = ['sheets_expected', 'sheets_net', 'trips'];
    const [current] = (await ask()).rows;
    const [frozen] = (await ask({ filters: { view: ['frozen'] } })).rows;
    expect([current?.sheets, ...values(current, ...names)]).toEqual([20, '46.5', '26.5', '5']);
    expect([frozen?.sheets, ...values(frozen, ...names)]).toEqual([12, '45', '33', '6']);
  });

  test('is of all channels together, of visits where the counter is, and of no money', async () => {
    const { rows } = await ask({ group: ['channel_class'], factors: ['releases-2021'], knownAt: '2020-11-01' });
    const told = rows.map((row) => [row.channel_class, row.sheets, ...values(row, 'sheets_net', 'trips', 'trees')]);
    expect(told.slice(0, 2)).toEqual([
      ['counter', 12, null, '6', null],
      ['digital', 0, null, null, null],
    ]);
    const [settled] = (await ask({ filters: { measure: ['settled'] }, factors: ['releases-2021'] })).rows;
    expect(settled).toMatchObject({ factor_set: null, method: null, sheets: null, trips: { value: null } });
  });

  test('[SAV-14] refuses a factor set that is not there, and comes in pages without loss or repeat', async () => {
    await expect(ask({ factors: ['strategy-2019'] })).rejects.toMatchObject({ code: 'factors.unknown' });
    const query = { group: ['method'], filters: {}, factors: ['releases-2021', 'strategy-2020'] };
    const whole = (await ledger.ask(campaignMetrics, query)).rows;
    const paged: AnswerRow[] = [];
    let after: readonly (string | null)[] | undefined;
    do {
      const page = await ledger.ask(campaignMetrics, { ...query, limit: 3, ...(after && { after }) });
      paged.push(...page.rows);
      after = page.next;
    } while (after);
    expect(paged).toEqual(whole);
    expect(whole).toHaveLength(2 * 4 * (1 + 4));
  });

  test('is explained by the events that used the sheets, on the board as well', async () => {
    const filters = { baseline: ['previousDay'], view: ['frozen'] };
    const { events } = await ledger.behind(campaignMetrics, { filters });
    const sheets = (day: string) =>
      events
        .filter(({ effectiveDay }) => effectiveDay === day)
        .reduce((sum, { deltas }) => sum + Number(deltas.sheets ?? 0), 0);
    expect([sheets(EVE), sheets(DAY)]).toEqual([30, 12]);
    expect((await ledger.ask(campaignBoard, { filters: { in_scope: ['true'] } })).rows).toMatchObject([{ sheets: 20 }]);
  });
});
