import type { StoredEvent } from '#event-store';
import { refuse } from './failures.js';
import type { Decider, Fact } from './stream.js';

/** A recorded event as deciders see it. Fails with `stream.withheld` when its payload was destroyed. */
export const factOf = (event: StoredEvent): Fact => {
  if (event.isWithheld) throw refuse('stream.withheld', { params: { stream: event.stream } });
  const { type, time, source, recorded } = event;
  return { type, time, source, recorded, data: JSON.parse(utf8.decode(event.data)) };
};

/** State of a stream after its events. */
export const fold = <S>({ initial, evolve }: Decider<Fact, S>, events: readonly StoredEvent[]): S =>
  events.reduce((state, event) => evolve(state, factOf(event)), initial);

const utf8 = new TextDecoder('utf-8', { fatal: true });
