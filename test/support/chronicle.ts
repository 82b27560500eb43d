import { Failure } from '#kernel';
import { type Context, streamOfType } from '#ledger';
import type { PostedFact } from './read-models.js';

/** A fact of a history, told in one of several rounds: each round is a later day of knowledge. */
export interface RoundFact extends PostedFact {
  readonly round: number;
  readonly time: string;
}

/** What may be told next, and what was. */
export interface Chronicle {
  readonly facts: readonly RoundFact[];
  /** Tells a fact; where a rule of the ledger refuses it, or it is so already, nothing happens. */
  tell(noun: string, data: Record<string, unknown>, time: string): void;
  beginRound(round: number): void;
}

/** A ledger in memory that keeps what its own rules accept, so that histories told by chance are such as it can hold. */
export const chronicle = (): Chronicle => {
  const facts: RoundFact[] = [];
  const states = new Map<string, unknown>();
  let round = 0;
  const context: Context = {
    isSteward: true,
    refer: (category, id) => {
      const [stream, state] = [OPENED_BY[category], states.get(`${category}-${id}`)];
      return stream === undefined || state === undefined ? undefined : (streamOfType(stream).facts?.(state) as never);
    },
  };
  const tell: Chronicle['tell'] = (noun, data, time) => {
    const type = `gov.sijill.${noun}.v1`;
    const stream = streamOfType(type);
    const name = `${stream.category}-${stream.id(data)}`;
    const fact = { type, data, time, source: 'urn:sijill:test:facts', recorded: '2021-03-01T08:00:00.000000Z' };
    if (!stream.references(fact).every(({ category, id }) => states.has(`${category}-${id}`))) return;
    try {
      for (const event of stream.decider.decide(fact, states.get(name) ?? stream.decider.initial, context)) {
        states.set(name, stream.decider.evolve(states.get(name) ?? stream.decider.initial, event));
        facts.push({ type, stream: name, data: event.data, time, round });
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // refused: it is not part of the history
    }
  };
  const beginRound: Chronicle['beginRound'] = (next) => {
    round = next;
  };
  return { facts, tell, beginRound };
};

const OPENED_BY: Readonly<Record<string, string>> = {
  entity: 'gov.sijill.entity.registered.v1',
  service: 'gov.sijill.service.registered.v1',
  platform: 'gov.sijill.platform.launched.v1',
};
