import { foldAll } from '../../../../test/support/read-models.js';
import { dayIn, randomHistory, readEvent } from '../../../../test/support/transaction-history.js';
import type { ReadEvent } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { PlatformDay, PlatformViewsDay } from './tables.js';

const SEED = 20_200_413;
const HISTORIES = 200;
type Data = Readonly<Record<string, unknown>>;

/** Slow second opinion: what each transaction finally was, as known at the end of a day, and what that makes of its platform. */
const countedAsKnown = (history: readonly ReadEvent[], knownAt: string): Map<string, bigint> => {
  const counted = new Map<string, bigint>();
  const known = history.filter(({ category, knownDay }) => category === 'transaction' && knownDay <= knownAt);
  for (const stream of new Set(known.map((event) => event.stream))) {
    const events = known.filter((event) => event.stream === stream);
    const named = (name: string) => events.filter(({ type }) => type === `gov.sijill.transaction.${name}.v1`);
    const [received] = named('received');
    if (!received || named('voided').length > 0) continue;
    const changes = named('corrected').map(({ data }) => data.changes as Data);
    const final = (member: string) => changes.findLast((one) => member in one)?.[member] ?? received.data[member];
    if (final('platformId') === undefined) continue;
    const entity = stream.slice('transaction-'.length).split(':')[0] as string;
    const zone = entity.startsWith('gb') ? 'Europe/London' : 'Asia/Dubai';
    const gone = new Set(named('entryVoided').map(({ data }) => `${data.entry} ${data.entryId}`));
    const payments = named('paymentSettled').filter(({ data }) => !gone.has(`payment ${data.paymentId}`));
    const refunds = named('paymentRefunded').filter(({ data }) => !gone.has(`refund ${data.refundId}`));
    const kinds = [...new Set(payments.map(({ data }) => data.kind))];
    const kind = kinds.length > 1 ? 'mixed' : (kinds[0] ?? 'none');
    const person = (final('customerRef') as { $personal: { key: string } } | undefined)?.$personal.key ?? '-';
    const add = (time: string, measure: string, by: bigint) => {
      const cell = [dayIn(zone, time), final('platformId'), entity, final('serviceId'), kind, person, measure].join(
        ' ',
      );
      counted.set(cell, (counted.get(cell) ?? 0n) + by);
    };
    const completedAt = completionOf(events);
    if (completedAt) add(completedAt, 'transactions', 1n);
    for (const { data, time } of payments) add(time, 'settled', BigInt(String(data.amount)));
    for (const { data, time } of refunds) add(time, 'refunded', BigInt(String(data.amount)));
  }
  return new Map([...counted].filter(([, value]) => value !== 0n));
};

/** When the transaction was completed, where that is how it ended. */
const completionOf = (events: readonly ReadEvent[]): string | undefined => {
  let ending: { kind: string; at: string } | undefined;
  for (const { type, data, time } of events) {
    const name = type.split('.')[3] as string;
    if (['completed', 'rejected', 'withdrawn', 'markedDuplicate', 'transferred'].includes(name))
      ending = { kind: name, at: time };
    const { outcome, outcomeAt } = (data.changes ?? {}) as { outcome?: string; outcomeAt?: string };
    if (outcome === 'open') ending = undefined;
    else if (outcome !== undefined) ending = { kind: outcome, at: outcomeAt ?? ending?.at ?? time };
    else if (outcomeAt !== undefined && ending) ending = { ...ending, at: outcomeAt };
  }
  return ending?.kind === 'completed' ? ending.at : undefined;
};

type CubeRow = Record<string, string | bigint | null>;
const asKnown = (rows: readonly CubeRow[], knownAt: string): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    if (String(row.knownDay) > knownAt) continue;
    const { effectiveDay, platform, entity, service, paymentKind, subject } = row;
    const cell = [effectiveDay, platform, entity, service, paymentKind, subject ?? '-'].join(' ');
    for (const [measure, value] of Object.entries(row))
      if (typeof value === 'bigint') sums.set(`${cell} ${measure}`, (sums.get(`${cell} ${measure}`) ?? 0n) + value);
  }
  return new Map([...sums].filter(([, value]) => value !== 0n));
};
const sorted = (counted: ReadonlyMap<string, bigint>) => [...counted].sort(([a], [b]) => (a < b ? -1 : 1));

describe('The cube of platforms', () => {
  test(`[PLT-5, PLT-10] equals a recount as known on any day, for ${HISTORIES} histories from seed ${SEED}`, () => {
    const people = new Set<unknown>();
    const kinds = new Set<unknown>();
    for (let seed = SEED; seed < SEED + HISTORIES; seed++) {
      const history = randomHistory(seed);
      const rows = foldAll(transactionsModel, history).cubeRows(PlatformDay);
      for (const { subject, paymentKind } of rows) {
        people.add(subject);
        kinds.add(paymentKind);
      }
      for (const knownAt of new Set(history.map(({ knownDay }) => knownDay)))
        expect([seed, knownAt, sorted(asKnown(rows, knownAt))]).toEqual([
          seed,
          knownAt,
          sorted(countedAsKnown(history, knownAt)),
        ]);
    }
    expect([...people].sort()).toEqual(['subject-n0', 'subject-n1', null].sort());
    expect([...kinds].sort()).toEqual(['bill', 'fee', 'mixed', 'none']);
  });

  test('[PLT-10] never sees a customer in clear', () => {
    const data = { entityId: 'rta', number: '1', serviceId: 's', channel: 'app', flow: 'customer', platformId: 'now' };
    const times = ['2021-03-01T08:00:00.000Z', '2021-03-01T08:00:00.000Z'] as const;
    const told = [
      readEvent('transaction.received', 'transaction-rta:1', 0, { ...data, feeDue: '0', customerRef: 'C-17' }, times),
      readEvent('transaction.completed', 'transaction-rta:1', 1, { delivery: 'none', intended: true }, times),
    ];
    const page = foldAll(transactionsModel, told);
    expect(page.cubeRows(PlatformDay)).toMatchObject([{ subject: null, transactions: 1n }]);
    expect(JSON.stringify([...page.changedStates()])).not.toContain('C-17');
  });

  test('[PLT-6, TRX-6] counts views by themselves, as corrected from the day that is known', () => {
    const views = (type: string, revision: number, count: number, recorded: string) =>
      readEvent(
        `views.${type}`,
        'views-now:pharmacies:2021-03-01',
        revision,
        { platformId: 'now', infoId: 'pharmacies', day: '2021-03-01', views: count },
        ['2021-03-02T00:00:00.000Z', recorded],
      );
    const page = foldAll(transactionsModel, [
      views('counted', 0, 10, '2021-03-02T00:00:00.000Z'),
      views('corrected', 1, 7, '2021-03-04T00:00:00.000Z'),
    ]);
    expect(page.cubeRows(PlatformViewsDay)).toMatchObject([
      { effectiveDay: '2021-03-01', knownDay: '2021-03-02', views: 10n },
      { effectiveDay: '2021-03-01', knownDay: '2021-03-04', views: -3n },
    ]);
    expect(page.cubeRows(PlatformDay)).toEqual([]);
  });
});
