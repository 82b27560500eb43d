import { countedRequests } from '../../../../test/support/campaign-reference.js';
import { foldAll, foldInPages } from '../../../../test/support/read-models.js';
import { randomHistory, randomOf, readEvent } from '../../../../test/support/transaction-history.js';
import type { ReadEvent } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { CampaignHour } from './tables.js';

const SEED = 20_181_021;
const HISTORIES = 200;
const seeds = Array.from({ length: HISTORIES }, (_, at) => SEED + at);

/** A history in which two editions are announced and figures are frozen twice, somewhere. */
const historyOf = (seed: number): ReadEvent[] => {
  const random = randomOf(seed);
  const journal = randomHistory(seed);
  const insert = (type: string, campaign: string, data: Record<string, unknown>) => {
    const at = 2 + random.upTo(journal.length - 2);
    const recorded = (journal[at] ?? (journal.at(-1) as ReadEvent)).recorded.replace('000Z', 'Z');
    const event = readEvent(type, `campaign-${campaign}`, at, { campaignId: campaign, ...data }, [recorded, recorded]);
    journal.splice(at, 0, event);
  };
  insert('campaign.announced', 'a', { firstDay: '2021-03-02', lastDay: '2021-03-03' });
  insert('campaign.announced', 'b', { firstDay: '2021-03-05', lastDay: '2021-03-06' });
  for (const campaign of ['a', 'b']) insert('campaign.figuresFrozen', campaign, {});
  return journal;
};

type CubeRow = Record<string, string | bigint | null>;

/** Sums of the rows that are kept, in the notation of the reference. */
const summed = (rows: readonly CubeRow[], kept: (row: CubeRow) => boolean): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const row of rows.filter(kept)) {
    const { effectiveDay, hour, service, channel, category, centre, isFeeBearing } = row;
    const cell = [effectiveDay, hour ?? '-', service, channel, category, centre ?? '-', isFeeBearing].join(' ');
    for (const measure of ['received', 'settled', 'refunded', 'sheets'])
      sums.set(`${cell} ${measure}`, (sums.get(`${cell} ${measure}`) ?? 0n) + BigInt(row[measure] ?? 0));
  }
  return new Map([...sums].filter(([, value]) => value !== 0n));
};

const sorted = (counted: ReadonlyMap<string, bigint>) => [...counted].sort(([a], [b]) => (a < b ? -1 : 1));

describe('The cube of requests', () => {
  test(`equals a recount of the whole history as known on any day, for ${HISTORIES} histories from seed ${SEED}`, () => {
    for (const seed of seeds) {
      const journal = historyOf(seed);
      const rows = foldAll(transactionsModel, journal).cubeRows(CampaignHour);
      for (const knownAt of new Set(journal.map(({ knownDay }) => knownDay)))
        expect([seed, knownAt, sorted(summed(rows, (row) => String(row.knownDay) <= knownAt))]).toEqual([
          ...[seed, knownAt, sorted(countedRequests(journal, ({ knownDay }) => knownDay <= knownAt))],
        ]);
    }
  });

  test('[CAM-25] equals a recount of what was recorded before a freeze, whatever else came on its day', () => {
    for (const seed of seeds) {
      const journal = historyOf(seed);
      const rows = foldAll(transactionsModel, journal).cubeRows(CampaignHour);
      const frozen = journal.flatMap((event, at) => (event.type.endsWith('.figuresFrozen.v1') ? [{ event, at }] : []));
      expect(frozen).toHaveLength(2);
      for (const { event, at: freeze } of frozen) {
        const { recordedDay: day } = event;
        const before = frozen.filter((one) => one.at < freeze && one.event.recordedDay === day).length;
        const isBefore = (row: CubeRow) =>
          String(row.knownDay) < day || (row.knownDay === day && Number(row.freezes) <= before);
        expect([seed, freeze, sorted(summed(rows, isBefore))]).toEqual([
          ...[seed, freeze, sorted(countedRequests(journal, (_, at) => at < freeze))],
        ]);
      }
    }
  });

  test('is the same wherever pages end', () => {
    for (const seed of seeds.slice(0, 40)) {
      const journal = historyOf(seed);
      const half = Math.floor(journal.length / 2);
      expect(foldInPages(transactionsModel, journal, [1, half, half + 1])).toEqual(
        foldInPages(transactionsModel, journal, []),
      );
    }
  });

  test('keeps the hour within editions that were announced, and the day alone elsewhere', () => {
    const hours = seeds.flatMap((seed) =>
      foldAll(transactionsModel, historyOf(seed))
        .cubeRows(CampaignHour)
        .map(({ effectiveDay, hour }) => [String(effectiveDay), hour] as const),
    );
    const isWithin = (day: string) => ['2021-03-02', '2021-03-03', '2021-03-05', '2021-03-06'].includes(day);
    expect(hours.filter(([day, hour]) => hour !== null && !isWithin(day))).toEqual([]);
    expect(hours.some(([day, hour]) => hour !== null && isWithin(day))).toBe(true);
    expect(hours.some(([day, hour]) => hour === null && isWithin(day))).toBe(true); // told before the announcement
  });
});
