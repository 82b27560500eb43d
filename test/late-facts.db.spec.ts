import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { DEFAULTS_SOURCE, defaultFacts, streamNameOf, streamOfType } from '#ledger';
import { simulate, type WireEvent } from '#simulation';
import { dataSets, readModels } from '../libs/read-models/src/read-models.js';
import { type Answers, askAll, type Difference, differing, NONE } from './support/data-set-answers.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { project, readingSource } from './support/projection.js';
import { type PostedFact, post } from './support/read-models.js';

const SEED = 'late-2026';
const EVENTS = 4_000;
const DAY_MICROS = 86_400_000_000n;
const FIRST = 1_768_435_200_000_000n; // 2026-01-15T00:00Z

const posted = (event: Omit<PostedFact, 'stream'>): PostedFact => ({
  ...event,
  stream: streamNameOf(streamOfType(event.type), event.data),
});
const dayOf = (nth: number): string =>
  new Date(Number((FIRST + BigInt(nth) * DAY_MICROS) / 1000n)).toISOString().slice(0, 10);

/** A cell that was asked for and not given. */
const unprovided = (year: readonly WireEvent[]) => {
  const dataOf = (noun: string) => year.filter(({ type }) => type === `gov.sijill.${noun}.v1`).map(({ data }) => data);
  const [grid] = dataOf('collection.requested') as [{ serviceIds: string[]; cells: object[] }];
  const keyOf = ({ serviceId, measure, periodStart }: Readonly<Record<string, unknown>>) =>
    [serviceId, measure, periodStart].join(' ');
  const given = new Set(dataOf('aggregate.reported').map(keyOf));
  const { serviceIds, cells, part: _, ...of } = grid as typeof grid & { part: number };
  const asked = serviceIds.flatMap((serviceId) => cells.map((cell) => ({ ...of, serviceId, ...cell })));
  const { periodEnd: __, ...missing } = asked.find((cell) => !given.has(keyOf(cell)))! as { periodEnd?: string };
  return missing;
};

describe('A fact that comes late', () => {
  const year = [...simulate({ seed: SEED, events: EVENTS, programmes: true })].map(({ event }) => event);
  let now = FIRST;
  const store = new MemoryEventStore(() => now);
  let database: TestDatabase;
  let source: DataSource;
  let answers: Answers;
  let nth = 0;

  const ask = (knownAt?: string) => askAll(source, knownAt);

  beforeAll(async () => {
    const defaults = defaultFacts().map((fact) => ({ ...fact, source: DEFAULTS_SOURCE }));
    await post(store, [...defaults, ...year].map(posted));
    database = await createTestDatabase();
    await project(database, store, readModels);
    source = await readingSource(database, readModels);
    answers = await ask();
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  /** Records facts on a day of their own. @returns what the data sets say otherwise than before, and otherwise of the day before. */
  const learn = async (...facts: PostedFact[]): Promise<{ changed: Difference; rewritten: Difference }> => {
    nth += 1;
    now = FIRST + BigInt(nth) * DAY_MICROS;
    await post(store, facts);
    await project(database, store, readModels);
    const before = answers;
    answers = await ask();
    return { changed: differing(before, answers), rewritten: differing(before, await ask(dayOf(nth - 1))) };
  };

  test('is missed by nothing when there is none: asked as of a day, every data set says what it said then', async () => {
    expect(differing(answers, await ask(dayOf(0)))).toEqual(NONE);
  });

  const time = '2025-05-20T10:00:00+04:00'; // a day of the campaign
  /** Told by the system of the entity that it is about. */
  const fact = (noun: string, data: object) => {
    const { entityId = 'rta' } = data as { entityId?: string };
    return posted({ type: `gov.sijill.${noun}.v1`, data, time, source: `urn:sijill:${entityId}:core` });
  };
  const first = (noun: string) => year.find(({ type }) => type === `gov.sijill.${noun}.v1`)!;
  const reason = { en: 'Found late' };
  const by = { reason, requestedBy: 'audit' };

  const transaction = { entityId: 'rta', number: 'LATE-1' };
  const receipt = {
    ...{ ...transaction, serviceId: 'rta-licence-renewal', channel: 'counter', assisted: false, flow: 'customer' },
    ...{ customerCategory: 'resident', feeDue: '30000', centreId: 'rta-deira' },
  };
  const sheets = { ...transaction, recordId: 'late', sheets: 3, kind: 'process' };
  const payment = { ...transaction, paymentId: 'p1', amount: '30000', kind: 'fee', method: 'cash', channel: 'counter' };
  const outcome = { ...transaction, delivery: 'paper', intended: true };
  const other = { entityId: 'rta', number: 'LATE-2' };
  const onPlatform = {
    ...{ ...receipt, ...other, serviceId: 'rta-fines', channel: 'app', platformId: 'dubainow' },
    ...{ feeDue: '0', centreId: undefined },
  };
  const printed = { ...first('paper.voided').data, recordId: 'late-2', sheets: 12, kind: 'process', flow: 'customer' };
  const march = { periodStart: '2025-03-01', periodEnd: '2025-03-31', method: 'counted', reason: undefined };
  const cell = first('aggregate.reported').data as { value: string };
  const enquiry = { entityId: 'rta', number: 'LATE-1', channel: 'call', customerCategory: 'resident' };
  const service = { serviceId: 'rta-late', ownerEntityId: 'rta', title: { ar: 'خدمة متأخرة', en: 'Late' } };
  const state = { kind: 'transactional', flow: 'customer', critical: false, status: 'active', from: '2025-01-01' };
  const quarter = { periodStart: '2025-04-01', periodEnd: '2025-06-30' };
  const spent = { kind: 'staff', channel: 'counter', amount: '9000000' };
  const cost = { entityId: 'rta', serviceId: 'rta-licence-renewal', ...quarter, components: [spent] };
  const delivery = {
    agreementId: 'mobility-lab',
    deliveryId: 'late',
    day: '2025-11-11',
    rows: 7,
    bytes: 70,
    format: 'csv',
  };
  const factor = { factorId: 'trip-minutes', version: 1, set: 'late', value: { num: '30', den: '1' }, unit: 'minute' };
  const adopted = { from: '2020-01-01', source: 'Survey', verified: false };
  const kiosk = { kioskId: 'rta-late', entityId: 'rta', area: 'Deira', from: '2025-01-01' };

  /** Measures that a fact changes, by data set. */
  type Changes = Readonly<Record<string, string>>;
  /** Of whoever posts a transaction late, beside the events that are counted for everybody. */
  const LATE: Changes = { data_quality: 'findings late_over_30' };
  const ENDED: Changes = { ...LATE, electronic_share: 'completed' };
  const SHEETS: Changes = {
    paper: 'sheets unexplained',
    savings: 'actual gross_avoided net process reduction',
    stamp: 'process_sheets reduction',
  };
  const EDITION = 'actual per_day per_day_compared';
  const PAID: Changes = { channel_volume: 'settled', campaign: 'settled', campaign_metrics: EDITION };
  const UNWHOLE = 'process_sheets rank reduction services time_to_whole units_failed';

  const reached = new Set<string>();
  test.each<[kind: string, told: PostedFact, changes: Changes, entities?: readonly string[]]>([
    [
      'a transaction',
      fact('transaction.received', receipt),
      {
        ...{ ...LATE, channel_volume: 'fee_due open received', campaign: 'received' },
        campaign_metrics: `${EDITION} centres_served_anyway`,
      },
    ],
    [
      'its sheets',
      fact('transaction.sheetsConsumed', sheets),
      { ...LATE, ...SHEETS, campaign: 'sheets', campaign_metrics: 'sheets' },
    ],
    ['its payment', fact('transaction.paymentSettled', payment), { ...LATE, ...PAID }],
    [
      'its outcome',
      fact('transaction.completed', outcome),
      { ...ENDED, channel_volume: 'completed e_no intended open' },
    ],
    [
      'the channel that it really had',
      fact('transaction.corrected', { ...transaction, changes: { channel: 'web' }, ...by }),
      {
        ...{ ...ENDED, channel_volume: 'completed e_no fee_due intended received', campaign: 'received sheets' },
        campaign_metrics: `${EDITION} centres_served_anyway sheets`,
      },
      [],
    ],
    [
      'that it never was',
      fact('transaction.voided', { ...transaction, ...by }),
      {
        ...{ ...ENDED, ...SHEETS, ...PAID, campaign: 'received settled sheets' },
        campaign_metrics: `${EDITION} sheets`,
        channel_volume: 'completed e_no fee_due intended received settled voided',
      },
    ],
    [
      'one on the platform',
      fact('transaction.received', onPlatform),
      { ...LATE, channel_volume: 'open received', campaign: 'received' },
    ],
    [
      'its completion there',
      fact('transaction.completed', { ...other, delivery: 'electronic', intended: true }),
      {
        ...ENDED,
        channel_volume: 'completed e_unknown intended open',
        platform_activity: 'entities_used mean_value services_used transactions',
      },
    ],
    [
      'paper of March',
      fact('paper.consumed', { ...printed, ...march }),
      { ...SHEETS, data_quality: 'findings', paper: 'last_paper_day sheets unexplained', stamp: UNWHOLE },
    ],
    [
      'another published total',
      fact('aggregate.restated', { ...cell, previous: cell.value, value: String(Number(cell.value) + 1) }),
      { aggregates: 'restated value' },
      ['dewa'],
    ],
    [
      'a total that was not wanted',
      fact('collection.exempted', { ...unprovided(year), status: 'notRequested' }),
      { coverage: 'coverage not_provided not_requested requested' },
      ['dewa'],
    ],
    [
      'a service',
      fact('service.registered', { ...service, ...state }),
      { catalogue: 'completeness services', continuity: 'in_scope readiness', stamp: 'policies units_idle' },
    ],
    ['a kiosk', fact('kiosk.installed', kiosk), { places: 'places', claims: 'measured verdict' }],
    ['an enquiry', fact('enquiry.received', enquiry), { enquiries: 'open received' }],
    [
      'an opinion',
      fact('feedback.given', { entityId: 'rta', feedbackId: 'late-1', rating: 1 }),
      { satisfaction: 'answers rating_1' },
    ],
    [
      'a claim that was copied wrongly',
      fact('claim.corrected', { claimId: 'platform-value', value: '40000000', reason }),
      { claims: 'claimed', claim_checks: 'at_most difference left' },
      [],
    ],
    ['what a service cost', fact('cost.reported', cost), { cost: 'amount completed cost_per_transaction' }],
    ['a delivery', fact('sharing.delivered', delivery), { sharing: 'deliveries rows' }, []],
    ['a factor', fact('factor.adopted', { ...factor, ...adopted }), { registers: 'items' }, []],
  ])('[TRX-10] changes exactly the figures it should, and none as known before: %s', async (...row) => {
    const [, told, changes, entities = [(told.data as { entityId?: string }).entityId ?? 'rta']] = row;
    const counted = { data_quality: `events share stale_days ${changes.data_quality ?? ''}`.trim() };
    const measures = Object.entries({ ...changes, ...counted }).flatMap(([name, list]) =>
      list.split(' ').map((measure) => `${name}.${measure}`),
    );
    const changed = { measures: measures.sort(), entities };
    expect(await learn(told)).toEqual({ changed, rewritten: NONE });
    for (const name of Object.keys({ ...changes, ...counted })) reached.add(name);
  });

  test('[AGG-1] totals that are only published stand beside single events, and neither is ever added to the other', () => {
    const dataOf = (noun: string) =>
      year.filter(({ type }) => type === `gov.sijill.${noun}.v1`).map(({ data }) => data);
    const { serviceId } = cell as { serviceId?: string };
    const voided = new Set(dataOf('transaction.voided').map(({ number }) => number));
    const received = dataOf('transaction.received').filter(
      (data) => data.serviceId === serviceId && !voided.has(data.number),
    );
    const totals = dataOf('aggregate.reported').filter(
      (data) => data.serviceId === serviceId && data.measure === 'volume',
    );
    expect(received.length * totals.length).toBeGreaterThan(0);
    const rowsOf = (dataSet: string) =>
      (answers.get(`${dataSet} service`) ?? []).filter(({ service: id }) => id === serviceId);
    expect(rowsOf('channel_volume')).toMatchObject([{ received: received.length }]);
    const restatedBy = 1;
    const total = totals.reduce((sum, { value }) => sum + Number(value), restatedBy);
    const published = rowsOf('aggregates').filter(({ measure }) => measure === 'volume');
    expect(published.map(({ value }) => Number(value))).toEqual([total]);
  });

  test('reaches every data set there is', () => {
    expect([...reached].sort()).toEqual([...dataSets.keys()].sort());
  });
});
