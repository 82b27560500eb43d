import { DUBAI, dayOfInstant, hourOf } from '#kernel';
import type { ReadEvent } from '../read-model.js';

/** What a request is counted under, but for its days. */
export type FigureDimensions = {
  readonly entity: string;
  readonly service: string;
  readonly flow: string;
  readonly channel: string;
  readonly assisted: boolean;
  readonly category: string;
  readonly platform: string | null;
  readonly centre: string | null;
  readonly kiosk: string | null;
  readonly path: string | null;
  /** Channels that it was switched to, on its outcome alone. */
  readonly reached: string | null;
};

/** What brought the request in. Corrected values; days are calendar days in the zone of the entity. */
export type Receipt = FigureDimensions & {
  /** Fils, decimal text. */
  readonly feeDue: string;
  readonly documentsRequired: number | null;
  readonly dueBy: string | null;
  /** Opaque id of the customer in the vault; null where none was named. */
  readonly subject: string | null;
  readonly at: string;
  readonly day: string;
  /** 0 to 23, within an edition that was announced; null elsewhere. */
  readonly hour: number | null;
};

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
  /** Its data came from another entity than the one that has the transaction. Left out: not that anybody said. */
  readonly isFromOther?: true;
}
export interface Document {
  readonly form: string;
  /** The customer's own. */
  readonly sheets: number;
  readonly day: string;
}
export interface Sheets {
  readonly sheets: number;
  readonly kind: string;
  readonly day: string;
}
export interface Payment {
  /** Fils, decimal text. */
  readonly amount: string;
  readonly kind: string;
  readonly channel: string;
  readonly day: string;
  /** As of a receipt. */
  readonly hour: number | null;
}
export interface Refund extends Omit<Payment, 'channel' | 'kind'> {
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

/** A transaction of which nothing was told yet. */
export const UNHEARD: TransactionFacts = {
  ...{ entity: '', steps: {}, documents: {}, sheets: {}, payments: {}, refunds: {}, switches: [] },
};

/** What the fold knows beside the event: looked up in its own state. */
export interface Surroundings {
  /** Zone in which the entity counts its days. */
  readonly zone: string;
  /** Flow of a service; `unknown` where its entry has not been seen. */
  readonly flow: string;
  /** Editions of campaigns that were announced so far: their days are kept by the hour. */
  readonly editions: readonly EditionDays[];
}
/** First and last day, both inside. */
export interface EditionDays {
  readonly firstDay: string;
  readonly lastDay: string;
}
export const SURROUNDINGS: Surroundings = { zone: DUBAI, flow: 'unknown', editions: [] };

/** Day of an instant and, within an edition, its hour. Fixed when the event is folded, like every day of the facts. */
export const whenOf = (
  time: string,
  { zone, editions }: Surroundings,
): { readonly day: string; readonly hour: number | null } => {
  const day = dayOfInstant(time, zone);
  const isWithin = editions.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay);
  return { day, hour: isWithin ? hourOf(time, zone) : null };
};

export type Data = ReadEvent['data'];
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** `transaction-<entity>:<number>`: an entity id has no colon. */
export const entityOf = (id: string): string => id.slice(0, id.indexOf(':'));

/** Types of which a transaction consists → what an event of theirs says. */
const NOUNS: ReadonlyMap<string, string> = new Map(
  [
    ...['started', 'received', 'stepCompleted', 'documentSubmitted', 'sheetsConsumed', 'channelSwitched'],
    ...['paymentSettled', 'paymentRefunded', 'completed', 'rejected', 'withdrawn', 'markedDuplicate', 'transferred'],
    ...['corrected', 'entryVoided', 'voided'],
  ].map((noun) => [`gov.sijill.transaction.${noun}.v1`, noun]),
);
export const TRANSACTION_TYPES: readonly string[] = [...NOUNS.keys()];
/** Undefined: the type is none of a transaction. */
export const nounOf = (type: string): string | undefined => NOUNS.get(type);

export const outcomeOf = (kind: OutcomeKind, data: Data, at: string, day: string): Outcome => ({
  kind,
  at,
  day,
  delivery: text(data.delivery),
  intended: typeof data.intended === 'boolean' ? data.intended : null,
  reason: kind === 'rejected' ? text(data.reason) : null,
});
