import { randomHistory } from '../../../../test/support/transaction-history.js';
import { evolve } from './evolve.js';
import { SURROUNDINGS, type TransactionFacts } from './facts.js';
import { volumeChanges } from './figures.js';
import { stepChanges } from './step-figures.js';

const SEED = 20_210_401;
const HISTORIES = 100;

/** Every step of every transaction of random histories: its facts before and after. */
const steps = Array.from({ length: HISTORIES }, (_, at) => randomHistory(SEED + at)).flatMap((history) => {
  const known = new Map<string, TransactionFacts>();
  const transactions = history.filter(({ category }) => category === 'transaction');
  return transactions.map((event) => {
    const before = known.get(event.stream);
    const after = evolve(before, event, SURROUNDINGS);
    known.set(event.stream, after);
    return { type: event.type, before, after };
  });
});

const sorted = (figures: readonly { readonly cell: object; readonly measures: object }[]): string[] =>
  figures.map(({ cell, measures }) => JSON.stringify([cell, Object.entries(measures).sort()])).sort();

describe.each([
  ['volume', volumeChanges],
  ['steps', stepChanges],
])('What an event changes in the figures of %s', (_, changesOf) => {
  test(`is the same whether facts stayed the same values or are equal copies (seed ${SEED})`, () => {
    const copy = (facts: TransactionFacts | undefined) => facts && (structuredClone(facts) as TransactionFacts);
    for (const { type, before, after } of steps)
      expect([type, sorted(changesOf(copy(before), after))]).toEqual([type, sorted(changesOf(before, after))]);
    expect(steps.some(({ before, after }) => changesOf(before, after).length > 0)).toBe(true);
  });

  test(`is taken back whole when the event is undone (seed ${SEED})`, () => {
    const negated = (figures: ReturnType<typeof changesOf>) =>
      figures.map(({ cell, measures }) => ({
        cell,
        measures: Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, -Number(value)])),
      }));
    for (const { type, before, after } of steps)
      if (before)
        expect([type, sorted(changesOf(after, before))]).toEqual([type, sorted(negated(changesOf(before, after)))]);
  });
});
