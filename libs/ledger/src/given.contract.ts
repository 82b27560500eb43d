import { Failure } from '#kernel';
import { faultsOfData } from './acceptance.js';
import type { Context, Decider, Fact, ReferenceFacts, Stream } from './stream.js';

/** What the streams named by a fact are known for in a spec: `{ service: { 'parking-fine': {…} } }`. */
export type Known = { readonly [C in keyof ReferenceFacts]?: Readonly<Record<string, ReferenceFacts[C]>> };

export interface Circumstances {
  readonly isSteward?: boolean;
  readonly known?: Known;
}

export const contextOf = ({ isSteward = false, known = {} }: Circumstances = {}): Context => ({
  isSteward,
  refer: (category, id) => (id === undefined ? undefined : known[category]?.[id]),
});

/**
 * States a rule: `given(stream, circumstances)(...history).when(fact).isRecorded()`, `.isAlreadySo()` or
 * `.refuses(code, params)`. History and fact must have the shape of their types, so that no rule is tested on data that
 * the intake would refuse.
 */
export const given =
  (stream: Stream, circumstances: Circumstances = {}) =>
  (...history: readonly Fact[]) => ({
    when: (fact: Fact, more: Circumstances = {}) => {
      for (const one of [...history, fact]) expect(faultsOf(stream, one)).toEqual([]);
      const { decider } = stream;
      const run = () => decider.decide(fact, stateAfter(decider, history), contextOf({ ...circumstances, ...more }));
      return {
        /** It is recorded as told. */
        isRecorded: () => expect(run()).toEqual([fact]),
        /** It is so already: nothing is appended. */
        isAlreadySo: () => expect(run()).toEqual([]),
        /** `params`: those of the failure that the test is about. */
        refuses: (code: string, params: Readonly<Record<string, string>> = {}) =>
          expect(run).toThrow(expect.objectContaining({ code, params: expect.objectContaining(params) })),
      };
    },
  });

/** Frozen after each event: the ledger keeps states for later requests, so no rule book may change one in place. */
export const stateAfter = <F extends Fact, S>({ initial, evolve }: Decider<F, S>, history: readonly F[]): S =>
  history.reduce((state, event) => frozen(evolve(state, event)), frozen(initial));

/** The value, none of whose members can be changed any more; nor what a map or a set in it holds. */
export const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    for (const name of ['set', 'add', 'delete', 'clear']) Object.defineProperty(value, name, { value: refuseChange });
    for (const [key, held] of value.entries()) [key, held].forEach(frozen);
  }
  Object.freeze(value);
  Object.values(value).forEach(frozen);
  return value;
};

const refuseChange = (): never => {
  throw new TypeError('a state is changed in place');
};

const faultsOf = (stream: Stream, { type, data }: Fact) => {
  const dataClass = stream.events[type as keyof Stream['events']];
  return dataClass === undefined ? [`no event ${type}`] : faultsOfData(dataClass, data);
};

/** Code of the failure that a call ends in; what it returned where it ends otherwise. */
export const codeOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
};

/** A fact as the intake hands it on. Times are of 2020-04-13 unless said. */
export const fact = <T extends string, D extends object>(
  type: T,
  data: D,
  { time = '2020-04-13T09:00:00+04:00', source = 'urn:sijill:rta:core', recorded = '2020-04-13T12:00:00.000000Z' } = {},
): Fact<T, D> => ({ type, data, time, source, recorded });
