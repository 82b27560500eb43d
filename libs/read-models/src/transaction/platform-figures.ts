import { exact } from '../amounts.js';
import { PlatformDay } from '../platform/tables.js';
import type { Page } from '../read-model.js';
import { type TransactionFacts, UNHEARD } from './facts.js';

/** Changes the cells of platforms by what a transaction, known as `before`, counts for when it is known as `after`. */
export const changePlatform = (
  before: TransactionFacts | undefined,
  after: TransactionFacts,
  knownDay: string,
  page: Page,
): void => {
  const known = before ?? UNHEARD;
  if (!known.receipt?.platform && !after.receipt?.platform) return;
  const isAsBefore =
    known.receipt === after.receipt &&
    known.outcome === after.outcome &&
    known.payments === after.payments &&
    known.refunds === after.refunds &&
    known.voidedDay === after.voidedDay;
  if (isAsBefore) return;
  count(known, knownDay, page, -1);
  count(after, knownDay, page, 1);
};

const COMPLETED = { transactions: 1 } as const;

const count = (facts: TransactionFacts, knownDay: string, page: Page, sign: 1 | -1): void => {
  const { receipt, outcome, payments, refunds, voidedDay } = facts;
  if (!receipt?.platform || voidedDay !== undefined) return;
  const { platform, entity, service, flow, subject } = receipt;
  const cell = { platform, entity, service, flow, subject, paymentKind: paymentKindOf(payments) };
  const add = (effectiveDay: string, measures: Parameters<Page['add']>[3]) =>
    page.add(PlatformDay, { effectiveDay, knownDay }, cell, measures, sign);
  if (outcome?.kind === 'completed') add(outcome.day, COMPLETED);
  for (const { amount, day } of Object.values(payments)) add(day, { settled: exact(amount) });
  for (const { amount, day } of Object.values(refunds)) add(day, { refunded: exact(amount) });
};

/** One kind a transaction, so that the value of a kind and the transactions of a kind are of the same transactions. */
const paymentKindOf = (payments: TransactionFacts['payments']): string => {
  const kinds = new Set(Object.values(payments).map(({ kind }) => kind));
  const [first = 'none'] = kinds;
  return kinds.size > 1 ? 'mixed' : first;
};
