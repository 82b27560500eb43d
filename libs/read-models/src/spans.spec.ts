import fc from 'fast-check';
import { type Evolve, type History, type KnownSpan, type Learnt, learn, NO_END, timeline } from './spans.js';

const SEED = 20_260_102;

/** Content: the words told so far that still hold, in the order of their days. */
const evolve: Evolve<string> = (content, { data }) => `${content ?? ''}${data.word as string}`;
const day = (at: number): string => `2021-01-${String(at).padStart(2, '0')}`;
const told = (at: number, word: string): Learnt => ({ effectiveDay: day(at), type: 't', data: { word } });

/** Rows as the table holds them: the last one of a key. */
const tableOf = (facts: readonly (readonly [known: number, learnt: Learnt])[]): KnownSpan<string>[] => {
  const rows = new Map<string, KnownSpan<string>>();
  let history: History | undefined;
  for (const [known, learnt] of facts) {
    const next = learn(history, learnt, day(known), evolve);
    history = JSON.parse(JSON.stringify(next.history)) as History;
    for (const row of next.rows) rows.set(`${row.knownFrom} ${row.effectiveFrom}`, row);
  }
  return [...rows.values()];
};

const holding = (rows: readonly KnownSpan<string>[], effectiveAt: string, knownAt: string) =>
  rows.filter(
    (row) =>
      row.effectiveFrom <= effectiveAt &&
      row.effectiveTo > effectiveAt &&
      row.knownFrom <= knownAt &&
      row.knownTo > knownAt,
  );

describe('Spans with two clocks', () => {
  test('say what held from which day to which', () => {
    expect(timeline([told(1, 'a'), told(9, 'c'), told(5, 'b')], evolve)).toEqual([
      { effectiveFrom: day(1), effectiveTo: day(5), content: 'a' },
      { effectiveFrom: day(5), effectiveTo: day(9), content: 'ab' },
      { effectiveFrom: day(9), effectiveTo: NO_END, content: 'abc' },
    ]);
  });

  test('say nothing of a subject before it began', () => {
    expect(timeline([told(5, 'a'), told(1, 'b')], evolve)).toEqual([
      { effectiveFrom: day(5), effectiveTo: NO_END, content: 'ab' },
    ]);
  });

  test('keep what was believed before, and since when each belief is held', () => {
    const rows = tableOf([
      [10, told(1, 'a')],
      [20, told(5, 'b')],
    ]);
    expect(holding(rows, day(6), day(15)).map(({ content }) => content)).toEqual(['a']);
    expect(holding(rows, day(6), day(20)).map(({ content, knownFrom }) => [content, knownFrom])).toEqual([
      ['ab', day(20)],
    ]);
    expect(holding(rows, day(2), day(25)).map(({ content, knownTo }) => [content, knownTo])).toEqual([['a', NO_END]]);
    expect(holding(rows, day(6), day(9))).toEqual([]);
  });

  test('cut off what is dated before the first thing told, but of subjects that have no beginning', () => {
    const facts = [told(5, 'b'), told(1, 'a')];
    expect(timeline(facts, evolve)).toEqual([{ effectiveFrom: day(5), effectiveTo: NO_END, content: 'ba' }]);
    expect(timeline(facts, evolve, '1900-01-01')).toEqual([
      { effectiveFrom: day(1), effectiveTo: day(5), content: 'a' },
      { effectiveFrom: day(5), effectiveTo: NO_END, content: 'ab' },
    ]);
  });

  test(`give one row, the right one, for every pair of days (seed ${SEED})`, () => {
    const fact = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 12 }), fc.constantFrom('a', 'b', 'c', ''));
    const property = fc.property(fc.array(fact, { minLength: 1, maxLength: 8 }), (drawn) => {
      let known = 1;
      const facts = drawn.map(([wait, effective, word]) => {
        known += wait;
        return [known, told(effective, word)] as const;
      });
      const rows = tableOf(facts);
      for (let knownAt = 1; knownAt <= known + 1; knownAt++) {
        const then = timeline(
          facts.filter(([at]) => at <= knownAt).map(([, learnt]) => learnt),
          evolve,
        );
        for (let effectiveAt = 1; effectiveAt <= 13; effectiveAt++) {
          const held = then.find(
            (span) => span.effectiveFrom <= day(effectiveAt) && span.effectiveTo > day(effectiveAt),
          );
          const found = holding(rows, day(effectiveAt), day(knownAt)).map(({ content }) => content);
          expect(found).toEqual(held ? [held.content] : []);
        }
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 300 });
  });
});
