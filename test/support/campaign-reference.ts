import type { ReadEvent } from '../../libs/read-models/src/read-model.js';
import { dayIn } from './transaction-history.js';

type Data = Record<string, unknown>;
type Kept = (event: ReadEvent, at: number) => boolean;

/**
 * Slow second opinion on the cube of requests: of the events that are kept it works out what each transaction finally was, and
 * counts it once. The hour is kept when the event that dated the figure came after the announcement of an edition around its day.
 */
export const countedRequests = (journal: readonly ReadEvent[], kept: Kept): Map<string, bigint> => {
  const counted = new Map<string, bigint>();
  const told = journal.flatMap((event, at) =>
    event.category === 'transaction' && kept(event, at) ? [{ event, at }] : [],
  );
  for (const stream of new Set(told.map(({ event }) => event.stream)))
    countOne(
      journal,
      told.filter(({ event }) => event.stream === stream),
      counted,
    );
  return new Map([...counted].filter(([, value]) => value !== 0n));
};

interface Told {
  readonly event: ReadEvent;
  readonly at: number;
}

const countOne = (journal: readonly ReadEvent[], told: readonly Told[], counted: Map<string, bigint>): void => {
  const named = (name: string) => told.filter(({ event }) => event.type === `gov.sijill.transaction.${name}.v1`);
  const [received] = named('received');
  if (!received || named('voided').length > 0) return;
  const corrections = named('corrected').map(({ event, at }) => ({ changes: event.data.changes as Data, at }));
  const final = (member: string) =>
    corrections.findLast(({ changes }) => member in changes)?.changes[member] ?? received.event.data[member];
  const zone = received.event.id.startsWith('gb') ? 'Europe/London' : 'Asia/Dubai';
  const when = (time: string, at: number): string => {
    const day = dayIn(zone, time);
    const isWithin = journal.slice(0, at).some(({ type, data }) => {
      const { firstDay, lastDay } = data as Record<string, string>;
      return type === 'gov.sijill.campaign.announced.v1' && `${firstDay}` <= day && day <= `${lastDay}`;
    });
    const hour = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' });
    return `${day} ${isWithin ? Number(hour.format(new Date(time))) : '-'}`;
  };
  const add = (when: string, channel: unknown, measure: string, value: bigint) => {
    const centre = channel === final('channel') ? (final('centreId') ?? '-') : '-';
    const key = [
      when,
      final('serviceId'),
      channel,
      final('customerCategory'),
      centre,
      final('feeDue') !== '0',
      measure,
    ];
    counted.set(key.join(' '), (counted.get(key.join(' ')) ?? 0n) + value);
  };
  const moved = corrections.findLast(({ changes }) => 'receivedAt' in changes);
  const receipt = moved ? when(String(moved.changes.receivedAt), moved.at) : when(received.event.time, received.at);
  add(receipt, final('channel'), 'received', 1n);
  const gone = new Set(named('entryVoided').map(({ event }) => `${event.data.entry} ${event.data.entryId}`));
  const paid = named('paymentSettled').filter(({ event }) => !gone.has(`payment ${event.data.paymentId}`));
  for (const { event, at } of paid)
    add(when(event.time, at), event.data.channel, 'settled', BigInt(String(event.data.amount)));
  for (const { event } of named('sheetsConsumed').filter((one) => !gone.has(`sheets ${one.event.data.recordId}`)))
    add(`${dayIn(zone, event.time)} -`, final('channel'), 'sheets', BigInt(String(event.data.sheets)));
  for (const { event, at } of named('paymentRefunded').filter(
    (one) => !gone.has(`refund ${one.event.data.refundId}`),
  )) {
    const payment = paid.find((one) => one.event.data.paymentId === event.data.paymentId);
    add(when(event.time, at), payment?.event.data.channel, 'refunded', BigInt(String(event.data.amount)));
  }
};
