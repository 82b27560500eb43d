import { instantMicros } from '#kernel';
import { differences, exact, type Figure, type Measures } from './differences.js';
import { testOf } from './electronic.js';
import { type Outcome, type Receipt, type TransactionFacts, UNHEARD } from './facts.js';

/** `event` dates a figure by its own day, `receipt` by the day of receipt of its transaction (cohort). */
export type Basis = 'event' | 'receipt';

/** What the request was, without what it costs and when it came. */
export interface FigureDimensions extends Omit<Receipt, 'feeDue' | 'documentsRequired' | 'dueBy' | 'at' | 'day'> {
  readonly entity: string;
}

/** Cell of the cube but for the knowledge day, which is that of the event that changes it. */
export interface VolumeCell extends FigureDimensions {
  readonly basis: Basis;
  readonly effectiveDay: string;
}

type Count = (dimensions: FigureDimensions, day: string, measures: Measures) => void;

/**
 * One part of everything that a transaction, as known now, counts for. The difference of two such lists is what an event
 * changes, so corrections and voids need no rule of their own.
 */
interface Part {
  /** Facts that it is made from beside {@link GROUNDS}: while they stay the same values, so does the part. */
  readonly reads: readonly (keyof TransactionFacts)[];
  count(facts: TransactionFacts, home: FigureDimensions, count: Count): void;
}

/** Facts that every figure is made from. */
export const GROUNDS = ['receipt', 'start', 'voidedDay'] as const;

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
    count: (facts, home, count) => {
      if (facts.start) count(ofStart(facts) ?? home, facts.start.day, { started: 1 });
    },
  },
  {
    reads: [],
    count: ({ receipt }, home, count) => {
      if (receipt) count(home, receipt.day, { received: 1, open: 1, feeDue: exact(receipt.feeDue) });
    },
  },
  {
    reads: ['payments', 'refunds'],
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
    count: (facts, home, count) => {
      const { receipt, outcome } = facts;
      if (receipt && outcome) count(home, outcome.day, { open: -1, ...outcomeMeasures(facts, receipt, outcome) });
    },
  },
];

/** What must be added to the cells of volume when a transaction, known as `before`, is known as `after`. */
export const volumeChanges = (before: TransactionFacts | undefined, after: TransactionFacts): Figure<VolumeCell>[] => {
  const known = before ?? UNHEARD;
  const differs = (member: keyof TransactionFacts) => known[member] !== after[member];
  const parts = GROUNDS.some(differs) ? PARTS : PARTS.filter(({ reads }) => reads.some(differs));
  return parts.length === 0 ? [] : differences(figuresOf(known, parts), figuresOf(after, parts));
};

const figuresOf = (facts: TransactionFacts, parts: readonly Part[]): Figure<VolumeCell>[] => {
  const { receipt, start, voidedDay } = facts;
  const figures: Figure<VolumeCell>[] = [];
  const home = receipt ? ofReceipt(facts.entity, receipt) : ofStart(facts);
  const cohort = receipt?.day ?? start?.day;
  if (!home || cohort === undefined) return figures;
  const count: Count = (dimensions, day, measures) => {
    figures.push({ cell: { basis: 'event', effectiveDay: day, ...dimensions }, measures });
    figures.push({ cell: { basis: 'receipt', effectiveDay: cohort, ...dimensions }, measures });
  };
  if (voidedDay === undefined) for (const part of parts) part.count(facts, home, count);
  else count(home, voidedDay, { voided: 1 });
  return figures;
};

const ofReceipt = (entity: string, receipt: Receipt): FigureDimensions => ({
  entity,
  service: receipt.service,
  flow: receipt.flow,
  channel: receipt.channel,
  assisted: receipt.assisted,
  category: receipt.category,
  platform: receipt.platform,
  centre: receipt.centre,
  kiosk: receipt.kiosk,
  path: receipt.path,
});

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
  };

const onChannel = (home: FigureDimensions, channel: string): FigureDimensions =>
  channel === home.channel ? home : { ...home, channel, assisted: false, centre: null, kiosk: null };

const MICROS_PER_MINUTE = 60_000_000n;
const FLAGS = { yes: 'eYes', no: 'eNo', unknown: 'eUnknown' } as const;

const outcomeMeasures = (facts: TransactionFacts, receipt: Receipt, outcome: Outcome): Measures => {
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
  const { electronic, isPaperless } = testOf(facts);
  measures[FLAGS[electronic]] = 1;
  if (isPaperless) measures.paperless = 1;
  return measures;
};
