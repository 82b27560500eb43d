import type { Page } from '../read-model.js';
import { type Step, type TransactionFacts, UNHEARD } from './facts.js';
import { isOnOtherGrounds } from './figures.js';
import { ElectronicShareDay } from './tables.js';

/** Changes the cells of steps by what a transaction, known as `before`, counts for when it is known as `after`. */
export const changeSteps = (
  before: TransactionFacts | undefined,
  after: TransactionFacts,
  knownDay: string,
  page: Page,
): void => {
  const known = before ?? UNHEARD;
  const isAnew = isOnOtherGrounds(known, after);
  if (!isAnew && known.steps === after.steps && known.outcome === after.outcome) return;
  countSteps(known, isAnew ? {} : after.steps, { knownDay, sign: -1 }, page);
  countSteps(after, isAnew ? {} : known.steps, { knownDay, sign: 1 }, page);
};

const ELECTRONIC = { stepsElectronic: 1 } as const;
const MANUAL = { stepsManual: 1 } as const;
const ELECTRONIC_FROM_OTHER = { stepsElectronic: 1, stepsFromOthers: 1 } as const;
const MANUAL_FROM_OTHER = { stepsManual: 1, stepsFromOthers: 1 } as const;

const measuresOf = ({ mode, isFromOther }: Step) => {
  if (mode === 'electronic') return isFromOther ? ELECTRONIC_FROM_OTHER : ELECTRONIC;
  return isFromOther ? MANUAL_FROM_OTHER : MANUAL;
};

/**
 * Steps by their own day, completed transactions by theirs. A transaction without receipt or voided counts for nothing.
 *
 * @param others Steps of the other side of a comparison: those that are the same there are left out on both.
 */
const countSteps = (
  { receipt, outcome, steps, voidedDay }: TransactionFacts,
  others: TransactionFacts['steps'],
  { knownDay, sign }: { readonly knownDay: string; readonly sign: 1 | -1 },
  page: Page,
): void => {
  if (!receipt || voidedDay !== undefined) return;
  for (const id in steps) {
    const step = steps[id];
    if (!step || others[id] === step) continue;
    page.add(ElectronicShareDay, { effectiveDay: step.day, knownDay }, receipt, measuresOf(step), sign);
  }
  if (outcome?.kind !== 'completed') return;
  const transactionsWithSteps = Object.keys(steps).length > 0 ? 1 : 0;
  const completed = { completed: 1, transactionsWithSteps };
  page.add(ElectronicShareDay, { effectiveDay: outcome.day, knownDay }, receipt, completed, sign);
};
