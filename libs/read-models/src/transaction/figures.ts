import { instantMicros } from '#kernel';
import { type Amounts, exact } from '../amounts.js';
import type { Page } from '../read-model.js';
import { testOf } from './electronic.js';
import { type FigureDimensions, type Outcome, type Receipt, type TransactionFacts, UNHEARD } from './facts.js';
import { ChannelVolumeDay } from './tables.js';

type Count = (dimensions: FigureDimensions, day: string, measures: Amounts) => void;

/**
 * One part of everything that a transaction, as known now, counts for. An event takes away what the facts before it counted for and
 * adds what those after it do, so corrections and voids need no rule of their own.
 */
interface Part {
  /** Facts that it is made from beside the grounds of all: while they stay the same values, so does the part. */
  readonly reads: readonly (keyof TransactionFacts)[];
  /** Fact without which it counts nothing. */
  readonly needs: keyof TransactionFacts;
  count(facts: TransactionFacts, home: FigureDimensions, count: Count): void;
}

/** Whether facts differ that every figure is made from. */
export const isOnOtherGrounds = (one: TransactionFacts, other: TransactionFacts): boolean =>
  one.receipt !== other.receipt || one.start !== other.start || one.voidedDay !== other.voidedDay;

/**
 * - Volume, outcome and flags stay on the channel of receipt; a switch counts on the channels it left and reached;
 *   money counts on the channel that took it.
 * - `open` is +1 on the day of receipt and -1 on the day of the outcome, so that received = completed + rejected +
 *   withdrawn + duplicate + transferred + open holds for every selection of days, on both bases.
 * - On the receipt basis a start counts on the day of receipt, or on its own day as long as nothing was received.
 */
const PARTS: readonly Part[] = [
  {
    reads: [],
    needs: 'start',
    count: (facts, home, count) => {
      if (facts.start) count(ofStart(facts) ?? home, facts.start.day, { started: 1 });
    },
  },
  {
    reads: [],
    needs: 'receipt',
    count: ({ receipt }, home, count) => {
      if (receipt) count(home, receipt.day, { received: 1, open: 1, feeDue: exact(receipt.feeDue) });
    },
  },
  {
    reads: ['payments', 'refunds'],
    needs: 'payments',
    count: ({ payments, refunds }, home, count) => {
      for (const { amount, channel, day } of Object.values(payments))
        count(onChannel(home, channel), day, { settled: exact(amount) });
      for (const { amount, paymentId, day } of Object.values(refunds)) {
        const payment = Object.hasOwn(payments, paymentId) ? payments[paymentId] : undefined; // an id may be `constructor`
        count(onChannel(home, payment?.channel ?? home.channel), day, { refunded: exact(amount) });
      }
    },
  },
  {
    reads: ['switches'],
    needs: 'receipt',
    count: ({ receipt, switches }, home, count) => {
      if (!receipt) return;
      let from = home;
      for (const { channel, assisted, centre, kiosk, day } of switches) {
        const to = { ...home, channel, assisted, centre, kiosk };
        count(from, day, { switchedFrom: 1 });
        count(to, day, { switchedTo: 1 });
        from = to;
      }
    },
  },
  {
    reads: ['outcome', 'steps', 'documents', 'sheets', 'switches'],
    needs: 'outcome',
    count: (facts, home, count) => {
      const { receipt, outcome } = facts;
      if (!receipt || !outcome) return;
      const measures = { open: -1, ...outcomeMeasures(facts, receipt, outcome) };
      count(facts.switches.length === 0 ? home : { ...home, reached: reachedOf(facts) }, outcome.day, measures);
    },
  },
];

/** Changes the cells of volume by what a transaction, known as `before`, counts for when it is known as `after`. */
export const changeVolume = (
  before: TransactionFacts | undefined,
  after: TransactionFacts,
  knownDay: string,
  page: Page,
): void => {
  const known = before ?? UNHEARD;
  const isAnew = isOnOtherGrounds(known, after);
  const parts = PARTS.filter(
    ({ reads, needs }) =>
      (known[needs] || after[needs]) && (isAnew || reads.some((member) => known[member] !== after[member])),
  );
  if (parts.length === 0) return;
  countParts(parts, known, { knownDay, page, sign: -1 });
  countParts(parts, after, { knownDay, page, sign: 1 });
};

/** Dates a figure by its own day (`event`), and by the day of receipt of its transaction, its cohort (`receipt`). */
const countParts = (
  parts: readonly Part[],
  facts: TransactionFacts,
  { knownDay, page, sign }: { readonly knownDay: string; readonly page: Page; readonly sign: 1 | -1 },
): void => {
  const { receipt, start, voidedDay } = facts;
  const home = receipt ?? ofStart(facts);
  const cohort = receipt?.day ?? start?.day;
  if (!home || cohort === undefined) return;
  const count: Count = (dimensions, day, measures) => {
    page.add(ChannelVolumeDay, { basis: 'event', effectiveDay: day, knownDay }, dimensions, measures, sign);
    page.add(ChannelVolumeDay, { basis: 'receipt', effectiveDay: cohort, knownDay }, dimensions, measures, sign);
  };
  if (voidedDay === undefined) for (const part of parts) part.count(facts, home, count);
  else count(home, voidedDay, { voided: 1 });
};

/** A start knows neither customer nor place; what the receipt says later of the customer holds for it too. */
const ofStart = ({ entity, start, receipt }: TransactionFacts): FigureDimensions | undefined =>
  start && {
    entity,
    service: start.service,
    flow: receipt?.flow ?? start.flow,
    channel: start.channel,
    assisted: false,
    category: receipt?.category ?? 'unknown',
    platform: start.platform,
    centre: null,
    kiosk: null,
    path: receipt?.path ?? null,
    reached: null,
  };

const onChannel = (home: FigureDimensions, channel: string): FigureDimensions =>
  channel === home.channel ? home : { ...home, channel, assisted: false, centre: null, kiosk: null };

const MICROS_PER_MINUTE = 60_000_000n;
const FLAGS = { yes: 'eYes', no: 'eNo', unknown: 'eUnknown' } as const;

const outcomeMeasures = (facts: TransactionFacts, receipt: Receipt, outcome: Outcome): Amounts => {
  const measures: Record<string, number> = { [outcome.kind]: 1 };
  const [received, closed] = [instantMicros(receipt.at), instantMicros(outcome.at)];
  measures.minutesOpen = Number((closed - received) / MICROS_PER_MINUTE);
  if (receipt.dueBy !== null) {
    measures.due = 1;
    if (closed <= instantMicros(receipt.dueBy)) measures.onTime = 1;
  }
  if (outcome.kind === 'rejected' && outcome.reason === 'notEligible') measures.notEligible = 1;
  if (outcome.kind !== 'completed') return measures;
  if (outcome.intended === true) measures.intended = 1;
  const { electronic, isPaperless, request } = testOf(facts);
  measures[FLAGS[electronic]] = 1;
  if (isPaperless) measures.paperless = 1;
  return request === 'yes' && facts.switches.length === 0 ? measures : { ...measures, ...restOf(facts, receipt) };
};

/** What the test says of everything but the channels: by other classes of channels it may come out so. */
const restOf = (facts: TransactionFacts, receipt: Receipt): Amounts => {
  const { electronic, isPaperless } = testOf({ ...facts, receipt: { ...receipt, assisted: true }, switches: [] });
  if (electronic === 'no') return {};
  return { [electronic === 'yes' ? 'restYes' : 'restUnknown']: 1, ...(isPaperless && { restPaperless: 1 }) };
};

const reachedOf = ({ switches }: TransactionFacts): string =>
  [...new Set(switches.map(({ channel }) => channel))].sort().join(',');
