import { MemoryEventStore } from '#event-store';
import { createTestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { post, readJournal } from '../../../../test/support/read-models.js';
import { KNOWN_DAYS, randomStampHistory } from '../../../../test/support/stamp-history.js';
import { type StampRow, stampAsKnown } from '../../../../test/support/stamp-reference.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { stamp } from './stamp.js';

const SEED = 20_210_730;
const ENTITIES = 200;

const ratioText = (value: unknown) => {
  const { num, den } = value as { num: string | null; den: string };
  return num === null ? 'null' : `${num}/${den}`;
};

/** What both opinions say of an entity, a half and a view, in one line. */
const lineOfAnswer = (row: AnswerRow): string =>
  [
    ...[row.half, row.view, row.entity, row.size_class, row.status, ratioText(row.services), ratioText(row.internal)],
    ...[row.units_passed, row.units_failed, row.units_idle, row.units_waived, row.process_sheets, row.habit_sheets],
    ...[ratioText(row.reduction), row.time_to_whole, row.rank, row.announced_differs],
  ].join(' ');
const lineOfReference = (row: StampRow): string =>
  [
    ...[row.half, row.view, row.entity, row.sizeClass, row.status, row.services, row.internal, row.units, row.sheets],
    ...[row.reduction, row.time, row.rank, row.differs],
  ].join(' ');

describe('The stamp', () => {
  test(`[STP-3, STP-8, STP-13] of ${ENTITIES} random histories is what a second opinion says, by both clocks and as frozen (seed ${SEED})`, async () => {
    const database = await createTestDatabase();
    let now = 0n;
    const store = new MemoryEventStore(() => now);
    for (const { day, facts } of randomStampHistory(SEED, ENTITIES)) {
      now = BigInt(Date.parse(`${day}T08:00:00Z`)) * 1000n;
      await post(store, facts);
    }
    await project(database, store, [transactionsModel], 1000);
    const source = await readingSource(database, [transactionsModel]);
    const journal = await readJournal(store);
    const seen = new Set<string>();
    const looks: readonly (readonly [knownAt: string, effectiveAt?: string])[] = [
      ...KNOWN_DAYS.map((day) => [day] as const),
      ...['2020-11-01', '2021-05-15'].map((day) => [KNOWN_DAYS.at(-1) as string, day] as const),
    ];
    for (const [knownAt, effectiveAt] of looks) {
      const clocks = { knownAt, ...(effectiveAt && { effectiveAt }) };
      const query: DataSetQuery = { group: ['entity', 'status'], filters: {}, kpis: [], limit: 100_000, ...clocks };
      const { rows } = await inSnapshot(source, transactionsModel.name, (manager) => stamp.rows(query, manager));
      const expected = stampAsKnown(journal, knownAt, effectiveAt).map(lineOfReference).sort();
      expect([knownAt, effectiveAt, ...rows.map(lineOfAnswer).sort()]).toEqual([knownAt, effectiveAt, ...expected]);
      for (const { view, status, rank } of rows) seen.add(`${view} ${status} ${rank !== null && Number(rank) > 1}`);
    }
    await source.destroy();
    await database.drop();
    // The histories are worth comparing: every state in both views, and entities behind others.
    for (const status of ['none', 'whole', 'announced', 'held', 'suspended', 'withdrawn'])
      for (const view of ['current', 'frozen']) expect([...seen].join(', ')).toMatch(`${view} ${status} `);
    expect([...seen].join(', ')).toMatch('true');
    const unmerged = journal.filter(({ type }) => type !== 'gov.sijill.entity.merged.v1');
    const last = KNOWN_DAYS.at(-1) as string;
    const [merged, apart] = [journal, unmerged].map((of) => new Set(stampAsKnown(of, last).map(lineOfReference)));
    expect([...(merged ?? [])].filter((line) => !apart?.has(line)).length).toBeGreaterThan(50);
  }, 120_000);
});
