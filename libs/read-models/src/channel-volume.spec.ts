import { foldAll, foldInPages } from '../../../test/support/read-models.js';
import { randomHistory, randomOf, readEvent } from '../../../test/support/transaction-history.js';
import { countedAsKnown } from '../../../test/support/transaction-reference.js';
import type { ReadEvent } from './read-model.js';
import { ChannelVolumeDay } from './transaction/tables.js';
import { transactionsModel } from './transactions.js';

const SEED = 20_210_301;
const HISTORIES = 200;
const seeds = Array.from({ length: HISTORIES }, (_, at) => SEED + at);

type CubeRow = Record<string, string | bigint | null>;
const rowsOf = (events: readonly ReadEvent[]): CubeRow[] =>
  foldAll(transactionsModel, events).cubeRows(ChannelVolumeDay);

const sumOf = (rows: readonly CubeRow[], measure: string): bigint =>
  rows.reduce((sum, row) => sum + BigInt(row[measure] ?? 0), 0n);

/** The cube as known at the end of a day, in the notation of the reference. */
const asKnown = (rows: readonly CubeRow[], knownAt: string): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const { effectiveDay, knownDay, basis, entity, service, channel, assisted, category, platform, centre } = row;
    if (String(knownDay) > knownAt) continue;
    const place = [entity, service, channel, assisted, category, platform ?? '-', centre ?? '-'].join(' ');
    for (const [measure, value] of Object.entries(row)) {
      if (typeof value !== 'bigint') continue;
      const key = `${basis} ${effectiveDay} ${place} ${measure}`;
      sums.set(key, (sums.get(key) ?? 0n) + value);
    }
  }
  return new Map([...sums].filter(([, value]) => value !== 0n));
};

const sorted = (counted: ReadonlyMap<string, bigint>) => [...counted].sort(([a], [b]) => (a < b ? -1 : 1));

describe('The cube of transactions by channel', () => {
  test(`equals a recount of the whole history as known on any day, for ${HISTORIES} histories from seed ${SEED}`, () => {
    for (const seed of seeds) {
      const history = randomHistory(seed);
      const rows = rowsOf(history);
      for (const knownAt of new Set(history.map(({ knownDay }) => knownDay)))
        expect([seed, knownAt, sorted(asKnown(rows, knownAt))]).toEqual([
          seed,
          knownAt,
          sorted(countedAsKnown(history, knownAt)),
        ]);
    }
  });

  test('[TRX-2] received = completed + rejected + withdrawn + duplicate + transferred + open in every cell of every day', () => {
    for (const seed of seeds) {
      // It holds in every row of every knowledge day, and so in every sum of rows.
      for (const row of rowsOf(randomHistory(seed))) {
        const parts = ['completed', 'rejected', 'withdrawn', 'duplicate', 'transferred', 'open'];
        const ended = parts.reduce((sum, part) => sum + BigInt(row[part] ?? 0), 0n);
        expect([row, ended]).toEqual([row, BigInt(row.received ?? 0)]);
      }
    }
  });

  test('does not depend on where pages end', () => {
    for (const seed of seeds.slice(0, 40)) {
      const history = randomHistory(seed);
      const random = randomOf(seed);
      const ends = [random.upTo(history.length), random.upTo(history.length)].sort((a, b) => a - b);
      const whole = foldInPages(transactionsModel, history, []);
      expect(foldInPages(transactionsModel, history, ends)).toEqual(whole);
      const singly = history.map((_, at) => at);
      expect(foldInPages(transactionsModel, history, singly)).toEqual(whole);
    }
  });
});

const STREAM = 'transaction-ae.roads:1';
let revision = 0;
const told = (type: string, data: Record<string, unknown>, time: string, recorded = time) =>
  readEvent(`transaction.${type}`, STREAM, revision++, data, [time, recorded]);

const received = (data: Record<string, unknown> = {}, time = '2021-03-01T08:00:00.000Z') =>
  told(
    'received',
    {
      ...{ entityId: 'ae.roads', number: '1', serviceId: 'licence', channel: 'app', assisted: false, flow: 'customer' },
      ...{ customerCategory: 'citizen', feeDue: '1000', documentsRequired: 0, ...data },
    },
    time,
  );
const step = (mode: string, time: string, recorded = time) =>
  told('stepCompleted', { stepId: `${mode} ${time}`, mode, actor: 'system' }, time, recorded);
const completed = (time: string) => told('completed', { delivery: 'electronic', intended: true }, time);

const onEvents = (events: readonly ReadEvent[], knownAt: string) =>
  rowsOf(events).filter(({ basis, knownDay }) => basis === 'event' && String(knownDay) <= knownAt);

describe('One transaction in the cube', () => {
  beforeEach(() => {
    revision = 0;
  });

  test('[TRX-4, TRX-10] a manual step told late turns yes into no from the day it is known', () => {
    const events = [
      received(),
      step('electronic', '2021-03-01T09:00:00.000Z'),
      completed('2021-03-02T09:00:00.000Z'),
      step('manual', '2021-03-02T08:00:00.000Z', '2021-03-10T08:00:00.000Z'),
    ];
    const flags = (knownAt: string) =>
      ['eYes', 'eNo', 'paperless'].map((flag) => sumOf(onEvents(events, knownAt), flag));
    expect(flags('2021-03-09')).toEqual([1n, 0n, 1n]);
    expect(flags('2021-03-10')).toEqual([0n, 1n, 0n]);
    const turned = onEvents(events, '2021-03-10').filter((row) => row.eNo);
    expect(turned).toMatchObject([{ effectiveDay: '2021-03-02', knownDay: '2021-03-10', eYes: -1n, eNo: 1n }]);
  });

  test('[TRX-3] volume stays on the channel of receipt whatever channel it is switched to', () => {
    const events = [
      received(),
      told('channelSwitched', { channel: 'counter', assisted: false, reason: 'failure' }, '2021-03-01T10:00:00.000Z'),
      completed('2021-03-02T09:00:00.000Z'),
    ];
    const on = (channel: string) => onEvents(events, '2021-12-31').filter((row) => row.channel === channel);
    expect(['received', 'completed', 'switchedFrom'].map((measure) => sumOf(on('app'), measure))).toEqual([1n, 1n, 1n]);
    expect(['received', 'completed', 'switchedTo'].map((measure) => sumOf(on('counter'), measure))).toEqual([
      0n,
      0n,
      1n,
    ]);
  });

  test('[TRX-8] a void leaves what was counted and takes it back from the day it is known', () => {
    const events = [
      received(),
      completed('2021-03-02T09:00:00.000Z'),
      told('voided', { reason: { en: 'test' }, requestedBy: 'entity' }, '2021-03-05T09:00:00.000Z'),
    ];
    const counts = (knownAt: string) =>
      ['received', 'completed', 'feeDue', 'voided'].map((name) => sumOf(onEvents(events, knownAt), name));
    expect(counts('2021-03-04')).toEqual([1n, 1n, 1000n, 0n]);
    expect(counts('2021-03-05')).toEqual([0n, 0n, 0n, 1n]);
  });

  test('[TRX-9] duplicates and transfers are received and never completed', () => {
    const events = [received(), told('markedDuplicate', { ofNumber: '2' }, '2021-03-02T09:00:00.000Z')];
    const counts = ['received', 'completed', 'duplicate', 'open', 'eUnknown'];
    expect(counts.map((name) => sumOf(onEvents(events, '2021-12-31'), name))).toEqual([1n, 0n, 1n, 0n, 0n]);
  });

  test('the receipt basis dates an outcome by the day of receipt, the event basis by its own', () => {
    const rows = rowsOf([received(), completed('2021-04-02T09:00:00.000Z')]).filter((row) => row.completed);
    expect(rows.map(({ basis, effectiveDay }) => [basis, effectiveDay]).sort()).toEqual([
      ['event', '2021-04-02'],
      ['receipt', '2021-03-01'],
    ]);
  });

  test('a day is a calendar day where the entity is', () => {
    const evening = '2021-03-01T20:30:00.000Z';
    const opening = (jurisdiction: string) =>
      readEvent('entity.registered', 'entity-ae.roads', 0, { entityId: 'ae.roads', jurisdiction, from: '2020-01-01' }, [
        evening,
        evening,
      ]);
    const dayOf = (jurisdiction: string) => rowsOf([opening(jurisdiction), received({}, evening)])[0]?.effectiveDay;
    expect(['AE-DU', 'GB', 'CA'].map(dayOf)).toEqual(['2021-03-02', '2021-03-01', '2021-03-01']);
  });

  test('counts entries under the id constructor like any other, and takes them back', () => {
    const at = (minute: number) => `2021-03-01T09:0${minute}:00.000Z`;
    const id = 'constructor';
    const events = [
      received(),
      told('paymentSettled', { paymentId: id, amount: '500', kind: 'fee', method: 'card', channel: 'web' }, at(1)),
      told('paymentRefunded', { refundId: id, paymentId: id, amount: '200' }, at(2)),
      told('paymentRefunded', { refundId: 'r2', paymentId: id, amount: '100' }, at(3)),
      told('stepCompleted', { stepId: id, mode: 'manual', actor: 'staff' }, at(4)),
      told('entryVoided', { entry: 'refund', entryId: id, reason: { en: 'test' } }, at(5)),
      told('entryVoided', { entry: 'step', entryId: id, reason: { en: 'test' } }, at(6)),
      completed('2021-03-02T09:00:00.000Z'),
    ];
    const onWeb = onEvents(events, '2021-12-31').filter((row) => row.channel === 'web');
    expect(['settled', 'refunded'].map((name) => sumOf(onWeb, name))).toEqual([500n, 100n]);
    expect(sumOf(onEvents(events, '2021-12-31'), 'eUnknown')).toBe(1n);
    const ends = events.map((_, index) => index);
    expect(foldInPages(transactionsModel, events, ends)).toEqual(foldInPages(transactionsModel, events, []));
  });

  test('closing at the due moment is on time', () => {
    const due = (time: string) =>
      sumOf(onEvents([received({ dueBy: '2021-03-02T09:00:00+00:00' }), completed(time)], '2021-12-31'), 'onTime');
    expect([due('2021-03-02T09:00:00.000Z'), due('2021-03-02T09:00:00.001Z')]).toEqual([1n, 0n]);
  });
});
