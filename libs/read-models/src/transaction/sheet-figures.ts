import { SheetsDay } from '../paper/tables.js';
import type { Page, Row } from '../read-model.js';
import { type TransactionFacts, UNHEARD } from './facts.js';
import { isOnOtherGrounds } from './figures.js';

/** Changes the cells of sheets by what a transaction, known as `before`, counts for when it is known as `after`. */
export const changeSheets = (
  before: TransactionFacts | undefined,
  after: TransactionFacts,
  knownDay: string,
  page: Page,
): void => {
  const known = before ?? UNHEARD;
  const isAnew = isOnOtherGrounds(known, after);
  if (!isAnew && known.sheets === after.sheets && known.documents === after.documents) return;
  countSheets(known, isAnew ? UNHEARD : after, { knownDay, sign: -1 }, page);
  countSheets(after, isAnew ? UNHEARD : known, { knownDay, sign: 1 }, page);
};

/**
 * Sheets of the entity and of the customer, each on the day of its own entry. A transaction without receipt or voided counts for
 * nothing.
 *
 * @param others The other side of a comparison: entries that are the same there are left out on both.
 */
const countSheets = (
  facts: TransactionFacts,
  others: TransactionFacts,
  { knownDay, sign }: { readonly knownDay: string; readonly sign: 1 | -1 },
  page: Page,
): void => {
  const { receipt, sheets, documents, voidedDay } = facts;
  if (!receipt || voidedDay !== undefined) return;
  const { entity, service, flow } = receipt;
  const subject = (kind: string | null): Row => ({ entity, service, flow, kind, method: null, source: 'transaction' });
  for (const id in sheets) {
    const entry = sheets[id];
    if (!entry || others.sheets[id] === entry) continue;
    page.add(SheetsDay, { effectiveDay: entry.day, knownDay }, subject(entry.kind), { sheets: entry.sheets }, sign);
  }
  for (const id in documents) {
    const entry = documents[id];
    if (!entry || entry.sheets === 0 || others.documents[id] === entry) continue;
    const measures = { customerSheets: entry.sheets };
    page.add(SheetsDay, { effectiveDay: entry.day, knownDay }, subject(null), measures, sign);
  }
};
