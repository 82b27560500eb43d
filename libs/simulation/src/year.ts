import { type Counts, Scribe, type SimulatedEvent, sum } from './event.js';
import { Random } from './random.js';
import { register, type World } from './register.js';
import { reportTotals } from './totals.js';
import { type Arrival, TransactionLife } from './transaction.js';

export interface SimulationOptions {
  /** Any text. The same seed and number of events give the same events, byte for byte. */
  readonly seed: string;
  /** How many events in all, at least 1. Fewer than the registers need gives their first part. */
  readonly events: number;
}

/** The simulated year. It lies in the past, because the ledger refuses news of the future. */
export const SIMULATED_YEAR = 2025;
const DAYS = 365;
const MINUTES_A_DAY = 1_440;
/** Mean number of events a transaction has; only steers how the transactions spread over the year. */
const EVENTS_A_TRANSACTION = 6.6;
const DIGITAL_SHARE_FIRST_DAY = 0.7;
const DIGITAL_SHARE_LAST_DAY = 0.84;

const midnight = Date.UTC(SIMULATED_YEAR, 0, 1) - 4 * 3_600_000;
/** RFC 3339 in Dubai's offset, from the minute of the simulated year. */
const timeOf = (minute: number): string =>
  new Date(midnight + minute * 60_000 + 4 * 3_600_000).toISOString().replace('.000Z', '+04:00');

/** Demand of a day against the mean: working days, a half Friday, the weekend, and a summer lull. */
const demandOf = (day: number): number => {
  const weekday = new Date(Date.UTC(SIMULATED_YEAR, 0, 1 + day)).getUTCDay();
  const ofWeek = weekday === 0 || weekday === 6 ? 0.35 : weekday === 5 ? 0.9 : 1.28;
  const ofYear = day > 180 && day < 243 ? 0.82 : 1.03;
  return ofWeek * ofYear;
};

/**
 * A Dubai-like year as CloudEvents in the order in which they reach the ledger: registers, then daily traffic with late events,
 * corrections, refunds and voids. Deterministic by seed. Each event carries what it adds to the simulation's own counts.
 */
export function* simulate({ seed, events }: SimulationOptions): Generator<SimulatedEvent> {
  let left = events;
  for (const simulated of everything(seed, events)) {
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

function* everything(seed: string, events: number): Generator<SimulatedEvent> {
  const scribe = new Scribe(seed);
  const random = new Random(seed);
  const { events: registers, world } = register(scribe, random);
  yield* registers;
  yield* reportTotals(scribe, random, world);
  const perDay = Math.max(1, events - registers.length) / EVENTS_A_TRANSACTION / DAYS;
  const waiting = new Map<number, Arrival[]>();
  let serial = 0;
  // After the last day the year is topped up until the caller has enough.
  for (let day = 0; ; day += 1) {
    const mean = day < DAYS ? perDay * demandOf(day) : perDay;
    for (let count = random.around(mean); count > 0; count -= 1) {
      serial += 1;
      for (const arrival of live(world, random, scribe, Math.min(day, DAYS - 1), serial)) {
        const dueDay = Math.max(day, Math.floor(arrival.minute / MINUTES_A_DAY));
        waiting.set(dueDay, [...(waiting.get(dueDay) ?? []), arrival]);
      }
    }
    const due = (waiting.get(day) ?? []).sort((left, right) => left.minute - right.minute);
    waiting.delete(day);
    for (const { simulated } of due) yield simulated;
  }
}

const live = (world: World, random: Random, scribe: Scribe, day: number, serial: number): readonly Arrival[] => {
  const service = random.weighted(world.services.map((one) => [one, one.weight] as const));
  const digitalShare = DIGITAL_SHARE_FIRST_DAY + ((DIGITAL_SHARE_LAST_DAY - DIGITAL_SHARE_FIRST_DAY) * day) / DAYS;
  const minute = day * MINUTES_A_DAY + random.between(7 * 60, 20 * 60);
  return new TransactionLife(world, service, random, scribe, timeOf, { minute, serial, digitalShare }).events;
};
