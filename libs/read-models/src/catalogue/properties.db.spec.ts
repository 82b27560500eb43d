import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { CHANNEL_CLASSES, type Channel, effectiveDay } from '#ledger';
import { catalogueHistory, ROUNDS } from '../../../../test/support/catalogue-history.js';
import { catalogueOn, type Dated, type ReferenceService } from '../../../../test/support/catalogue-reference.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { post } from '../../../../test/support/read-models.js';
import { catalogueDataSet, catalogueModel } from '../catalogue.js';
import type { AnswerRow } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';

const HISTORIES = 200;
const DAY = 86_400_000_000n;
const FIRST_OF_MARCH = 1_614_556_800_000_000n; // 2021-03-01T00:00Z
const KNOWN_DAYS = ['2021-03-01', '2021-03-02', '2021-03-03', '2021-03-04'];
const EFFECTIVE_DAYS = ['2020-02-15', '2020-06-01', '2020-09-30', '2021-01-01'];

/** Dimension → values of a service; null where the list is empty. */
const VALUES: Readonly<Record<string, (service: ReferenceService) => readonly (string | null)[]>> = {
  service: ({ service }) => [service],
  entity: ({ entity }) => [entity],
  status: ({ status }) => [status],
  channel: ({ channels }) => orNull(channels),
  channel_class: ({ channels }) => orNull([...new Set(channels.map((one) => CHANNEL_CLASSES[one as Channel]))]),
  platform: ({ platforms }) => orNull(platforms),
  bundle: ({ bundles }) => orNull(bundles),
  shared_service: ({ shared }) => orNull(shared),
};
const orNull = (values: readonly string[]): readonly (string | null)[] => (values.length === 0 ? [null] : values);

const sum = (values: readonly (number | null)[]): number | null => {
  const said = values.filter((value) => value !== null);
  return said.length === 0 ? null : said.reduce((left, right) => left + right, 0);
};

/** What the data set must say of some services, completeness aside. */
const figuresOf = (services: readonly ReferenceService[]) => {
  const declared = services.flatMap(({ electronicBp }) => electronicBp ?? []);
  const applicable = services.filter(({ steps }) => (steps ?? []).length > 0);
  return {
    services: services.length,
    channels: sum(services.map(({ channels }) => channels.length)),
    documents: sum(services.map(({ documents }) => documents)),
    requirements: sum(services.map(({ requirements }) => requirements)),
    electronic: declared.length === 0 ? null : [String(sum(declared)), String(declared.length * 10_000)],
    dependencies_inside: sum(services.map(({ inside }) => inside)),
    dependencies_outside: sum(services.map(({ outside }) => outside)),
    dangling: sum(services.map(({ dangling }) => dangling)),
    relations: sum(services.map(({ relations }) => relations)),
    online: [
      String(applicable.filter(({ steps }) => steps?.every((mode) => mode === 'electronic')).length),
      String(applicable.length),
    ],
  };
};

const answered = (row: AnswerRow) => {
  const ratio = (name: string) => row[name] as { num: string; den: string } | null;
  const [shares, online] = [ratio('electronic_bp'), ratio('online_end_to_end')];
  const { completeness: _, electronic_bp: __, online_end_to_end: ___, ...figures } = row;
  return { ...figures, electronic: shares && [shares.num, shares.den], online: [online?.num, online?.den] };
};

describe(`The catalogue of ${HISTORIES} histories told by chance`, () => {
  let database: TestDatabase;
  let source: DataSource;
  const dated: Dated[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = FIRST_OF_MARCH;
    const store = new MemoryEventStore(() => now);
    const facts = Array.from({ length: HISTORIES }, (_, seed) => catalogueHistory(seed)).flat();
    for (let round = 0; round < ROUNDS; round++, now += DAY) {
      const told = facts.filter((one) => one.round === round);
      await post(store, told);
      const knownDay = KNOWN_DAYS[round] as string;
      for (const fact of told) dated.push({ ...fact, knownDay, effectiveDay: effectiveDay(fact) });
    }
    await project(database, store, [catalogueModel]);
    source = await readingSource(database, [catalogueModel]);
  }, 120_000);
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  const ask = (dimension: string, effectiveAt: string, knownAt: string) =>
    inSnapshot(source, 'catalogue', async (manager) => {
      const query = { group: [dimension], filters: {}, kpis: ['online_end_to_end'], limit: 10_000 };
      return (await catalogueDataSet.rows({ ...query, effectiveAt, knownAt }, manager)).rows;
    });

  test('is told of all that the ledger records', () => {
    const nouns = new Set(dated.map(({ type }) => type));
    expect([nouns.size, dated.length > 4_000]).toEqual([28, true]);
  });

  test.each(EFFECTIVE_DAYS.flatMap((day) => KNOWN_DAYS.map((known) => [day, known] as const)))(
    '[CAT-12] is on %s, as known on %s, what a slow replay says',
    async (effectiveAt, knownAt) => {
      const all = catalogueOn(dated, effectiveAt, knownAt);
      for (const [dimension, valuesOf] of Object.entries(VALUES)) {
        const counted = dimension === 'status' ? all : all.filter(({ status }) => status !== 'retired');
        const groups = new Map<string | null, ReferenceService[]>();
        for (const service of counted)
          for (const value of valuesOf(service)) groups.set(value, [...(groups.get(value) ?? []), service]);
        const expected = [...groups].map(([value, services]) => ({ [dimension]: value, ...figuresOf(services) }));
        const rows = (await ask(dimension, effectiveAt, knownAt)).map(answered);
        const order = (one: object) => String((one as Record<string, unknown>)[dimension]);
        expect(rows.sort((one, other) => (order(one) < order(other) ? -1 : 1))).toEqual(
          expected.sort((one, other) => (order(one) < order(other) ? -1 : 1)),
        );
      }
    },
  );
});
