import type { ReadEvent } from '../read-model.js';
import { corrected } from './corrections.js';
import {
  type Data,
  entityOf,
  nounOf,
  outcomeOf,
  type Receipt,
  type Start,
  type Step,
  type Surroundings,
  type TransactionFacts,
  text,
  UNHEARD,
  whenOf,
} from './facts.js';

/** Takes one event of the transaction in. Never refuses: it has happened. */
export const evolve = (
  before: TransactionFacts | undefined,
  event: ReadEvent,
  around: Surroundings,
): TransactionFacts => {
  const facts = before ?? { ...UNHEARD, entity: entityOf(event.id) };
  const { data, time } = event;
  const { day, hour } = whenOf(time, around);
  switch (nounOf(event.type)) {
    case 'started':
      return { ...facts, start: startOf(data, day, around.flow) };
    case 'received':
      return { ...facts, receipt: receiptOf(facts.entity, data, { at: time, day, hour }) };
    case 'stepCompleted':
      return { ...facts, steps: { ...facts.steps, [String(data.stepId)]: stepOf(facts.entity, data, day) } };
    case 'documentSubmitted': {
      const entry = { form: String(data.form), sheets: Number(data.sheets ?? 0), day };
      return { ...facts, documents: { ...facts.documents, [String(data.documentId)]: entry } };
    }
    case 'sheetsConsumed': {
      const entry = { sheets: Number(data.sheets), kind: String(data.kind), day };
      return { ...facts, sheets: { ...facts.sheets, [String(data.recordId)]: entry } };
    }
    case 'channelSwitched':
      return { ...facts, switches: [...facts.switches, { ...placeOf(data), assisted: data.assisted === true, day }] };
    case 'paymentSettled': {
      const { amount, kind, channel } = data;
      const entry = { amount: String(amount), kind: String(kind), channel: String(channel), day, hour };
      return { ...facts, payments: { ...facts.payments, [String(data.paymentId)]: entry } };
    }
    case 'paymentRefunded': {
      const entry = { amount: String(data.amount), paymentId: String(data.paymentId), day, hour };
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
      return corrected(facts, data.changes as Data, time, around);
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

const receiptOf = (entity: string, data: Data, when: Pick<Receipt, 'at' | 'day' | 'hour'>): Receipt => ({
  entity,
  ...placeOf(data),
  service: String(data.serviceId),
  flow: String(data.flow),
  assisted: data.assisted === true,
  category: String(data.customerCategory),
  platform: text(data.platformId),
  path: text(data.pathId),
  reached: null,
  feeDue: String(data.feeDue),
  documentsRequired: typeof data.documentsRequired === 'number' ? data.documentsRequired : null,
  dueBy: text(data.dueBy),
  subject: subjectOf(data.customerRef),
  ...when,
});

const stepOf = (entity: string, { mode, fromEntityId }: Data, day: string): Step => ({
  ...{ mode: String(mode), day },
  ...(fromEntityId !== undefined && fromEntityId !== entity && { isFromOther: true as const }),
});

/** The seal names the person it was made for; nothing else of a sealed member is looked at, and a value in clear is left alone. */
const subjectOf = (sealed: unknown): string | null => {
  const { $personal } = (sealed ?? {}) as { $personal?: { key?: unknown } };
  return text($personal?.key);
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
