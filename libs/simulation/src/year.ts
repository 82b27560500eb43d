import { type Counts, Scribe, type SimulatedEvent, sum } from './event.js';
import { simulateProgrammes } from './programmes/programmes.js';
import { Random } from './random.js';
import { register, type World } from './register.js';
import { MINUTES_A_DAY, SIMULATED_YEAR, Span } from './span.js';
import { reportTotals } from './totals.js';
import { type Arrival, TransactionLife } from './transaction.js';

export interface SimulationOptions {
  /** Any text. The same seed and number of events give the same events, byte for byte. */
  readonly seed: string;
  /** How many events in all, at least 1. Fewer than the registers need gives their first part. */
  readonly events: number;
  /** Years over which they spread, the last of them {@link SIMULATED_YEAR}. Whole, 1 and up. Default 1. */
  readonly years?: number;
  /** Whether the programmes take part: entities, services, places and facts of theirs beside the traffic. Default: plain traffic. */
  readonly programmes?: boolean;
}

/** Mean number of events a transaction has; only steers how the transactions spread over the year. */
const EVENTS_A_TRANSACTION = 6.6;
const DIGITAL_SHARE_FIRST_DAY = 0.7;
const DIGITAL_SHARE_LAST_DAY = 0.84;

/**
 * A Dubai-like year as CloudEvents in the order in which they reach the ledger: registers, then daily traffic with late events,
 * corrections, refunds and voids. Deterministic by seed. Each event carries what it adds to the simulation's own counts.
 */
export function* simulate(options: SimulationOptions): Generator<SimulatedEvent> {
  let left = options.events;
  for (const simulated of everything(options, new Span(options.years ?? 1))) {
    if (left-- <= 0) return;
    yield simulated;
  }
}

/** The counts of these events. */
export const totalsOf = (simulated: Iterable<SimulatedEvent>): Counts => {
  let totals: Counts = {};
  for (const { effect } of simulated) totals = sum(totals, effect);
  return totals;
};

function* everything({ seed, events, programmes }: SimulationOptions, span: Span): Generator<SimulatedEvent> {
  const scribe = new Scribe(seed);
  const random = new Random(seed);
  const { events: registers, world: base } = register(scribe, random, span.openingDay);
  yield* registers;
  yield* reportTotals(scribe, random, base);
  const more = programmes ? simulateProgrammes({ scribe, span, seed, events }, base) : undefined;
  yield* more?.registers ?? [];
  const world = more?.world ?? base;
  const others = registers.length + (more ? more.registers.length + more.facts.length : 0);
  const perDay = Math.max(1, events - others) / EVENTS_A_TRANSACTION / span.days;
  const waiting = new Map<number, Arrival[]>();
  const wait = (arrival: Arrival, earliest: number) => {
    const dueDay = Math.max(earliest, Math.floor(arrival.minute / MINUTES_A_DAY));
    const arrivals = waiting.get(dueDay);
    if (arrivals) arrivals.push(arrival);
    else waiting.set(dueDay, [arrival]);
  };
  for (const fact of more?.facts ?? []) wait(fact, 0);
  let serial = 0;
  // After the last day the last year is topped up until the caller has enough.
  for (let day = 0; ; day += 1) {
    const mean = day < span.days ? perDay * span.demandOf(day) : perDay;
    for (let count = random.around(mean); count > 0; count -= 1) {
      serial += 1;
      for (const arrival of live({ world, random, scribe, span }, Math.min(day, span.days - 1), serial)) {
        wait(arrival, day);
      }
    }
    const due = (waiting.get(day) ?? []).sort((left, right) => left.minute - right.minute);
    waiting.delete(day);
    const arrivesOn = span.dayOf(day);
    for (const { simulated } of due) yield { ...simulated, arrivesOn };
  }
}

interface Setting {
  readonly world: World;
  readonly random: Random;
  readonly scribe: Scribe;
  readonly span: Span;
}

const live = ({ world, random, scribe, span }: Setting, day: number, serial: number): readonly Arrival[] => {
  const service = random.weighted(world.services.map((one) => [one, one.weight] as const));
  const plainShare = DIGITAL_SHARE_FIRST_DAY + ((DIGITAL_SHARE_LAST_DAY - DIGITAL_SHARE_FIRST_DAY) * day) / span.days;
  const digitalShare = world.conduct?.digitalShareOn(span.dayOf(day), service, plainShare) ?? plainShare;
  const minute = day * MINUTES_A_DAY + random.between(7 * 60, 20 * 60);
  const timeOf = (at: number) => span.timeOf(at);
  return new TransactionLife(world, service, random, scribe, timeOf, { minute, serial, digitalShare }).events;
};
