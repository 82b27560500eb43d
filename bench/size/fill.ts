import { EVENTS_PER_APPEND_MAX, type EventStore, type NewEvent } from '#event-store';
import { canonicalBytes, Failure, type Json } from '#kernel';
import type { SimulatedEvent } from '#simulation';
import type { ApiProcess } from '../harness/child.js';
import { salt } from '../sample.js';
import { EVENTS_PER_REQUEST } from '../year.js';

const APPENDS_AT_ONCE = 512;
/** In whose name transactions are written. */
export const FILLER = 'bench';

/** What reaches the ledger on one day, in order; `undefined`: before the first of all days. */
export interface Day {
  readonly day: string | undefined;
  readonly arrivals: readonly SimulatedEvent[];
}

export function* byDay(simulated: Iterable<SimulatedEvent>): Generator<Day> {
  let arrivals: SimulatedEvent[] = [];
  let day: string | undefined;
  for (const one of simulated) {
    if (one.arrivesOn !== day) {
      if (arrivals.length > 0) yield { day, arrivals };
      [arrivals, day] = [[], one.arrivesOn];
    }
    arrivals.push(one);
  }
  if (arrivals.length > 0) yield { day, arrivals };
}

/** Registers through the api, in order: they are judged, and a repeat is answered as the first time. */
export async function postRegisters(api: ApiProcess, arrivals: readonly SimulatedEvent[]): Promise<void> {
  for (let at = 0; at < arrivals.length; ) {
    const { role } = arrivals[at]!;
    const end = arrivals.findIndex((one, index) => index >= at && one.role !== role);
    const some = arrivals.slice(at, Math.min(end < 0 ? arrivals.length : end, at + EVENTS_PER_REQUEST));
    const bytes = Buffer.from(some.map(({ event }) => `${JSON.stringify(event)}\n`).join(''));
    const { body } = await api.post('/v1/events', role, { type: 'application/x-ndjson', bytes });
    const { created = 0, duplicate = 0 } = JSON.parse(body.toString()) as { created?: number; duplicate?: number };
    if (created + duplicate !== some.length)
      throw new Error(`registers were refused: ${body.toString().slice(0, 500)}`);
    at += some.length;
  }
}

/** Events that each transaction has so far: one byte a transaction, whatever the number of events. */
export class Revisions {
  private held = new Uint8Array(1 << 16);

  /** @param number `S` and the serial number of the transaction. @returns how many it had before. */
  add(number: string, events: number): number {
    const serial = Number(number.slice(1));
    if (serial >= this.held.length) {
      const larger = new Uint8Array(Math.max(serial + 1, this.held.length * 2));
      larger.set(this.held);
      this.held = larger;
    }
    const before = this.held[serial]!;
    this.held[serial] = before + events;
    return before;
  }
}

interface Append {
  readonly stream: string;
  /** Events that the stream has before. */
  readonly held: number;
  readonly events: readonly SimulatedEvent[];
}

/** The transactions of a day, the events of each together and in order. */
export const appendsOf = ({ arrivals }: Day, revisions: Revisions): readonly Append[] => {
  const byNumber = new Map<string, SimulatedEvent[]>();
  for (const one of arrivals) {
    const number = one.event.data.number as string;
    const events = byNumber.get(number);
    if (events) events.push(one);
    else byNumber.set(number, [one]);
  }
  return [...byNumber].map(([number, events]) => {
    if (events.length > EVENTS_PER_APPEND_MAX) throw new RangeError(`${events.length} events of ${number} in a day`);
    const stream = `transaction-${events[0]!.event.data.entityId}:${number}`;
    return { stream, held: revisions.add(number, events.length), events };
  });
};

/**
 * Writes a day, many appends at once. What an interrupted run had written already is found by its revisions and compared by its ids.
 * @throws Error when a stream holds something else.
 */
export async function writeDay(store: EventStore, appends: readonly Append[]): Promise<void> {
  let next = 0;
  const write = async (): Promise<void> => {
    for (let append = appends[next++]; append !== undefined; append = appends[next++]) await writeOne(store, append);
  };
  await Promise.all(Array.from({ length: APPENDS_AT_ONCE }, write));
}

async function writeOne(store: EventStore, { stream, held, events }: Append): Promise<void> {
  try {
    await store.append(stream, held === 0 ? 'empty' : BigInt(held - 1), events.map(asNewEvent));
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'stream.conflict')) throw error;
    const there = await store.readStream(stream, { from: BigInt(held), max: events.length });
    const isSame = events.every(({ event }, index) => there[index]?.id === event.id);
    if (!isSame) throw error;
  }
}

const asNewEvent = ({ event: { type, source, id, time, data } }: SimulatedEvent): NewEvent => ({
  type,
  source,
  id,
  time,
  actor: FILLER,
  data: canonicalBytes(data as Json),
  salt: salt(),
  requestMac: salt(),
});
