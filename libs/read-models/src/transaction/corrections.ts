import { dayOfInstant } from '#kernel';
import {
  type Data,
  type OutcomeKind,
  outcomeOf,
  type Receipt,
  type Surroundings,
  type TransactionFacts,
  text,
  whenOf,
} from './facts.js';

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

/** The transaction with the new values of a correction. What was already counted under the old ones is taken back by the fold. */
export const corrected = (
  facts: TransactionFacts,
  changes: Data,
  time: string,
  around: Surroundings,
): TransactionFacts => {
  const { receipt, start } = facts;
  if (!receipt) return facts;
  const changed = Object.entries(RECEIPT_MEMBERS).filter(([member]) => member in changes);
  const values = Object.fromEntries(changed.map(([member, name]) => [name, changes[member]]));
  const at = text(changes.receivedAt);
  const moved = at === null ? {} : { at, ...whenOf(at, around) };
  const next: Receipt = { ...receipt, ...values, ...moved };
  // The request was begun for the service for which it was received: a wrong id was wrong from the start.
  const begun = start && start.service === receipt.service ? { start: { ...start, service: next.service } } : {};
  return withOutcome({ ...facts, ...begun, receipt: next }, changes, time, around.zone);
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
