import type { StoredEvent } from '#event-store';
import { dayOfInstant } from '#kernel';
import { effectiveDay, knownDay, LEDGER_ZONE } from '#ledger';
import type { ReadEvent } from '../read-model.js';

/** An event on its way into the projections. Its data are parsed once, and only if a projection wants them. */
export class Reading {
  private event: ReadEvent | undefined;

  constructor(
    readonly stored: StoredEvent,
    /** Running maximum of the recording times up to this event. */
    readonly recordedMax: string,
  ) {}

  get position(): bigint {
    return this.stored.position;
  }

  get type(): string {
    return this.stored.type;
  }

  get asRead(): ReadEvent {
    this.event ??= readEventOf(this.stored, this.recordedMax);
    return this.event;
  }
}

/** A recorded event as a fold sees it. `recorded`: running maximum of the recording times up to it. */
export const readEventOf = (stored: StoredEvent, recorded: string): ReadEvent => {
  const { type, stream, revision, source, time } = stored;
  const data = JSON.parse(decoder.decode(stored.data)) as Record<string, unknown>;
  const dash = stream.indexOf('-');
  return {
    type,
    data,
    stream,
    category: stream.slice(0, dash),
    id: stream.slice(dash + 1),
    revision,
    source,
    time,
    recorded,
    effectiveDay: effectiveDay({ data, time }),
    knownDay: knownDay(stream, { data, recorded }),
    recordedDay: dayOfInstant(recorded, LEDGER_ZONE),
  };
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Readings of a page that begins after an event with this running maximum. */
export const readingsOf = (events: readonly StoredEvent[], recordedMax: string | null): Reading[] => {
  let max = recordedMax ?? '';
  return events.map((event) => {
    if (event.recorded > max) max = event.recorded;
    return new Reading(event, max);
  });
};
