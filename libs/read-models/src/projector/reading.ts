import type { StoredEvent } from '#event-store';
import { dayOfInstant } from '#kernel';
import { effectiveDay, knownDay, LEDGER_ZONE } from '#ledger';
import type { ReadEvent, ReadModel } from '../read-model.js';
import { Parked } from './faults.js';
import { partitionOf } from './partitions.js';

/** An event on its way into the projections. Its data are parsed once, and only if a projection wants them. */
export class Reading {
  private event: ReadEvent | undefined;
  private partitionKnown: number | undefined;

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

  /** Which of the partitions its stream falls to. */
  get partition(): number {
    this.partitionKnown ??= partitionOf(this.stored.stream);
    return this.partitionKnown;
  }

  get asRead(): ReadEvent {
    this.event ??= readEventOf(this.stored, this.recordedMax);
    return this.event;
  }
}

/** A recorded event as a fold sees it. `recorded`: running maximum of the recording times up to it. */
export const readEventOf = (stored: StoredEvent, recorded: string): ReadEvent => {
  const { type, revision, source, time } = stored;
  const stream = onceNamed(stored.stream);
  const data = JSON.parse(decoder.decode(stored.data)) as Record<string, unknown>;
  const dash = stream.indexOf('-');
  const recordedDay = recordedDayOf(recorded);
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
    knownDay: data.publishedOn === undefined ? recordedDay : knownDay(stream, { data, recorded }),
    recordedDay,
  };
};

const STREAMS_MAX = 10_000;
const streams = new Map<string, string>();

/** The same name as the same string: events of a stream are near each other, and its state is looked up with each of them. */
const onceNamed = (stream: string): string => {
  const known = streams.get(stream);
  if (known !== undefined) return known;
  if (streams.size >= STREAMS_MAX) streams.clear();
  streams.set(stream, stream);
  return stream;
};

// Neighbours in the journal were mostly recorded together: their day is found once.
let latest = { recorded: '', day: '' };

const recordedDayOf = (recorded: string): string => {
  if (recorded !== latest.recorded) latest = { recorded, day: dayOfInstant(recorded, LEDGER_ZONE) };
  return latest.day;
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Readings of a page that begins after an event with this running maximum. */
export const readingsOf = (events: readonly StoredEvent[], recordedMax: string | null): Reading[] => {
  let max = recordedMax ?? '';
  return events.map((event) => {
    const { recorded } = event; // spelled anew each time it is asked for
    if (recorded > max) max = recorded;
    return new Reading(event, max);
  });
};

/** Where a projection is after it. The reading itself would be kept alive. */
export const placeOf = ({ position, recordedMax }: Reading): { position: bigint; recordedMax: string } => ({
  position,
  recordedMax,
});

/** Of readings in order those behind `position`. */
export const behind = (readings: readonly Reading[], position: bigint): readonly Reading[] => {
  const first = readings.findIndex((reading) => reading.position > position);
  return first <= 0 ? (first === 0 ? readings : []) : readings.slice(first);
};

/** What a projection, or one partition of it, takes out of the journal. */
export class Interest {
  private readonly types: ReadonlySet<string> | 'every';

  /**
   * @param knownTypes Event types of this build.
   * @param partition Undefined: the streams of all.
   */
  constructor(
    { types }: ReadModel,
    private readonly knownTypes: ReadonlySet<string>,
    private readonly partition: number | undefined,
  ) {
    this.types = types === 'every' ? 'every' : new Set(types);
  }

  /** Whether any of some readings concerns it. @param types Theirs. */
  isIn(readings: readonly Reading[], types: ReadonlySet<string>): boolean {
    const wanted = new Set([...types].filter((type) => this.wants(type)));
    if (wanted.size === 0 || this.partition === undefined) return wanted.size > 0;
    return readings.some((reading) => wanted.has(reading.type) && this.isOwn(reading));
  }

  /** Those that it has to take in. @throws Parked at an event type that this build does not know. */
  of(readings: readonly Reading[]): readonly Reading[] {
    const own = this.partition === undefined ? readings : readings.filter((reading) => this.isOwn(reading));
    const unknown = own.find(({ type }) => !this.knownTypes.has(type));
    if (unknown) throw new Parked(unknown.position, 'event.unknownType');
    return own;
  }

  private wants(type: string): boolean {
    return this.types === 'every' || this.types.has(type) || !this.knownTypes.has(type);
  }

  private isOwn(reading: Reading): boolean {
    return this.partition === undefined || reading.partition === this.partition;
  }
}
