/** CloudEvent as it goes over the wire. */
export interface WireEvent {
  readonly specversion: '1.0';
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the simulation itself counts; the data sets must come to the same totals. */
export type Counts = Readonly<Record<string, number>>;

export interface SimulatedEvent {
  readonly event: WireEvent;
  /** Role whose token posts it. */
  readonly role: 'steward' | 'integrator';
  /** What it adds to the counts; corrections and voids subtract. */
  readonly effect: Counts;
  /** Day in Dubai on which it reaches the ledger. Undefined: before the first of all days. */
  readonly arrivesOn?: string;
}

export const sum = (left: Counts, right: Counts, sign = 1): Counts => {
  const total: Record<string, number> = { ...left };
  for (const [name, value] of Object.entries(right)) total[name] = (total[name] ?? 0) + sign * value;
  for (const [name, value] of Object.entries(total)) if (value === 0) delete total[name];
  return total;
};

/** Makes events with the fixed members filled in and ids counted per seed. */
export class Scribe {
  private number = 0;

  constructor(private readonly seed: string) {}

  write(noun: string, source: string, time: string, data: Readonly<Record<string, unknown>>): WireEvent {
    this.number += 1;
    return {
      specversion: '1.0',
      type: `gov.sijill.${noun}.v1`,
      source: `urn:sijill:${source}`,
      id: `sim-${this.seed}-${this.number}`,
      time,
      datacontenttype: 'application/json',
      data,
    };
  }
}
