import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { DEFAULTS_SOURCE, defaultFacts, streamNameOf, streamOfType } from '#ledger';
import { simulate } from '#simulation';
import type { DataSet } from '../libs/read-models/src/read-model.js';
import { dataSets, readModels } from '../libs/read-models/src/read-models.js';
import { inSnapshot } from '../libs/read-models/src/snapshot.js';
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

type Rows = readonly Readonly<Record<string, unknown>>[];
/** Answers by data set and grouping. */
type Answers = ReadonlyMap<string, Rows>;

const GROUPS = ['month', 'entity', 'channel', 'service'];
const groupsOf = ({ description: { dimensions, grains } }: DataSet): readonly (readonly string[])[] => [
  [],
  ...GROUPS.filter((one) => one in dimensions || (grains as readonly string[]).includes(one)).map((one) => [one]),
];

interface Difference {
  /** `data_set.measure`. */
  readonly measures: string[];
  /** Of the rows that name one. */
  readonly entities: string[];
}

/** What two sets of answers say differently, and of whom. A figure that is not there is 0. */
const differing = (before: Answers, after: Answers): Difference => {
  const [found, entities] = [new Set<string>(), new Set<string>()];
  for (const [question, rows] of after) {
    const [name = ''] = question.split(' ');
    const measures = Object.keys(dataSets.get(name)!.description.measures);
    const [left, right] = [keyed(before.get(question) ?? [], measures), keyed(rows, measures)];
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      const [old, now] = [left.get(key) ?? {}, right.get(key) ?? {}];
      const changed = measures.filter((one) => JSON.stringify(old[one] ?? 0) !== JSON.stringify(now[one] ?? 0));
      for (const measure of changed) found.add(`${name}.${measure}`);
      const entity = now.entity ?? old.entity;
      if (changed.length > 0 && typeof entity === 'string') entities.add(entity);
    }
  }
  return { measures: [...found].sort(), entities: [...entities].sort() };
};
const NONE: Difference = { measures: [], entities: [] };

const keyed = (rows: Rows, measures: readonly string[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> =>
  new Map(rows.map((row) => [JSON.stringify(Object.entries(row).filter(([name]) => !measures.includes(name))), row]));

describe('A fact that comes late', () => {
  const year = [...simulate({ seed: SEED, events: EVENTS, programmes: true })].map(({ event }) => event);
  let now = FIRST;
  const store = new MemoryEventStore(() => now);
  let database: TestDatabase;
  let source: DataSource;
  let answers: Answers;
  let nth = 0;

  const ask = async (knownAt?: string): Promise<Answers> => {
    const given = new Map<string, Rows>();
    for (const [name, dataSet] of dataSets) {
      for (const group of groupsOf(dataSet)) {
        const question = { group, filters: {}, kpis: [], limit: 10_000, ...(knownAt && { knownAt }) };
        const { rows } = await inSnapshot(source, dataSet.projection, (manager) => dataSet.rows(question, manager));
        given.set(`${name} ${group}`, rows);
      }
    }
    return given;
  };

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
  const printed = { ...first('paper.voided').data, recordId: 'late-2', sheets: 12, kind: 'process', flow: 'customer' };
  const march = { periodStart: '2025-03-01', periodEnd: '2025-03-31', method: 'counted', reason: undefined };
  const cell = first('aggregate.reported').data as { value: string };
  const { publisher, dataset, serviceIds } = first('collection.requested').data as Record<string, string[]>;
  const [asked, periodStart] = [{ publisher, dataset, serviceId: serviceIds?.[0] }, '2024-01-01'];
  const service = { serviceId: 'rta-late', ownerEntityId: 'rta', title: { ar: 'خدمة متأخرة', en: 'Late' } };
  const kinds = { kind: 'transactional', flow: 'customer', critical: false, status: 'active', from: '2025-01-01' };
  const factor = { factorId: 'trip-minutes', version: 1, set: 'late', value: { num: '30', den: '1' }, unit: 'minute' };

  const reached = new Set<string>();
  type Changes = Readonly<Record<string, readonly string[]>>;
  /** Of whoever posts a transaction late, beside the events that are counted for everybody. */
  const LATE: Changes = { data_quality: ['findings', 'late_over_30'] };
  const COMPLETED = ['completed', 'e_no', 'intended'];
  const ENDED: Changes = { ...LATE, electronic_share: ['completed'] };

  test.each<[kind: string, told: PostedFact, changes: Changes]>([
    [
      'a transaction',
      fact('transaction.received', receipt),
      { ...LATE, channel_volume: ['fee_due', 'open', 'received'] },
    ],
    ['its sheets', fact('transaction.sheetsConsumed', sheets), { ...LATE, paper: ['sheets', 'unexplained'] }],
    ['its payment', fact('transaction.paymentSettled', payment), { ...LATE, channel_volume: ['settled'] }],
    ['its outcome', fact('transaction.completed', outcome), { ...ENDED, channel_volume: [...COMPLETED, 'open'] }],
    [
      'the channel that it really had',
      fact('transaction.corrected', { ...transaction, changes: { channel: 'web' }, ...by }),
      { ...ENDED, channel_volume: [...COMPLETED, 'fee_due', 'received'] },
    ],
    [
      'that it never was',
      fact('transaction.voided', { ...transaction, ...by }),
      {
        ...{ ...ENDED, channel_volume: [...COMPLETED, 'fee_due', 'received', 'settled', 'voided'] },
        paper: ['sheets', 'unexplained'],
      },
    ],
    [
      'paper of March',
      fact('paper.consumed', { ...printed, ...march }),
      { paper: ['last_paper_day', 'sheets', 'unexplained'] },
    ],
    [
      'another published total',
      fact('aggregate.restated', { ...cell, previous: cell.value, value: String(Number(cell.value) + 1) }),
      { aggregates: ['restated', 'value'] },
    ],
    [
      'a cell that nobody asked for',
      fact('collection.exempted', { ...asked, measure: 'volume', freq: 'Q', periodStart, status: 'notRequested' }),
      { coverage: ['not_requested', 'requested'] },
    ],
    ['a service', fact('service.registered', { ...service, ...kinds }), { catalogue: ['completeness', 'services'] }],
    [
      'an enquiry',
      fact('enquiry.received', { entityId: 'rta', number: 'LATE-1', channel: 'call', customerCategory: 'resident' }),
      { enquiries: ['open', 'received'] },
    ],
    [
      'an opinion',
      fact('feedback.given', { entityId: 'rta', feedbackId: 'late-1', rating: 1 }),
      { satisfaction: ['answers', 'rating_1'] },
    ],
    [
      'a factor',
      fact('factor.adopted', { ...factor, from: '2020-01-01', source: 'Survey', verified: false }),
      { registers: ['items'] },
    ],
  ])('[TRX-10] changes exactly the figures it should, and none as known before: %s', async (_, told, changes) => {
    const counted = ['events', 'share', 'stale_days'].map((measure) => `data_quality.${measure}`);
    const expected = Object.entries(changes).flatMap(([name, measures]) => measures.map((one) => `${name}.${one}`));
    const { entityId = 'rta' } = told.data as { entityId?: string };
    const changed: Difference = { measures: [...counted, ...expected].sort(), entities: [entityId] };
    expect(await learn(told)).toEqual({ changed, rewritten: NONE });
    for (const name of Object.keys(changes)) reached.add(name);
  });

  test('reaches every data set there is', () => {
    expect([...reached].sort()).toEqual([...dataSets.keys()].sort());
  });
});
