import { instantMicros } from '#kernel';
import { testOf } from './electronic.js';
import type { Outcome, Receipt, TransactionFacts } from './facts.js';

/** `event` dates a figure by its own day, `receipt` by the day of receipt of its transaction (cohort). */
export type Basis = 'event' | 'receipt';

/** Cell of the cube but for the knowledge day, which is that of the event that changes it. */
export interface VolumeCell extends FigureDimensions {
  readonly basis: Basis;
  readonly effectiveDay: string;
}

/** What the request was, without what it costs and when it came. */
export interface FigureDimensions extends Omit<Receipt, 'feeDue' | 'documentsRequired' | 'dueBy' | 'at' | 'day'> {
  readonly entity: string;
}

type Measures = Readonly<Record<string, bigint>>;

/** What something adds to one cell. The members of all cells of one list stand in the same order. */
export interface Figure<C extends object> {
  readonly cell: C;
  readonly measures: Measures;
}

const MICROS_PER_MINUTE = 60_000_000n;

/**
 * Everything that a transaction, as known now, counts for. The difference of two such lists is what an event changes, so
 * corrections and voids need no rule of their own.
 *
 * - Volume, outcome and flags stay on the channel of receipt; a switch counts on the channels it left and reached;
 *   money counts on the channel that took it.
 * - `open` is +1 on the day of receipt and -1 on the day of the outcome, so that received = completed + rejected +
 *   withdrawn + duplicate + transferred + open holds for every selection of days, on both bases.
 * - On the receipt basis a start counts on the day of receipt, or on its own day as long as nothing was received.
 */
export const figuresOf = (facts: TransactionFacts): Figure<VolumeCell>[] => {
  const { receipt, start, voidedDay } = facts;
  const cohort = receipt?.day ?? start?.day;
  const figures: Figure<VolumeCell>[] = [];
  const count: Count = (dimensions, day, measures) => {
    figures.push({ cell: { ...dimensions, basis: 'event', effectiveDay: day }, measures });
    if (cohort !== undefined)
      figures.push({ cell: { ...dimensions, basis: 'receipt', effectiveDay: cohort }, measures });
  };
  const home = receipt ? ofReceipt(facts.entity, receipt) : start && ofStart(facts);
  if (!home) return figures;
  if (voidedDay !== undefined) {
    count(home, voidedDay, { voided: 1n });
    return figures;
  }
  if (start) count(ofStart(facts) ?? home, start.day, { started: 1n });
  countMoney(facts, home, count);
  if (!receipt) return figures;
  count(home, receipt.day, { received: 1n, open: 1n, feeDue: BigInt(receipt.feeDue) });
  countSwitches(facts, home, count);
  if (facts.outcome) count(home, facts.outcome.day, { open: -1n, ...outcomeMeasures(facts, receipt, facts.outcome) });
  return figures;
};

type Count = (dimensions: FigureDimensions, day: string, measures: Measures) => void;

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

const countMoney = ({ payments, refunds }: TransactionFacts, home: FigureDimensions, count: Count): void => {
  for (const { amount, channel, day } of Object.values(payments))
    count(onChannel(home, channel), day, { settled: BigInt(amount) });
  for (const { amount, paymentId, day } of Object.values(refunds)) {
    const payment = Object.hasOwn(payments, paymentId) ? payments[paymentId] : undefined; // an id may be `constructor`
    count(onChannel(home, payment?.channel ?? home.channel), day, { refunded: BigInt(amount) });
  }
};

const countSwitches = ({ switches }: TransactionFacts, home: FigureDimensions, count: Count): void => {
  let from = home;
  for (const { channel, assisted, centre, kiosk, day } of switches) {
    const to = { ...home, channel, assisted, centre, kiosk };
    count(from, day, { switchedFrom: 1n });
    count(to, day, { switchedTo: 1n });
    from = to;
  }
};

const outcomeMeasures = (facts: TransactionFacts, receipt: Receipt, outcome: Outcome): Record<string, bigint> => {
  const measures: Record<string, bigint> = { [outcome.kind]: 1n };
  const [received, closed] = [instantMicros(receipt.at), instantMicros(outcome.at)];
  measures.minutesOpen = (closed - received) / MICROS_PER_MINUTE;
  if (receipt.dueBy !== null) {
    measures.due = 1n;
    if (closed <= instantMicros(receipt.dueBy)) measures.onTime = 1n;
  }
  if (outcome.kind === 'rejected' && outcome.reason === 'notEligible') measures.notEligible = 1n;
  if (outcome.kind !== 'completed') return measures;
  if (outcome.intended === true) measures.intended = 1n;
  const { electronic, isPaperless } = testOf(facts);
  measures[{ yes: 'eYes', no: 'eNo', unknown: 'eUnknown' }[electronic]] = 1n;
  if (isPaperless) measures.paperless = 1n;
  return measures;
};

/** Cell of the steps of a transaction but for the knowledge day. */
export interface StepCell {
  readonly entity: string;
  readonly service: string;
  readonly flow: string;
  readonly channel: string;
  readonly effectiveDay: string;
}

/** Steps by their own day, completed transactions by theirs. A transaction without receipt or voided counts for nothing. */
export const stepFiguresOf = ({ entity, receipt, outcome, steps, voidedDay }: TransactionFacts): Figure<StepCell>[] => {
  if (!receipt || voidedDay !== undefined) return [];
  const { service, flow, channel } = receipt;
  const cellOn = (effectiveDay: string): StepCell => ({ entity, service, flow, channel, effectiveDay });
  const entries = Object.values(steps);
  const figures: Figure<StepCell>[] = entries.map(({ mode, day }) => ({
    cell: cellOn(day),
    measures: { [mode === 'electronic' ? 'stepsElectronic' : 'stepsManual']: 1n },
  }));
  if (outcome?.kind === 'completed') {
    const transactionsWithSteps = entries.length > 0 ? 1n : 0n;
    figures.push({ cell: cellOn(outcome.day), measures: { completed: 1n, transactionsWithSteps } });
  }
  return figures;
};

/** What must be added to the cells of `before` to get those of `after`. Cells and measures that stay are left out. */
export const differences = <C extends object>(
  before: readonly Figure<C>[],
  after: readonly Figure<C>[],
): Figure<C>[] => {
  const cells = new Map<string, { readonly cell: C; readonly measures: Record<string, bigint> }>();
  const take = (figures: readonly Figure<C>[], sign: bigint) => {
    for (const { cell, measures } of figures) {
      const key = JSON.stringify(Object.values(cell));
      const taken = cells.get(key) ?? { cell, measures: {} };
      cells.set(key, taken);
      for (const [measure, value] of Object.entries(measures))
        taken.measures[measure] = (taken.measures[measure] ?? 0n) + sign * value;
    }
  };
  take(before, -1n);
  take(after, 1n);
  const changed = [...cells.values()].map(({ cell, measures }) => ({
    cell,
    measures: Object.fromEntries(Object.entries(measures).filter(([, value]) => value !== 0n)),
  }));
  return changed.filter(({ measures }) => Object.keys(measures).length > 0);
};
