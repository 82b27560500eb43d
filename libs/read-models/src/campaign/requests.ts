import { type Amounts, exact } from '../amounts.js';
import type { Page, ReadEvent, Row } from '../read-model.js';
import { type Receipt, type TransactionFacts, UNHEARD } from '../transaction/facts.js';
import { isOnOtherGrounds } from '../transaction/figures.js';
import { CampaignHour } from './tables.js';

/** When it was recorded, to the freeze. */
type Recorded = Pick<ReadEvent, 'knownDay' | 'freezesBefore'>;

/**
 * Changes the cells of requests by what a transaction, known as `before`, counts for when it is known as `after`: requests of
 * customers by receipt, their money by settlement, the sheets used for them by the day of use.
 */
export const changeRequests = (
  before: TransactionFacts | undefined,
  after: TransactionFacts,
  { knownDay, freezesBefore }: Recorded,
  page: Page,
): void => {
  const known = before ?? UNHEARD;
  const isAnew = isOnOtherGrounds(known, after);
  const isSame = (member: 'payments' | 'refunds' | 'sheets') => known[member] === after[member];
  if (!isAnew && isSame('payments') && isSame('refunds') && isSame('sheets')) return;
  const recorded = { knownDay, freezes: freezesBefore ?? 0 };
  count(known, isAnew ? UNHEARD : after, { ...recorded, sign: -1 }, page);
  count(after, isAnew ? UNHEARD : known, { ...recorded, sign: 1 }, page);
};

/** @param other The other side of a comparison: what is the same there is left out on both. */
const count = (
  { receipt, payments, refunds, sheets, voidedDay }: TransactionFacts,
  other: TransactionFacts,
  { knownDay, freezes, sign }: { readonly knownDay: string; readonly freezes: number; readonly sign: 1 | -1 },
  page: Page,
): void => {
  if (receipt?.flow !== 'customer' || voidedDay !== undefined) return;
  const add = (day: string, taken: Taken, measures: Amounts) =>
    page.add(CampaignHour, { effectiveDay: day, knownDay }, subjectOf(receipt, taken, freezes), measures, sign);
  if (other.receipt !== receipt) add(receipt.day, receipt, RECEIVED);
  for (const id in payments) {
    const payment = payments[id];
    if (!payment || other.payments[id] === payment) continue;
    add(payment.day, tookBy(receipt, payment.channel, payment.hour), { settled: exact(payment.amount) });
  }
  for (const id in refunds) {
    const refund = refunds[id];
    if (!refund || other.refunds[id] === refund) continue;
    const paid = Object.hasOwn(payments, refund.paymentId) ? payments[refund.paymentId] : undefined; // an id may be `constructor`
    const channel = paid?.channel ?? receipt.channel;
    add(refund.day, tookBy(receipt, channel, refund.hour), { refunded: exact(refund.amount) });
  }
  for (const id in sheets) {
    const used = sheets[id];
    if (!used || other.sheets[id] === used) continue;
    add(used.day, tookBy(receipt, receipt.channel, null), { sheets: used.sheets });
  }
};

const RECEIVED = { received: 1 } as const;

/** Where and when a request or its money was taken. */
type Taken = Pick<Receipt, 'channel' | 'centre' | 'kiosk' | 'hour'>;

const subjectOf = ({ entity, service, category, feeDue }: Receipt, taken: Taken, freezes: number): Row => {
  const { channel, centre, kiosk, hour } = taken;
  return { freezes, hour, entity, service, channel, category, centre, kiosk, isFeeBearing: feeDue !== '0' };
};

/** Money on another channel than that of receipt was taken at no place we know of. */
const tookBy = (receipt: Receipt, channel: string, hour: number | null): Taken =>
  channel === receipt.channel
    ? { channel, centre: receipt.centre, kiosk: receipt.kiosk, hour }
    : { channel, centre: null, kiosk: null, hour };
