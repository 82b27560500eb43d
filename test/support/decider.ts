import type { Context, Decider, Fact, ReferenceCategory, ReferenceFacts } from '../../libs/ledger/src/stream.js';

/** A fact as the intake hands it over; recorded on the day it happened unless the test says otherwise. */
export const factOf = <T extends string, D extends object>(
  type: T,
  data: D,
  envelope: Partial<Pick<Fact, 'time' | 'source' | 'recorded'>> = {},
): Fact<T, D> => ({
  type,
  data,
  time: '2024-06-01T09:00:00+04:00',
  source: 'urn:sijill:ae-du.test:system',
  recorded: '2024-06-01T05:00:01.000000Z',
  ...envelope,
});

/** What the funnel would have looked up. */
export const contextOf = (
  facts: { readonly [C in ReferenceCategory]?: Readonly<Record<string, ReferenceFacts[C]>> } = {},
  isSteward = false,
): Context => ({ isSteward, refer: (category, id) => (id === undefined ? undefined : facts[category]?.[id]) });

/** `given(decider)(…history).when(fact).gives(…events)`, or `.refuses(code)`. No events: already so. */
export const given =
  <F extends Fact, S>(decider: Decider<F, S>) =>
  (...history: readonly F[]) => ({
    when: (fact: F, context = contextOf()) => {
      const run = () => decider.decide(fact, stateAfter(decider, history), context);
      return {
        gives: (...events: readonly F[]) => expect(run()).toEqual(events),
        refuses: (code: string, params: Readonly<Record<string, string>> = {}) =>
          expect(run).toThrow(expect.objectContaining({ code, params: expect.objectContaining(params) })),
      };
    },
  });

export const stateAfter = <F extends Fact, S>(decider: Decider<F, S>, history: readonly F[]): S =>
  history.reduce((state, event) => decider.evolve(state, event), decider.initial);
