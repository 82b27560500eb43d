import fc from 'fast-check';
import { addDays } from '#kernel';
import { CHANNEL_CLASSES } from '#ledger';
import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { channelVolume } from '../channel-volume.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { classOnSql, rulesOf } from './class-rules.js';

const SEED = 20_211_122;

const adopted = (version: number, from: string, more: object): PostedFact => ({
  type: 'gov.sijill.policy.adopted.v1',
  stream: 'policy-channel-classes',
  data: { policyId: 'channel-classes', version, from, parameters: { classes: { ...CHANNEL_CLASSES, ...more } } },
});
const completed = (number: string, channel: string, day: string): PostedFact[] => {
  const said = (past: string, data: object): PostedFact => ({
    type: `gov.sijill.transaction.${past}.v1`,
    stream: `transaction-roads:${number}`,
    data,
    time: `${day}T09:00:00+04:00`,
  });
  const names = { entityId: 'roads', number, serviceId: 'licence', channel, assisted: false, flow: 'customer' };
  return [
    said('received', { ...names, customerCategory: 'citizen', feeDue: '0', documentsRequired: 0 }),
    said('completed', { delivery: 'electronic', intended: true }),
  ];
};

/** On the last day before the later version and on its first. */
const BEGINNING = [
  adopted(1, '1900-01-01', {}),
  ...completed('1', 'call', '2021-01-10'),
  ...completed('2', 'call', '2021-02-14'),
  ...completed('3', 'call', '2021-02-15'),
  ...completed('4', 'app', '2021-02-20'),
];
/** Known since 10 March: calls are digital from the middle of February on. */
const LATER = [adopted(2, '2021-02-15', { call: 'digital' })];

describe('A later version of the policy on classes of channels', () => {
  let lots: ProjectedLots;
  const ask = async (query: Partial<DataSetQuery>) =>
    (
      await inSnapshot(lots.source, transactionsModel.name, (manager) =>
        channelVolume.rows({ group: [], filters: {}, kpis: [], limit: 100, ...query }, manager),
      )
    ).rows;
  const digital = async (query: Partial<DataSetQuery>) =>
    (await ask({ group: ['month'], kpis: ['digital_take_up'], ...query })).map(({ month, digital_take_up: figure }) => {
      const { num, den } = figure as { num: string; den: string };
      return `${month} ${num}/${den}`;
    });

  beforeAll(async () => {
    lots = await projectedLots(transactionsModel, BEGINNING, LATER);
  });
  afterAll(() => lots?.close());

  test('[REG-1] takes effect in figures from its day on, and in none that were known before it', async () => {
    expect(await digital({})).toEqual(['2021-01 0/1', '2021-02 2/3']);
    expect(await digital({ knownAt: '2021-03-09' })).toEqual(['2021-01 0/1', '2021-02 1/3']);
    expect(await digital({ from: '2021-02-01', to: '2021-02-28' })).toEqual(['2021-02 2/3']);
  });
  test('is the dimension of rows, filters and the events behind them as well', async () => {
    const classes = (query: Partial<DataSetQuery>) =>
      ask({ group: ['channel_class'], ...query }).then((rows) => rows.map((row) => [row.channel_class, row.completed]));
    expect(await classes({})).toEqual([
      ['digital', 2],
      ['remote', 2],
    ]);
    const filters = { channel_class: ['digital'] };
    expect(await ask({ filters })).toMatchObject([{ completed: 2 }]);
    const { events } = await inSnapshot(lots.source, transactionsModel.name, (manager) =>
      channelVolume.contributions({ group: [], filters, kpis: [], limit: 10 }, manager),
    );
    expect([...new Set(events.map(({ stream }) => stream))]).toEqual(['transaction-roads:3', 'transaction-roads:4']);
  });
  test(`gives in SQL what 200 random lists of versions say when they are read by hand, seed ${SEED}`, async () => {
    const codes = Object.keys(CHANNEL_CLASSES) as (keyof typeof CHANNEL_CLASSES)[];
    const names = [...new Set(Object.values(CHANNEL_CLASSES))];
    const day = fc.integer({ min: 0, max: 60 }).map((days) => addDays('2021-01-01', days));
    const version = fc.record({ from: day, classes: fc.tuple(...codes.map(() => fc.constantFrom(...names))) });
    const versions = fc.array(version, { maxLength: 4 });
    const asked = {
      versions,
      on: fc.array(day, { minLength: 3, maxLength: 3 }),
      at: fc.option(day, { nil: undefined }),
    };
    for (const { versions, on, at } of fc.sample(fc.record(asked), { seed: SEED, numRuns: 200 })) {
      const adopted = versions.map(({ from, classes }) => ({
        from,
        parameters: { classes: Object.fromEntries(codes.map((code, nth) => [code, classes[nth]])) },
      }));
      const classOf = (channel: keyof typeof CHANNEL_CLASSES, day: string) => {
        let found: string = CHANNEL_CLASSES[channel];
        for (const { from, parameters } of adopted)
          if (from <= (at ?? day)) found = String(parameters.classes[channel]);
        return found;
      };
      const sql = classOnSql('t.channel', 't.day', rulesOf(adopted, at));
      const found = await lots.source.query<{ channel: keyof typeof CHANNEL_CLASSES; day: string; class: string }[]>(
        `select t.channel, t.day::text as day, ${sql} as class
           from unnest($1::text[]) as c (channel), unnest($2::date[]) as d (day), lateral (select c.channel, d.day) t`,
        [codes, on],
      );
      expect(found.map((row) => row.class)).toEqual(found.map((row) => classOf(row.channel, row.day)));
    }
  });
  test('holds for past periods where a question asks for the attributes of a day on which it is in force', async () => {
    expect(await digital({ effectiveAt: '2021-03-01' })).toEqual(['2021-01 1/1', '2021-02 3/3']);
    expect(await digital({ effectiveAt: '2021-02-14' })).toEqual(['2021-01 0/1', '2021-02 1/3']);
  });
});
