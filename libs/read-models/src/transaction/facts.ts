import { DUBAI, dayOfInstant } from '#kernel';
import type { ReadEvent } from '../read-model.js';

/** What brought the request in. Corrected values; days are calendar days in the zone of the entity. */
export interface Receipt {
  readonly service: string;
  readonly flow: string;
  readonly channel: string;
  readonly assisted: boolean;
  readonly category: string;
  readonly platform: string | null;
  readonly centre: string | null;
  readonly kiosk: string | null;
  readonly path: string | null;
  /** Fils, decimal text. */
  readonly feeDue: string;
  readonly documentsRequired: number | null;
  readonly dueBy: string | null;
  readonly at: string;
  readonly day: string;
}

export type OutcomeKind = 'completed' | 'rejected' | 'withdrawn' | 'duplicate' | 'transferred';

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly at: string;
  readonly day: string;
  readonly delivery: string | null;
  readonly intended: boolean | null;
  /** Reason of a rejection. */
  readonly reason: string | null;
}

export interface Start {
  readonly service: string;
  readonly flow: string;
  readonly channel: string;
  readonly platform: string | null;
  readonly day: string;
}

export interface Step {
  readonly mode: string;
  readonly day: string;
}
export interface Document {
  readonly form: string;
}
export interface Sheets {
  readonly sheets: number;
  readonly kind: string;
}
export interface Payment {
  /** Fils, decimal text. */
  readonly amount: string;
  readonly channel: string;
  readonly day: string;
}
export interface Refund extends Omit<Payment, 'channel'> {
  readonly paymentId: string;
}
export interface Switch {
  readonly channel: string;
  readonly assisted: boolean;
  readonly centre: string | null;
  readonly kiosk: string | null;
  readonly day: string;
}

/**
 * One transaction as known so far, corrected and without its voided entries. Plain JSON: it is the state row of the fold.
 * Days are fixed when an event is folded, so that what was counted can always be taken back exactly.
 */
export interface TransactionFacts {
  readonly entity: string;
  readonly start?: Start;
  readonly receipt?: Receipt;
  readonly outcome?: Outcome;
  readonly steps: Readonly<Record<string, Step>>;
  readonly documents: Readonly<Record<string, Document>>;
  readonly sheets: Readonly<Record<string, Sheets>>;
  readonly payments: Readonly<Record<string, Payment>>;
  readonly refunds: Readonly<Record<string, Refund>>;
  readonly switches: readonly Switch[];
  /** Day of the void; a voided transaction counts as nothing else. */
  readonly voidedDay?: string;
}

/** What the fold knows beside the event: looked up in its own state. */
export interface Surroundings {
  /** Zone in which the entity counts its days. */
  readonly zone: string;
  /** Flow of a service; `unknown` where its entry has not been seen. */
  readonly flow: string;
}
export const SURROUNDINGS: Surroundings = { zone: DUBAI, flow: 'unknown' };

type Data = ReadEvent['data'];
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** `transaction-<entity>:<number>`: an entity id has no colon. */
export const entityOf = (id: string): string => id.slice(0, id.indexOf(':'));

const PREFIX = 'gov.sijill.transaction.';
/** Types that {@link evolve} understands. */
export const TRANSACTION_TYPES: readonly string[] = [
  ...['started', 'received', 'stepCompleted', 'documentSubmitted', 'sheetsConsumed', 'channelSwitched'],
  ...['paymentSettled', 'paymentRefunded', 'completed', 'rejected', 'withdrawn', 'markedDuplicate', 'transferred'],
  ...['corrected', 'entryVoided', 'voided'],
].map((name) => `${PREFIX}${name}.v1`);

const NOTHING = { steps: {}, documents: {}, sheets: {}, payments: {}, refunds: {}, switches: [] };

/** Takes one event of the transaction in. Never refuses: it has happened. */
export const evolve = (
  before: TransactionFacts | undefined,
  event: ReadEvent,
  around: Surroundings,
): TransactionFacts => {
  const facts = before ?? { entity: entityOf(event.id), ...NOTHING };
  const { data, time } = event;
  const day = dayOfInstant(time, around.zone);
  switch (event.type.slice(PREFIX.length, -'.v1'.length)) {
    case 'started':
      return { ...facts, start: startOf(data, day, around.flow) };
    case 'received':
      return { ...facts, receipt: receiptOf(data, time, day) };
    case 'stepCompleted':
      return { ...facts, steps: { ...facts.steps, [String(data.stepId)]: { mode: String(data.mode), day } } };
    case 'documentSubmitted':
      return { ...facts, documents: { ...facts.documents, [String(data.documentId)]: { form: String(data.form) } } };
    case 'sheetsConsumed': {
      const entry = { sheets: Number(data.sheets), kind: String(data.kind) };
      return { ...facts, sheets: { ...facts.sheets, [String(data.recordId)]: entry } };
    }
    case 'channelSwitched':
      return { ...facts, switches: [...facts.switches, { ...placeOf(data), assisted: data.assisted === true, day }] };
    case 'paymentSettled': {
      const entry = { amount: String(data.amount), channel: String(data.channel), day };
      return { ...facts, payments: { ...facts.payments, [String(data.paymentId)]: entry } };
    }
    case 'paymentRefunded': {
      const entry = { amount: String(data.amount), paymentId: String(data.paymentId), day };
      return { ...facts, refunds: { ...facts.refunds, [String(data.refundId)]: entry } };
    }
    case 'completed':
      return { ...facts, outcome: outcomeOf('completed', data, time, day) };
    case 'rejected':
      return { ...facts, outcome: outcomeOf('rejected', data, time, day) };
    case 'withdrawn':
      return { ...facts, outcome: outcomeOf('withdrawn', {}, time, day) };
    case 'markedDuplicate':
      return { ...facts, outcome: outcomeOf('duplicate', {}, time, day) };
    case 'transferred':
      return { ...facts, outcome: outcomeOf('transferred', {}, time, day) };
    case 'corrected':
      return corrected(facts, data.changes as Data, time, around.zone);
    case 'entryVoided':
      return withoutEntry(facts, String(data.entry), String(data.entryId));
    case 'voided':
      return { ...facts, voidedDay: day };
    default:
      return facts;
  }
};

const startOf = (data: Data, day: string, flow: string): Start => ({
  service: String(data.serviceId),
  flow,
  channel: String(data.channel),
  platform: text(data.platformId),
  day,
});

const placeOf = (data: Data) => ({
  channel: String(data.channel),
  centre: text(data.centreId),
  kiosk: text(data.kioskId),
});

const receiptOf = (data: Data, at: string, day: string): Receipt => ({
  ...placeOf(data),
  service: String(data.serviceId),
  flow: String(data.flow),
  assisted: data.assisted === true,
  category: String(data.customerCategory),
  platform: text(data.platformId),
  path: text(data.pathId),
  feeDue: String(data.feeDue),
  documentsRequired: typeof data.documentsRequired === 'number' ? data.documentsRequired : null,
  dueBy: text(data.dueBy),
  at,
  day,
});

const outcomeOf = (kind: OutcomeKind, data: Data, at: string, day: string): Outcome => ({
  kind,
  at,
  day,
  delivery: text(data.delivery),
  intended: typeof data.intended === 'boolean' ? data.intended : null,
  reason: kind === 'rejected' ? text(data.reason) : null,
});

/** Member of a correction → member of the receipt. */
const RECEIPT_MEMBERS = {
  serviceId: 'service',
  channel: 'channel',
  assisted: 'assisted',
  flow: 'flow',
  customerCategory: 'category',
  centreId: 'centre',
  kioskId: 'kiosk',
  platformId: 'platform',
  feeDue: 'feeDue',
} as const;

const corrected = (facts: TransactionFacts, changes: Data, time: string, zone: string): TransactionFacts => {
  const { receipt, start } = facts;
  if (!receipt) return facts;
  const changed = Object.entries(RECEIPT_MEMBERS).filter(([member]) => member in changes);
  const values = Object.fromEntries(changed.map(([member, name]) => [name, changes[member]]));
  const at = text(changes.receivedAt);
  const moved = at === null ? {} : { at, day: dayOfInstant(at, zone) };
  const next: Receipt = { ...receipt, ...values, ...moved };
  // The request was begun for the service for which it was received: a wrong id was wrong from the start.
  const begun = start && start.service === receipt.service ? { start: { ...start, service: next.service } } : {};
  return withOutcome({ ...facts, ...begun, receipt: next }, changes, time, zone);
};

const withOutcome = (facts: TransactionFacts, changes: Data, time: string, zone: string): TransactionFacts => {
  const { outcome, ...open } = facts;
  const kind = text(changes.outcome);
  if (kind === 'open') return open;
  if (!outcome && kind === null) return facts;
  const at = text(changes.outcomeAt) ?? outcome?.at ?? time;
  const base = outcomeOf((kind ?? outcome?.kind) as OutcomeKind, changes, at, dayOfInstant(at, zone));
  if (!outcome || outcome.kind !== base.kind) return { ...facts, outcome: base };
  const delivery = base.delivery ?? outcome.delivery;
  return {
    ...facts,
    outcome: { ...base, delivery, intended: base.intended ?? outcome.intended, reason: outcome.reason },
  };
};

const ENTRIES = {
  step: 'steps',
  document: 'documents',
  sheets: 'sheets',
  payment: 'payments',
  refund: 'refunds',
} as const;

const withoutEntry = (facts: TransactionFacts, entry: string, entryId: string): TransactionFacts => {
  const member = ENTRIES[entry as keyof typeof ENTRIES];
  if (member === undefined) return facts;
  const { [entryId]: _voided, ...others } = facts[member] as Readonly<Record<string, object>>;
  return { ...facts, [member]: others };
};
