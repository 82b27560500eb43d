import { sampleNumberOf } from '../sample.js';

/** What a subscription did that it never may, in events. */
export interface Faults {
  readonly missed: number;
  readonly repeated: number;
  readonly 'out of order': number;
  /** Another event than was appended at its position, or none that ever was. */
  readonly altered: number;
}

interface Delivered {
  readonly position: bigint;
  readonly stream: string;
  readonly data: Uint8Array;
}

const NO_SAMPLE = -1;

/** Notes which sample arrived at which position, and when: two numbers an event, so that it is no burden to whoever is measured. */
export class Delivery {
  last = -1;
  private readonly arrivedAt: number[] = [];
  private readonly samples: number[] = [];
  private repeated = 0;
  private misplaced = 0;

  /** @param now milliseconds at which the page came. */
  take(events: readonly Delivered[], now: number): void {
    for (const { position: at, stream, data } of events) {
      const position = Number(at);
      if (this.arrivedAt[position] !== undefined) this.repeated++;
      if (position <= this.last) this.misplaced++;
      this.last = position;
      this.arrivedAt[position] = now;
      this.samples[position] = sampleNumberOf(stream, data) ?? NO_SAMPLE;
    }
  }

  /** Positions that it knows of. */
  get positions(): number {
    return this.arrivedAt.length;
  }

  /** @param appended number of the sample that was acknowledged at each position. */
  faults(appended: readonly number[]): Faults {
    const missed = appended.filter((_, position) => this.arrivedAt[position] === undefined).length;
    const altered = appended.filter(
      (number, position) => this.arrivedAt[position] !== undefined && this.samples[position] !== number,
    ).length;
    return { missed, repeated: this.repeated, 'out of order': this.misplaced, altered };
  }

  /** Milliseconds from the acknowledgement to the delivery of each event that came; 0 where it was delivered before. */
  latenciesMs(acknowledgedAt: readonly number[]): readonly number[] {
    return acknowledgedAt.flatMap((at, position) => {
      const arrived = this.arrivedAt[position];
      return arrived === undefined ? [] : [Math.max(0, arrived - at)];
    });
  }
}
