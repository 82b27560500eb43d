import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { effectiveDay } from '#ledger';
import { chronicle, type RoundFact } from '../../../../test/support/chronicle.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { post } from '../../../../test/support/read-models.js';
import { randomOf } from '../../../../test/support/transaction-history.js';
import { inSnapshot } from '../snapshot.js';
import { placesModel } from './fold.js';
import { places } from './places.js';

const HISTORIES = 200;
const ROUNDS = 3;
const TRIES = 24;
const DAY_MICROS = 86_400_000_000n;
const FIRST_OF_MARCH = 1_614_556_800_000_000n; // 2021-03-01T00:00Z
const KNOWN_DAYS = ['2021-03-01', '2021-03-02', '2021-03-03'];
const AREAS = ['Deira', 'Karama', 'Jumeirah'];

const history = (seed: number): readonly RoundFact[] => {
  const random = randomOf(seed);
  const { facts, tell, beginRound } = chronicle();
  const day = () => `2020-${String(1 + random.upTo(11)).padStart(2, '0')}-01`;
  const [entityId, centreId] = [`h${seed}`, `h${seed}.centre`];
  const [kioskId, callCentreId] = [`h${seed}.kiosk`, `h${seed}.calls`];
  const title = { en: 'Place' };
  const kind = random.oneOf(['government', 'private']);
  const jurisdiction = 'AE-DU';
  tell('entity.registered', { entityId, title, kind, jurisdiction, from: '2019-01-01' }, '2019-01-01T00:00:00Z');
  for (let at = 0; at < TRIES; at++) {
    beginRound(Math.floor((at * ROUNDS) / TRIES));
    const [from, area] = [day(), random.oneOf(AREAS)];
    const time = `${day()}T${random.oneOf(['07', '12'])}:00:00+04:00`;
    const mode = random.oneOf(['serving', 'awareness', 'suspended']);
    const hours = random.oneOf<unknown>(['always', { weekly: [] }]);
    const windows = random.oneOf([{}, { windows: random.upTo(9) }]);
    const [noun, data] = random.oneOf<readonly [string, Record<string, unknown>]>([
      ['centre.opened', { centreId, entityId, title, area, ...windows, from }],
      ['centre.modeChanged', { centreId, mode }],
      ['centre.modeChanged', { centreId, mode }],
      ['centre.closed', { centreId, from }],
      ['centre.reopened', { centreId, from }],
      ['kiosk.installed', { kioskId, entityId, area, from }],
      ['kiosk.moved', { kioskId, area, from }],
      ['kiosk.moved', { kioskId, area, from }],
      random.upTo(2) === 0 ? ['kiosk.removed', { kioskId, from }] : ['kiosk.moved', { kioskId, area, from }],
      ['callCentre.opened', { callCentreId, entityId, title, phone: '800', hours }],
      ['callCentre.hoursSet', { callCentreId, hours }],
      random.upTo(2) === 0 ? ['callCentre.closed', { callCentreId }] : ['callCentre.hoursSet', { callCentreId, hours }],
    ]);
    tell(noun, data, time);
  }
  return facts;
};

interface Dated extends RoundFact {
  readonly effectiveDay: string;
}
interface Open {
  readonly kind: string;
  readonly place: string;
  readonly area: string | null;
  readonly mode: string | null;
  readonly hours: string | null;
  readonly windows: number | null;
}

/** Places open on a day: every stream replayed by day and arrival, without the fold or its SQL. */
const openOn = (facts: readonly Dated[], day: string): readonly Open[] => {
  const streams = new Map<string, Dated[]>();
  for (const fact of facts) streams.set(fact.stream, [...(streams.get(fact.stream) ?? []), fact]);
  return [...streams].flatMap(([stream, told]): Open[] => {
    const [kind = '', place = ''] = stream.split('-');
    const begin = told[0]?.effectiveDay ?? '';
    if (kind === 'entity' || begin > day) return [];
    const until = told.filter((one) => one.effectiveDay <= day);
    until.sort((one, other) =>
      later(one, begin) < later(other, begin) ? -1 : later(one, begin) > later(other, begin) ? 1 : 0,
    );
    // biome-ignore lint/suspicious/noExplicitAny: what an event says depends on its type
    const data = until.map((one) => ({ noun: one.type.split('.')[3], ...(one.data as any) }));
    const [opening] = data;
    if (
      ['closed', 'removed'].some((end) =>
        isEnded(
          data.map(({ noun }) => noun),
          end,
        ),
      )
    )
      return [];
    const lastHours = data.findLast(({ hours }) => hours !== undefined)?.hours;
    const turn = data.findLast(({ noun }) => ['opened', 'modeChanged', 'reopened'].includes(noun));
    return [
      {
        ...{ kind, place, area: data.findLast(({ area }) => area !== undefined)?.area ?? null },
        mode: kind === 'centre' ? (turn?.mode ?? 'serving') : null,
        hours: lastHours === undefined ? null : lastHours === 'always' ? 'always' : 'weekly',
        windows: opening.windows ?? null,
      },
    ];
  });
};
const later = ({ effectiveDay: day }: Dated, begin: string): string => (day < begin ? begin : day);
const isEnded = (nouns: readonly (string | undefined)[], end: string): boolean =>
  nouns.lastIndexOf(end) > nouns.lastIndexOf('reopened');

describe(`The places of ${HISTORIES} histories told by chance`, () => {
  let database: TestDatabase;
  let source: DataSource;
  const facts: Dated[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = FIRST_OF_MARCH;
    const store = new MemoryEventStore(() => now);
    const told = Array.from({ length: HISTORIES }, (_, seed) => history(seed)).flat();
    for (const fact of told) facts.push({ ...fact, effectiveDay: effectiveDay(fact) });
    for (let round = 0; round < ROUNDS; round++, now += DAY_MICROS)
      await post(
        store,
        told.filter((one) => one.round === round),
      );
    await project(database, store, [placesModel]);
    source = await readingSource(database, [placesModel]);
  }, 120_000);
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test.each(
    ['2020-02-15', '2020-05-01', '2020-09-30', '2021-01-01'].flatMap((day) =>
      KNOWN_DAYS.map((known) => [day, known] as const),
    ),
  )('are on %s, as known on %s, what a slow replay says', async (effectiveAt, knownAt) => {
    const group = ['kind', 'place', 'area', 'mode', 'hours'];
    const query = { group, filters: {}, kpis: [], limit: 10_000, effectiveAt, knownAt };
    const { rows } = await inSnapshot(source, 'places', (manager) => places.rows(query, manager));
    const known = facts.filter(({ round }) => (KNOWN_DAYS[round] ?? '') <= knownAt);
    const expected = openOn(known, effectiveAt).map((one) => ({ ...one, places: 1 }));
    const inOrder = (list: readonly object[]) => list.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
    expect(inOrder(rows)).toEqual(inOrder(expected));
    expect(rows.length).toBeGreaterThan(20);
  });
});
