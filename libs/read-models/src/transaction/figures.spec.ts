import { randomHistory } from '../../../../test/support/transaction-history.js';
import { MemoryPage } from '../page.js';
import type { Table } from '../read-model.js';
import { evolve } from './evolve.js';
import { SURROUNDINGS, type TransactionFacts } from './facts.js';
import { changeVolume } from './figures.js';
import { changeSteps } from './step-figures.js';
import { ChannelVolumeDay, ElectronicShareDay } from './tables.js';

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
    return { event, before, after };
  });
});

type Change = typeof changeVolume;
type Facts = TransactionFacts | undefined;

/** Cells and what is added to them, sorted. */
const changesOf = (change: Change, cube: Table, { event, before, after }: (typeof steps)[number]): object[] => {
  const page = new MemoryPage();
  page.take(event, { apply: () => change(before, after, event.knownDay, page) });
  return sorted(page.cubeRows(cube));
};
const textOf = (row: object): string => Object.values(row).join(' ');
const sorted = (rows: readonly object[]): object[] =>
  [...rows].sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
const negated = (rows: readonly object[]): object[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? -value : value])),
  );

describe.each<[string, Change, Table]>([
  ['volume', changeVolume, ChannelVolumeDay],
  ['steps', changeSteps, ElectronicShareDay],
])('What an event changes in the figures of %s', (_, change, cube) => {
  test(`is the same whether facts stayed the same values or are equal copies (seed ${SEED})`, () => {
    const copy = (facts: Facts) => facts && (structuredClone(facts) as TransactionFacts);
    for (const step of steps)
      expect(changesOf(change, cube, { ...step, before: copy(step.before) })).toEqual(changesOf(change, cube, step));
    expect(steps.some((step) => changesOf(change, cube, step).length > 0)).toBe(true);
  });

  test(`is taken back whole when the event is undone (seed ${SEED})`, () => {
    for (const { event, before, after } of steps)
      if (before)
        expect(changesOf(change, cube, { event, before: after, after: before })).toEqual(
          sorted(negated(changesOf(change, cube, { event, before, after }))),
        );
  });
});
