import type { NewEvent } from '#event-store';
import { canonicalBytes, type Json, splitLines } from '#kernel';
import { type Counts, type SimulatedEvent, simulate, sumCounts, type WireEvent } from '#simulation';
import type { EventRow } from './raw.js';
import { salt } from './sample.js';

export const EVENTS_PER_REQUEST = 500;
export const LANES = 4;
/** Connections of those who send one event a request. */
export const CALLERS = 64;
const SEED = 'bench';
const TRANSACTION = 'gov.sijill.transaction.';

/** Body of one request, as lines of JSON, and in whose name it is posted. */
export interface Body {
  readonly role: SimulatedEvent['role'];
  readonly lines: Buffer;
  readonly events: number;
}

/** One event as it is sent alone. */
export interface Single {
  readonly role: SimulatedEvent['role'];
  readonly event: Buffer;
}

/** A simulated year, ready to be sent. */
export interface Year {
  /** Registers and published totals, to be posted one after the other before anything else. */
  readonly registers: readonly Body[];
  /** Transactions. A lane is sent in order; the events of one transaction are in one lane. */
  readonly lanes: readonly (readonly Body[])[];
  /** The events of the lanes as rows. */
  readonly rows: readonly EventRow[];
  /** All events. */
  readonly events: number;
  /** What the simulation counts of itself. */
  readonly counts: Counts;
  /** Events of each type. */
  readonly types: Readonly<Record<string, number>>;
}

export const prepareYear = (events: number): Year => {
  const registers: SimulatedEvent[] = [];
  const lanes: SimulatedEvent[][] = Array.from({ length: LANES }, () => []);
  const revisions = new Map<string, number>();
  const rows: EventRow[] = [];
  const types: Record<string, number> = {};
  let counts: Counts = {};
  for (const simulated of simulate({ seed: SEED, events })) {
    const { event, effect } = simulated;
    counts = sumCounts(counts, effect);
    types[event.type] = (types[event.type] ?? 0) + 1;
    if (!event.type.startsWith(TRANSACTION)) {
      registers.push(simulated);
      continue;
    }
    const stream = `transaction-${event.data.entityId}:${event.data.number}`;
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    rows.push({ stream, revision, event: asNewEvent(event) });
    lanes[laneOf(stream)]!.push(simulated);
  }
  return { registers: bodiesOf(registers), lanes: lanes.map(bodiesOf), rows, events, counts, types };
};

const laneOf = (stream: string): number => Number(stream.slice(-3).replace(/\D/g, '0')) % LANES;

/** The events of the lanes, a queue a caller: those of one transaction are in one queue, in order. */
export const queuesOf = ({ lanes }: Year): readonly (readonly Single[])[] => {
  const queues: Single[][] = Array.from({ length: CALLERS }, () => []);
  const callers = new Map<string, number>();
  for (const { role, lines } of lanes.flat()) {
    for (const { bytes } of splitLines(lines)) {
      const event = Buffer.from(bytes);
      const { entityId, number } = (JSON.parse(event.toString()) as { data: { entityId: string; number: string } })
        .data;
      const caller = callers.get(`${entityId}:${number}`) ?? callers.size % CALLERS;
      callers.set(`${entityId}:${number}`, caller);
      queues[caller]!.push({ role, event });
    }
  }
  return queues;
};

/** In order; a body ends where it is full or the role changes. */
const bodiesOf = (simulated: readonly SimulatedEvent[]): Body[] => {
  const bodies: Body[] = [];
  let waiting: SimulatedEvent[] = [];
  const close = () => {
    const [first] = waiting;
    if (!first) return;
    const lines = Buffer.from(waiting.map(({ event }) => `${JSON.stringify(event)}\n`).join(''));
    bodies.push({ role: first.role, lines, events: waiting.length });
    waiting = [];
  };
  for (const one of simulated) {
    if (waiting.length === EVENTS_PER_REQUEST || (waiting[0] && waiting[0].role !== one.role)) close();
    waiting.push(one);
  }
  close();
  return bodies;
};

const asNewEvent = ({ type, source, id, time, data }: WireEvent): NewEvent => ({
  type,
  source,
  id,
  time,
  actor: 'bench',
  data: canonicalBytes(data as Json),
  salt: salt(),
  requestMac: salt(),
});
