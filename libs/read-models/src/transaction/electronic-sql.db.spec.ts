import { CHANNEL_CLASSES, type Channel } from '#ledger';
import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { randomOf } from '../../../../test/support/transaction-history.js';
import { channelVolume } from '../channel-volume.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';

const SEED = 20_210_222;
const TRANSACTIONS = 200;
const CHANNELS = Object.keys(CHANNEL_CLASSES) as Channel[];
const FLAGS = ['e_yes', 'e_no', 'e_unknown', 'paperless'] as const;
type Classes = Readonly<Record<string, string>>;

/** One completed transaction: where it came in, where it was switched to, and what the rest of the test looks at. */
interface Drawn {
  readonly number: string;
  readonly day: string;
  readonly channel: Channel;
  readonly assisted: boolean;
  readonly switchedTo: readonly Channel[];
  readonly modes: readonly string[];
  readonly documents: 'none' | 'digital' | 'paper' | 'unknown';
  readonly delivery: string;
  readonly sheets: number;
}

const drawn = (): Drawn[] => {
  const random = randomOf(SEED);
  const one = random.oneOf;
  const rarely = <T>(often: T, ...seldom: readonly T[]) => (random.next() < 0.7 ? often : one(seldom));
  return Array.from({ length: TRANSACTIONS }, (_, at) => ({
    number: `n${at}`,
    day: `2021-02-${String(1 + random.upTo(27)).padStart(2, '0')}`,
    channel: one(CHANNELS),
    assisted: random.next() < 0.1,
    switchedTo: rarely([], [one(CHANNELS)], [one(CHANNELS), one(CHANNELS)]),
    modes: rarely(['electronic'], [], ['electronic', 'manual']),
    documents: rarely('none', 'digital', 'paper', 'unknown'),
    delivery: rarely('electronic', 'none', 'paper'),
    sheets: rarely(0, 2),
  }));
};

const factsOf = (of: Drawn): PostedFact[] => {
  const stream = `transaction-roads:${of.number}`;
  const said = (past: string, data: object, hour: string): PostedFact => {
    const time = `${of.day}T${hour}:00:00+04:00`;
    return { type: `gov.sijill.transaction.${past}.v1`, stream, data, time };
  };
  const receipt = { entityId: 'roads', number: of.number, serviceId: 'licence', channel: of.channel, flow: 'customer' };
  const required = of.documents === 'none' ? { documentsRequired: 0 } : {};
  const isGiven = of.documents === 'digital' || of.documents === 'paper';
  return [
    said(
      'received',
      { ...receipt, ...required, assisted: of.assisted, customerCategory: 'citizen', feeDue: '0' },
      '08',
    ),
    ...of.modes.map((mode, at) => said('stepCompleted', { stepId: `s${at}`, mode, actor: 'system' }, '09')),
    ...(isGiven ? [said('documentSubmitted', { documentId: 'd', form: of.documents, sheets: 0 }, '09')] : []),
    ...(of.sheets > 0 ? [said('sheetsConsumed', { recordId: 'r', sheets: of.sheets, kind: 'process' }, '09')] : []),
    ...of.switchedTo.map((channel) => said('channelSwitched', { channel, assisted: false, reason: 'failure' }, '10')),
    said('completed', { delivery: of.delivery, intended: true }, '11'),
  ];
};

/** The four conditions of domain.md, section 3.4, by a table of classes. */
const judged = (of: Drawn, classes: Classes): readonly (typeof FLAGS)[number][] => {
  const ofChannel = classes[of.channel];
  const request = ofChannel === 'digital' || of.assisted ? 'yes' : ofChannel === 'unclassified' ? 'unknown' : 'no';
  const hasLeft = of.switchedTo.some((channel) => classes[channel] !== 'digital');
  const workflow = of.modes.includes('manual') || hasLeft ? 'no' : of.modes.length === 0 ? 'unknown' : 'yes';
  const data = of.documents === 'paper' ? 'no' : of.documents === 'unknown' ? 'unknown' : 'yes';
  const conditions = [request, workflow, data, of.delivery === 'paper' ? 'no' : 'yes'];
  if (conditions.includes('no')) return ['e_no'];
  if (conditions.includes('unknown')) return ['e_unknown'];
  return of.sheets === 0 ? ['e_yes', 'paperless'] : ['e_yes'];
};

const shuffled = (seed: number): Classes => {
  const random = randomOf(seed);
  const names = [...new Set(Object.values(CHANNEL_CLASSES))];
  return Object.fromEntries(CHANNELS.map((channel) => [channel, random.oneOf(names)]));
};
const VERSIONS = [
  { from: '1900-01-01', classes: CHANNEL_CLASSES as Classes },
  { from: '2021-02-10', classes: shuffled(SEED + 1) },
  { from: '2021-02-20', classes: shuffled(SEED + 2) },
];
const adopted = ({ from, classes }: (typeof VERSIONS)[number], at: number): PostedFact => ({
  type: 'gov.sijill.policy.adopted.v1',
  stream: 'policy-channel-classes',
  data: { policyId: 'channel-classes', version: at + 1, from, parameters: { classes } },
});

describe('The electronic test by the classes of channels in force', () => {
  const all = drawn();
  let lots: ProjectedLots;
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(lots.source, transactionsModel.name, (manager) =>
      channelVolume.rows({ group: [], filters: {}, kpis: [], limit: 1000, ...query }, manager),
    );
  const counted = (row: AnswerRow | undefined) => FLAGS.map((flag) => Number(row?.[flag] ?? 0));
  /** By hand, of the transactions of some days, with the classes of their own days or of one. */
  const expected = (isIn: (day: string) => boolean, versions = VERSIONS, on?: string) => {
    const flags = all
      .filter(({ day }) => isIn(day))
      .flatMap((of) => judged(of, versions.findLast(({ from }) => from <= (on ?? of.day))?.classes ?? {}));
    return FLAGS.map((flag) => flags.filter((one) => one === flag).length);
  };

  beforeAll(async () => {
    const [first, ...later] = VERSIONS.map(adopted);
    lots = await projectedLots(transactionsModel, [first as PostedFact, ...all.flatMap(factsOf)], later);
  }, 60_000);
  afterAll(() => lots?.close());

  test(`[TRX-4, TRX-5, REG-1] is that of each day, as known, for ${TRANSACTIONS} transactions drawn from seed ${SEED}`, async () => {
    const { rows } = await ask({ group: ['day'] });
    for (const row of rows) expect([row.day, counted(row)]).toEqual([row.day, expected((day) => day === row.day)]);
    const [whole] = (await ask({})).rows;
    expect(counted(whole)).toEqual(expected(() => true));
    const [before] = (await ask({ knownAt: '2021-03-09' })).rows;
    expect(counted(before)).toEqual(expected(() => true, VERSIONS.slice(0, 1)));
    expect(counted(whole)).not.toEqual(counted(before));
  });
  test('[TRX-4, REG-1] is the same by receipt, by months, as a share, and by the classes of a day that is asked for', async () => {
    for (const basis of ['event', 'receipt'] as const) {
      const [month] = (await ask({ group: ['month'], basis, kpis: ['e_transaction_share'] })).rows;
      const [yes = 0, no = 0] = expected(() => true);
      expect(counted(month)).toEqual(expected(() => true));
      expect(month?.e_transaction_share).toMatchObject({ num: `${yes}`, den: `${yes + no}` });
    }
    for (const effectiveAt of ['2021-02-09', '2021-02-10', '2021-03-01'])
      expect(counted((await ask({ effectiveAt })).rows[0])).toEqual(expected(() => true, VERSIONS, effectiveAt));
  });
  test('[TRX-4] is explained by events that add up to it, and show nothing else of how', async () => {
    for (const query of [{}, { knownAt: '2021-03-09' }]) {
      const { events } = await inSnapshot(lots.source, transactionsModel.name, (manager) =>
        channelVolume.contributions({ group: [], filters: {}, kpis: [], limit: 5000, ...query }, manager),
      );
      const sum = (name: string) => events.reduce((total, { deltas }) => total + Number(deltas[name] ?? 0), 0);
      expect(FLAGS.map(sum)).toEqual(counted((await ask(query)).rows[0]));
      expect(sum('completed')).toBe(TRANSACTIONS);
      const shown = new Set(events.flatMap(({ deltas }) => Object.keys(deltas)));
      expect([...shown].filter((name) => !(name in channelVolume.description.measures))).toEqual([]);
    }
  });
});
