import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { addDays } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { foldInPages, type PostedFact, post, readJournal } from '../../../test/support/read-models.js';
import { randomOf } from '../../../test/support/transaction-history.js';
import { aggregates, aggregatesModel } from './aggregates.js';
import { coverage } from './coverage.js';
import type { DataSet, DataSetQuery, ReadEvent } from './read-model.js';
import { inSnapshot } from './snapshot.js';

const SEED = 20_180_919;
const DAY_MICROS = 86_400_000_000n;
const FIRST = 1_451_606_400_000_000n; // 2016-01-01T00:00Z
const CELLS = 60;

const fact = (type: string, stream: string, data: object): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
});
const year = { freq: 'A', periodStart: '2015-01-01', periodEnd: '2015-12-31', unit: 'transaction' };
const cellOf = (data: object): object => ({
  publisher: 'stats',
  dataset: 'volumes',
  measure: 'volume',
  ...year,
  ...data,
});
const said = (kind: string, cell: string, data: object) =>
  fact(`aggregate.${kind}`, `aggregate-stats:${cell}`, cellOf(data));

interface Entry {
  readonly day: string;
  readonly recorded: string;
  readonly value?: string | undefined;
  readonly previous?: string | undefined;
}

/** Histories of cells as the ledger accepts them: in any order of arrival, each replacing the value known before its day. */
const randomCells = (): { facts: PostedFact[]; cells: Map<string, Entry[]> } => {
  const random = randomOf(SEED);
  const cells = new Map<string, Entry[]>();
  const facts: PostedFact[] = [];
  for (let at = 0; at < CELLS; at++) {
    const data = { dataset: 'random', serviceId: `s${at}` };
    const values = Array.from({ length: 1 + random.upTo(4) }, (_, step) => String(random.upTo(900) + step * 1000));
    const isUndated = random.next() < 0.5;
    const entries = values.map((value, step): { entry: Entry; fact: PostedFact } => {
      const publishedOn = addDays('2015-10-01', at + step * 60 + random.upTo(20));
      const previous = step > 0 ? values[step - 1] : isUndated ? '77.5' : undefined;
      const isLast = step === values.length - 1;
      const kind = previous === undefined ? 'reported' : isLast && random.next() < 0.3 ? 'withdrawn' : 'restated';
      const figures = { ...(kind !== 'withdrawn' && { value }), ...(previous && { previous }), publishedOn };
      const entry = { day: publishedOn, recorded: '', value: kind === 'withdrawn' ? undefined : value, previous };
      return { entry, fact: said(kind, `cell${at}`, { ...data, ...figures }) };
    });
    const arrived = entries.sort(() => random.next() - 0.5);
    cells.set(
      `s${at}`,
      arrived.map(({ entry }) => entry),
    );
    facts.push(...arrived.map((one) => one.fact));
  }
  return { facts, cells };
};

/** What is known of a cell at the end of a day, read straight from the rule. */
const knownOn = (entries: readonly Entry[], day: string): string | undefined => {
  const [first, ...rest] = [...entries].sort((a, b) => (a.day < b.day ? -1 : 1));
  if (!first) return undefined;
  const dated = [first, ...rest].filter((entry) => entry.day <= day).at(-1);
  if (dated) return dated.value;
  return first.previous !== undefined && year.periodEnd < day ? first.previous : undefined;
};

const grid = (part: number, serviceIds: readonly string[], measures: readonly string[]) =>
  fact('collection.requested', 'collection-stats:volumes', {
    ...{ publisher: 'stats', dataset: 'volumes', part, serviceIds, publishedOn: '2016-01-01' },
    cells: measures.map((measure) => ({
      measure,
      freq: 'A',
      periodStart: year.periodStart,
      periodEnd: year.periodEnd,
    })),
  });
const exempted = (serviceId: string, status: string) =>
  fact('collection.exempted', 'collection-stats:volumes', {
    ...{ publisher: 'stats', dataset: 'volumes', serviceId, measure: 'volume', freq: 'A', status },
    ...{ periodStart: year.periodStart, publishedOn: '2016-02-01' },
  });

const PUBLISHED = { publishedOn: '2016-01-15' };
const told: readonly PostedFact[] = [
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) =>
    fact('service.registered', `service-${id}`, {
      serviceId: id,
      ownerEntityId: id < 'c' ? 'north' : 'south',
      from: '2010-01-01',
    }),
  ),
  fact('service.transferred', 'service-b', { toEntityId: 'south', from: '2016-01-01' }),
  grid(1, ['a', 'b', 'c', 'd', 'e'], ['volume']),
  grid(2, ['a', 'f'], ['volume', 'volume_digital']),
  said('reported', 'a', { serviceId: 'a', value: '10', ...PUBLISHED }),
  said('reported', 'b', { serviceId: 'b', value: '0.25', ...PUBLISHED }),
  said('reported', 'c', { serviceId: 'c', value: 'notApplicable', ...PUBLISHED }),
  exempted('d', 'notRequested'),
  said('reported', 'g', { serviceId: 'g', value: '5', dataset: 'ungridded', ...PUBLISHED }),
  said('reported', 'split', { serviceId: 'a', value: '4', channel: 'web', ...PUBLISHED }),
  said('reported', 'scope', { scope: 'whole-country', value: '1000', ...PUBLISHED }),
  said('reported', 'hidden', { serviceId: 'a', value: '5', dataset: 'small', ...PUBLISHED }),
  said('reported', 'hidden2', { serviceId: 'b', value: 'suppressed', dataset: 'small', ...PUBLISHED }),
];

describe('Published totals', () => {
  let database: TestDatabase;
  let source: DataSource;
  let events: readonly ReadEvent[];
  const random = randomCells();
  const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1000 };
  const answer = (query: Partial<DataSetQuery>, dataSet: DataSet = aggregates) =>
    inSnapshot(source, aggregatesModel.name, (manager) => dataSet.rows({ ...all, ...query }, manager));
  const ask = async (query: Partial<DataSetQuery>, dataSet?: DataSet) => (await answer(query, dataSet)).rows;
  const of = (dataset: string) => ({ filters: { dataset: [dataset] } });

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = FIRST;
    const store = new MemoryEventStore(() => {
      now += DAY_MICROS / 10n;
      return now;
    });
    await post(store, [...random.facts, ...told]);
    events = await readJournal(store);
    await project(database, store, [aggregatesModel]);
    source = await readingSource(database, [aggregatesModel]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test(`[AGG-3] every cell has its value as known on any day, whatever the order of arrival, seed ${SEED}`, async () => {
    for (let day = '2015-10-01'; day < '2016-12-01'; day = addDays(day, 13)) {
      const rows = await ask({ ...of('random'), group: ['service'], knownAt: day });
      const found = rows.filter(({ value }) => value !== null).map(({ service, value }) => [service, value]);
      const expected = [...random.cells]
        .map(([service, entries]) => [service, knownOn(entries, day)] as const)
        .filter(([, value]) => value !== undefined);
      expect([day, new Map(found as [string, string][])]).toEqual([day, new Map(expected as [string, string][])]);
    }
  });

  test('by the ledger clock only what it had recorded counts', async () => {
    const recordedAt = events.find(({ category }) => category === 'aggregate')?.recordedDay as string;
    const known = events.filter(({ data, recordedDay }) => data.dataset === 'random' && recordedDay <= recordedAt);
    const rows = await ask({ ...of('random'), group: ['service'], recordedAt });
    expect(new Set(rows.map(({ service }) => service))).toEqual(new Set(known.map(({ data }) => data.serviceId)));
    expect(rows.length).toBeLessThan(CELLS);
  });

  test('the fold does not depend on where pages end', () => {
    const whole = foldInPages(aggregatesModel, events, []);
    expect(foldInPages(aggregatesModel, events, [3, 50, 51])).toEqual(whole);
  });

  test('[AGG-4] a total, its parts and wider scopes are never added up', async () => {
    const rows = await ask(of('volumes'));
    expect(rows.map(({ breakdown, value, cells }) => [breakdown, value, cells])).toEqual([
      ['scope whole-country', '1000', 1],
      ['service', '10.25', 2],
      ['service/channel', '4', 1],
    ]);
  });

  test('[AGG-2] a suppressed cell is provided and makes the sum null', async () => {
    expect(await ask(of('small'))).toMatchObject([{ value: null, cells: 1 }]);
  });

  test('a period counts only where it lies wholly inside the days asked', async () => {
    expect(await ask({ ...of('volumes'), from: '2015-01-02' })).toEqual([]);
    expect(await ask({ ...of('volumes'), to: '2015-12-30' })).toEqual([]);
    expect(await ask({ ...of('volumes'), from: '2015-01-01', to: '2015-12-31' })).toHaveLength(3);
  });

  test('pages of an answer follow each other without a gap', async () => {
    const whole = await ask({ ...of('random'), group: ['service'] });
    const found: unknown[] = [];
    let after: readonly (string | null)[] | undefined;
    do {
      const page = await answer({ ...of('random'), group: ['service'], limit: 7, after });
      found.push(...page.rows);
      after = page.next;
    } while (after);
    expect(found).toEqual(whole);
  });

  test('the owner of a service is that of the period, unless another day is asked', async () => {
    const owners = async (query: Partial<DataSetQuery>) =>
      (await ask({ filters: { dataset: ['volumes'], breakdown: ['service'] }, group: ['entity'], ...query })).map(
        ({ entity, value }) => [entity, value],
      );
    expect(await owners({})).toEqual([
      ['north', '10.25'],
      ['south', null],
    ]);
    expect(await owners({ effectiveAt: '2016-01-01' })).toEqual([
      ['north', '10'],
      ['south', '0.25'],
    ]);
  });

  test('the events behind a cell are all entries of it', async () => {
    const query: DataSetQuery = { ...all, filters: { dataset: ['random'], service: ['s1'] } };
    const { events: behind } = await inSnapshot(source, aggregatesModel.name, (manager) =>
      aggregates.contributions(query, manager),
    );
    expect(behind.map(({ stream }) => stream)).toEqual(
      (random.cells.get('s1') ?? []).map(() => 'aggregate-stats:cell1'),
    );
  });

  test('[AGG-5] coverage tells provided, not provided, not applicable and not requested apart', async () => {
    const rows = await ask(of('volumes'), coverage);
    expect(rows.map(({ measure, ...row }) => [measure, row])).toMatchObject([
      [
        'volume',
        { requested: 4, provided: 2, not_provided: 2, not_applicable: 1, not_requested: 1, coverage: { value: '0.5' } },
      ],
      ['volume_digital', { requested: 2, provided: 0, not_provided: 2, coverage: { num: '0', den: '2', value: '0' } }],
    ]);
    // The exemption of d became known in February.
    const [january] = await ask({ ...of('volumes'), knownAt: '2016-01-31' }, coverage);
    expect(january).toMatchObject({ requested: 5, not_requested: 0 });
    expect((await answer(of('volumes'))).coverage).toEqual({ num: 2n, den: 6n });
  });

  test('without a grid coverage is null, and what is there is still counted', async () => {
    const [row] = await ask(of('ungridded'), coverage);
    expect(row).toMatchObject({ requested: null, provided: 1, coverage: { num: null, den: null, value: null } });
    expect((await answer(of('ungridded'))).coverage).toBeNull();
  });

  test('a suppressed cell counts as provided', async () => {
    expect(await ask(of('small'), coverage)).toMatchObject([{ provided: 2, suppressed: 1, not_provided: 0 }]);
  });

  test('KPI digital_take_up never takes both bases: totals without a digital part have no figure', async () => {
    const [row] = await ask({ ...of('volumes'), kpis: ['digital_take_up'] });
    expect(row?.digital_take_up).toMatchObject({
      basis: 'volume_digital',
      value: null,
      services: { volume: 2, paired: 0 },
    });
  });
});
