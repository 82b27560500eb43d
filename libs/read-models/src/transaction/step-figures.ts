import { differences, type Figure, type Measures } from './differences.js';
import { type TransactionFacts, UNHEARD } from './facts.js';
import { GROUNDS } from './figures.js';

/** Cell of the steps of a transaction but for the knowledge day. */
export interface StepCell {
  readonly entity: string;
  readonly service: string;
  readonly flow: string;
  readonly channel: string;
  readonly effectiveDay: string;
}

/** What must be added to the cells of steps when a transaction, known as `before`, is known as `after`. */
export const stepChanges = (before: TransactionFacts | undefined, after: TransactionFacts): Figure<StepCell>[] => {
  const known = before ?? UNHEARD;
  const differs = (member: keyof TransactionFacts) => known[member] !== after[member];
  if (GROUNDS.some(differs)) return differences(stepFiguresOf(known, {}), stepFiguresOf(after, {}));
  if (!differs('steps') && !differs('outcome')) return [];
  return differences(stepFiguresOf(known, after.steps), stepFiguresOf(after, known.steps));
};

/**
 * Steps by their own day, completed transactions by theirs. A transaction without receipt or voided counts for nothing.
 *
 * @param others Steps of the other side of a comparison: those that are the same there are left out on both.
 */
const stepFiguresOf = (facts: TransactionFacts, others: TransactionFacts['steps']): Figure<StepCell>[] => {
  const { entity, receipt, outcome, steps, voidedDay } = facts;
  if (!receipt || voidedDay !== undefined) return [];
  const { service, flow, channel } = receipt;
  const cellOn = (effectiveDay: string): StepCell => ({ effectiveDay, entity, service, flow, channel });
  const figures: Figure<StepCell>[] = [];
  for (const [id, step] of Object.entries(steps)) {
    if (others[id] === step) continue;
    const measures: Measures = step.mode === 'electronic' ? { stepsElectronic: 1 } : { stepsManual: 1 };
    figures.push({ cell: cellOn(step.day), measures });
  }
  if (outcome?.kind === 'completed') {
    const transactionsWithSteps = Object.keys(steps).length > 0 ? 1 : 0;
    figures.push({ cell: cellOn(outcome.day), measures: { completed: 1, transactionsWithSteps } });
  }
  return figures;
};
