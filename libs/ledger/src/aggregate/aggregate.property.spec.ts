import fc from 'fast-check';
import { Failure } from '#kernel';
import { contextOf, fact, stateAfter } from '../given.contract.js';
import { aggregateDecider, knownOn } from './aggregate.decider.js';
import type { AggregateFact } from './aggregate.events.js';

const SEED = 20_240_601;
const RUNS = 300;
const STEWARD = contextOf({ isSteward: true });
const cell = {
  publisher: 'gb.transactions',
  dataset: 'services',
  scope: 'gb',
  measure: 'volume',
  freq: 'Q',
  periodStart: '2017-01-01',
  periodEnd: '2017-03-31',
  unit: 'transaction',
} as const;

const dayOf = (at: number): string =>
  `2018-${String(1 + Math.floor(at / 28)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;
const DAYS = Array.from({ length: 12 * 28 }, (_, at) => dayOf(at));

/** What a source published on rising days: undefined = withdrawn. No value twice in a row. */
const published = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 7 }),
    fc.array(fc.option(fc.constantFrom('0', '1', '2', '3.5', 'notProvided'), { nil: undefined }), {
      minLength: 7,
      maxLength: 7,
    }),
  )
  .map(([days, values]) => chain(days.sort(), values));

/** The events with which the source would have told its own history, day by day. */
const chain = (days: readonly string[], values: readonly (string | undefined)[]): readonly AggregateFact[] => {
  const facts: AggregateFact[] = [];
  let known: string | undefined;
  for (const [at, publishedOn] of days.entries()) {
    const value = values[at];
    if (value === known) continue;
    if (value === undefined) {
      facts.push(fact('gov.sijill.aggregate.withdrawn.v1', { ...cell, publishedOn, previous: known ?? '' }));
    } else if (known === undefined) {
      facts.push(fact('gov.sijill.aggregate.reported.v1', { ...cell, publishedOn, value }));
    } else {
      facts.push(fact('gov.sijill.aggregate.restated.v1', { ...cell, publishedOn, previous: known, value }));
    }
    known = value;
  }
  return facts;
};

/** A history with the same events in another order of arrival. */
const shuffled = published.chain((facts) =>
  fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts], { minLength: facts.length })),
);

const knownEveryDay = (history: ReturnType<typeof stateAfter<AggregateFact, typeof aggregateDecider.initial>>) =>
  DAYS.map((day) => knownOn(history, day));

/** Sends each fact once; returns those accepted. */
const send = (facts: readonly AggregateFact[], before: readonly AggregateFact[] = []): AggregateFact[] => {
  const accepted = [...before];
  for (const fact of facts) {
    try {
      accepted.push(...aggregateDecider.decide(fact, stateAfter(aggregateDecider, accepted), STEWARD));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return accepted;
};

describe('The history of a cell', () => {
  test(`does not depend on the order in which accepted events arrived (seed ${SEED})`, () =>
    fc.assert(
      fc.property(shuffled, ([, arrival]) => {
        const accepted = send(arrival);
        const reversed = [...accepted].reverse();
        const byDay = [...accepted].sort((one, other) =>
          String(one.data.publishedOn) < String(other.data.publishedOn) ? -1 : 1,
        );
        const known = knownEveryDay(stateAfter(aggregateDecider, accepted));
        expect(knownEveryDay(stateAfter(aggregateDecider, reversed))).toEqual(known);
        expect(knownEveryDay(stateAfter(aggregateDecider, byDay))).toEqual(known);
      }),
      { seed: SEED, numRuns: RUNS },
    ));

  test(`becomes the history of the source when everything is sent until nothing is new (seed ${SEED})`, () =>
    fc.assert(
      fc.property(shuffled, ([inOrder, arrival]) => {
        // Each pass takes in at least the earliest fact that is missing, so as many passes as facts are enough.
        let accepted: AggregateFact[] = [];
        for (const _ of inOrder) accepted = send(arrival, accepted);
        expect(send(arrival, accepted)).toEqual(accepted);
        expect(accepted).toHaveLength(inOrder.length);
        expect(knownEveryDay(stateAfter(aggregateDecider, accepted))).toEqual(
          knownEveryDay(stateAfter(aggregateDecider, inOrder)),
        );
      }),
      { seed: SEED, numRuns: RUNS },
    ));

  test(`takes nothing in twice (seed ${SEED})`, () =>
    fc.assert(
      fc.property(shuffled, ([, arrival]) => {
        const accepted = send(arrival);
        const history = stateAfter(aggregateDecider, accepted);
        for (const fact of accepted) expect(aggregateDecider.decide(fact, history, STEWARD)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    ));
});
