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
  /** Years over which they spread, the last of them {@link SIMULATED_YEAR}. Whole, 1 and up. Default 1. */
  readonly years?: number;
}

/** The simulated year, or the last of several. It lies in the past, because the ledger refuses news of the future. */
export const SIMULATED_YEAR = 2025;
const MINUTES_A_DAY = 1_440;
const DAY_MS = MINUTES_A_DAY * 60_000;
/** Mean number of events a transaction has; only steers how the transactions spread over the year. */
const EVENTS_A_TRANSACTION = 6.6;
const DIGITAL_SHARE_FIRST_DAY = 0.7;
const DIGITAL_SHARE_LAST_DAY = 0.84;

/** The simulated time: days and minutes are counted from its first midnight in Dubai. */
class Span {
  readonly days: number;
  /** On which the registers were opened: a month before the first transaction. */
  readonly openingDay: string;
  private readonly first: number;

  constructor(years: number) {
    const firstYear = SIMULATED_YEAR - years + 1;
    this.first = Date.UTC(firstYear, 0, 1);
    this.days = (Date.UTC(SIMULATED_YEAR + 1, 0, 1) - this.first) / DAY_MS;
    this.openingDay = `${firstYear - 1}-12-01`;
  }

  /** RFC 3339 in Dubai's offset. */
  timeOf(minute: number): string {
    return new Date(this.first + minute * 60_000).toISOString().replace('.000Z', '+04:00');
  }

  dayOf(day: number): string {
    return this.timeOf(day * MINUTES_A_DAY).slice(0, 10);
  }

  /** Demand of a day against the mean: working days, a half Friday, the weekend, and a summer lull. */
  demandOf(day: number): number {
    const date = new Date(this.first + day * DAY_MS);
    const [weekday, dayOfYear] = [date.getUTCDay(), (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS];
    const ofWeek = weekday === 0 || weekday === 6 ? 0.35 : weekday === 5 ? 0.9 : 1.28;
    const ofYear = dayOfYear > 180 && dayOfYear < 243 ? 0.82 : 1.03;
    return ofWeek * ofYear;
  }
}

/**
 * A Dubai-like year as CloudEvents in the order in which they reach the ledger: registers, then daily traffic with late events,
 * corrections, refunds and voids. Deterministic by seed. Each event carries what it adds to the simulation's own counts.
 */
export function* simulate({ seed, events, years = 1 }: SimulationOptions): Generator<SimulatedEvent> {
  let left = events;
  for (const simulated of everything(seed, events, new Span(years))) {
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

function* everything(seed: string, events: number, span: Span): Generator<SimulatedEvent> {
  const scribe = new Scribe(seed);
  const random = new Random(seed);
  const { events: registers, world } = register(scribe, random, span.openingDay);
  yield* registers;
  yield* reportTotals(scribe, random, world);
  const perDay = Math.max(1, events - registers.length) / EVENTS_A_TRANSACTION / span.days;
  const waiting = new Map<number, Arrival[]>();
  let serial = 0;
  // After the last day the last year is topped up until the caller has enough.
  for (let day = 0; ; day += 1) {
    const mean = day < span.days ? perDay * span.demandOf(day) : perDay;
    for (let count = random.around(mean); count > 0; count -= 1) {
      serial += 1;
      for (const arrival of live({ world, random, scribe, span }, Math.min(day, span.days - 1), serial)) {
        const dueDay = Math.max(day, Math.floor(arrival.minute / MINUTES_A_DAY));
        const arrivals = waiting.get(dueDay);
        if (arrivals) arrivals.push(arrival);
        else waiting.set(dueDay, [arrival]);
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
  const digitalShare = DIGITAL_SHARE_FIRST_DAY + ((DIGITAL_SHARE_LAST_DAY - DIGITAL_SHARE_FIRST_DAY) * day) / span.days;
  const minute = day * MINUTES_A_DAY + random.between(7 * 60, 20 * 60);
  const timeOf = (at: number) => span.timeOf(at);
  return new TransactionLife(world, service, random, scribe, timeOf, { minute, serial, digitalShare }).events;
};
