import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { addDays, lastDayOfPart } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import { type Random, randomOf } from '../../../../test/support/transaction-history.js';
import type { AnswerRow, DataSet, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { claimChecks, claimsBeside, claimsModel } from './claims.js';

const SEED = Number(process.env.TEST_SEED ?? 20_220_207);
const HISTORIES = 200;
const DAYS = 40;
const FIRST = '2021-03-01';
const FIRST_MICROS = 1_614_556_800_000_000n; // 2021-03-01T00:00Z
const DAY_MICROS = 86_400_000_000n;

/** One thing that was said of a claim: the day it was recorded on, and what it was. */
interface Said {
  readonly recorded: string;
  readonly past: 'published' | 'corrected' | 'withdrawn';
  readonly value?: number;
  readonly publishedOn?: string;
}

/** Days of publication as sources give them: a day, a month, a year, or none. */
const publicationBy = (random: Random, day: string): string | undefined =>
  random.oneOf([undefined, undefined, day, addDays(day, -random.upTo(300)), day.slice(0, 7), '2020']);

const historyOf = (random: Random): readonly Said[] => {
  const said: Said[] = [];
  let day = random.upTo(DAYS - 1);
  const say = (past: Said['past'], more: Partial<Said> = {}) => {
    said.push({ recorded: addDays(FIRST, day), past, ...more });
    day += random.upTo(8);
  };
  const published = publicationBy(random, addDays(FIRST, day));
  say('published', { value: 1 + random.upTo(50), ...(published && { publishedOn: published }) });
  while (day < DAYS && random.next() < 0.6) {
    const isOver = random.next() < 0.2;
    // A change names no day of its own, or that of its recording: no earlier one stands behind what was said before.
    const own = random.next() < 0.3 ? { publishedOn: addDays(FIRST, day) } : {};
    say(isOver ? 'withdrawn' : 'corrected', { ...(isOver ? {} : { value: 1 + random.upTo(50) }), ...own });
    if (isOver) break;
  }
  return said;
};

/** What the claim said, told slowly: each thing in its turn, known by its own day and by those before it. */
const saidBy = (history: readonly Said[], knownAt: string, recordedAt: string): number | undefined => {
  let value: number | undefined;
  let stated: number | undefined;
  let known = '0000';
  for (const { recorded, past, value: next, publishedOn } of history) {
    const own = publishedOn === undefined ? recorded : lastDayOfPart(publishedOn);
    known = own > known ? own : known;
    stated = next ?? stated;
    if (known <= knownAt && recorded <= recordedAt) value = past === 'withdrawn' ? undefined : stated;
  }
  return value;
};

const nameOf = (at: number): string => `c${at}`;

describe(`Claims, seed ${SEED}`, () => {
  const random = randomOf(SEED);
  const histories = Array.from({ length: HISTORIES }, () => historyOf(random));
  const claims = claimsBeside(() => undefined);
  let database: TestDatabase;
  let source: DataSource;
  const rowsOf = (dataSet: DataSet, query: Partial<DataSetQuery>): Promise<readonly AnswerRow[]> =>
    inSnapshot(source, 'claims', (manager) =>
      dataSet.rows({ group: [], filters: {}, kpis: [], limit: 1_000, ...query }, manager),
    ).then(({ rows }) => rows);

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = FIRST_MICROS;
    const store = new MemoryEventStore(() => now);
    // Each check adds a claim and its neighbour; it is known before any of them.
    const checks = histories.map((_, at): PostedFact => {
      const expression = `${nameOf(at)} + ${nameOf((at + 1) % HISTORIES)}`;
      const data = { checkId: nameOf(at), version: 1, expression, title: { en: 'Sum' } };
      return { type: 'gov.sijill.claimCheck.adopted.v1', stream: `claimCheck-${nameOf(at)}`, data };
    });
    await post(store, checks);
    for (let day = 0; day < DAYS + 10; day++) {
      const today = addDays(FIRST, day);
      now = FIRST_MICROS + BigInt(day) * DAY_MICROS;
      const facts = histories.flatMap((history, at) =>
        history
          .filter(({ recorded }) => recorded === today)
          .map(({ past, value, publishedOn }): PostedFact => {
            const claimId = nameOf(at);
            const opening = {
              publisher: 'p',
              scope: 's',
              metric: 'm',
              unit: 'sheet',
              qualifier: 'exact',
              kind: 'measured',
            };
            const said = { ...(value !== undefined && { value: String(value) }), ...(publishedOn && { publishedOn }) };
            const data = { claimId, ...(past === 'published' && { ...opening, source: 'p' }), ...said };
            return { type: `gov.sijill.claim.${past}.v1`, stream: `claim-${claimId}`, data };
          }),
      );
      await post(store, facts);
    }
    await project(database, store, [claimsModel]);
    source = await readingSource(database, [claimsModel]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test.each([
    ['2020-12-31', '9999-12-30'],
    ['2021-03-31', '9999-12-30'],
    ['2021-03-05', '2021-03-20'],
    ['9999-12-30', '2021-03-12'],
    ['9999-12-30', '9999-12-30'],
    ...Array.from({ length: 8 }, () => [addDays(FIRST, random.upTo(DAYS)), addDays(FIRST, random.upTo(DAYS))]),
  ] as [string, string][])(
    'say as known on %s and recorded by %s what was told slowly',
    async (knownAt, recordedAt) => {
      const expected = histories.map((history) => saidBy(history, knownAt, recordedAt));
      const rows = new Map<unknown, unknown>();
      for (let after: DataSetQuery['after'], isFirst = true; isFirst || after; isFirst = false) {
        const page = await inSnapshot(source, 'claims', (manager) =>
          claims.rows(
            { group: [], filters: {}, kpis: [], limit: 70, knownAt, recordedAt, ...(after && { after }) },
            manager,
          ),
        );
        for (const { claim, claimed } of page.rows) rows.set(claim, Number(claimed));
        after = page.next;
      }
      expect(histories.map((_, at) => rows.get(nameOf(at)))).toEqual(expected);
      const checks = await rowsOf(claimChecks, { knownAt, recordedAt });
      const sums = new Map(checks.map(({ check, left }) => [check, left && Number((left as { value: string }).value)]));
      const isKnown = knownAt >= FIRST && recordedAt >= FIRST;
      for (const [at, one] of expected.entries()) {
        const other = expected[(at + 1) % HISTORIES];
        const sum = one === undefined || other === undefined ? null : one + other;
        expect([nameOf(at), sums.get(nameOf(at))]).toEqual([nameOf(at), isKnown ? sum : undefined]);
      }
    },
  );
});
