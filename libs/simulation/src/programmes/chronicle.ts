import type { Counts, Scribe, SimulatedEvent } from '../event.js';
import type { Arrival } from '../transaction.js';

/** What the ledger is told of one thing that happened. */
export interface Fact {
  readonly noun: string;
  /** `<entity>:<system>`. */
  readonly source: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Left out: the system of an entity. */
  readonly role?: SimulatedEvent['role'];
  readonly effect?: Counts;
}

/** Collects facts of the programmes with the day on which the ledger hears of them. */
export class Chronicle {
  readonly arrivals: Arrival[] = [];

  constructor(
    private readonly scribe: Scribe,
    /** Midnight of the first simulated day in Dubai. */
    private readonly firstMs: number,
  ) {}

  /** @param day In Dubai, on which it happened. @param hour Of that day. @param heardOn Left out: at once. */
  tell(day: string, hour: number, told: Fact, heardOn: string = day): void {
    const time = `${day}T${String(hour).padStart(2, '0')}:00:00+04:00`;
    const heardMs = Date.parse(`${heardOn}T00:00:00Z`) + hour * 3_600_000;
    this.arrivals.push({
      minute: Math.floor((heardMs - this.firstMs) / 60_000),
      simulated: {
        event: this.scribe.write(told.noun, told.source, time, told.data),
        role: told.role ?? 'integrator',
        effect: told.effect ?? {},
      },
    });
  }
}

/** Days as `YYYY-MM-DD` from the first to the last, both inside. */
export const daysBetween = (first: string, last: string): string[] => {
  const days: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
};

/** Last day of a month of the simulated year, 1 to 12. */
export const monthEnd = (year: number, month: number): string =>
  new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
export const monthStart = (year: number, month: number): string => `${year}-${String(month).padStart(2, '0')}-01`;
