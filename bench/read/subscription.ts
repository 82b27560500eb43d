import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { callAll, measure } from '../measure.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { sampleEvent, sampleStream } from '../sample.js';
import type { BenchServer } from '../server.js';
import { percentile } from '../statistics.js';

const WRITERS = [16, 64];
/** Within which the last event must have arrived. */
const DRAIN_MS_MAX = 10_000;
const DRAIN_POLL_MS = 5;

/** One subscriber beside many writers, event by event: what was delivered is what was appended, once and in order. */
export async function measureSubscription(
  server: BenchServer,
  { seconds, round }: { readonly seconds: number; readonly round: number },
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  for (const writers of WRITERS) {
    const alone = `${writers} writers, nobody follows`;
    for (const name of [alone, `${writers} writers, one follows`]) {
      const isFollowed = name !== alone;
      const ledger = await server.freshLedger();
      const store = await PostgresEventStore.open({ connectionString: ledger.apiUrl });
      const follower = isFollowed ? new Follower(store) : undefined;
      const acknowledgedAt: number[] = [];
      let number = 0;
      const call = async () => {
        const nth = number++;
        const { position } = await store.append(sampleStream(nth), 'empty', [sampleEvent(nth)]);
        acknowledgedAt[Number(position)] = performance.now();
        return 1;
      };
      const instruments = { admin: ledger.admin, postmaster: server.postmaster };
      const written = await measure(instruments, () => callAll(writers, seconds, call));
      const latenciesMs = (await follower?.compare(acknowledgedAt, findings, `round ${round}, ${name}`)) ?? [];
      await store.close();
      await ledger.drop();
      const latency = isFollowed && {
        p50Ms: percentile(latenciesMs, 0.5),
        p99Ms: percentile(latenciesMs, 0.99),
      };
      const measured = { ...written, ...latency };
      caseOf(findings, name, isFollowed ? alone : undefined).rounds.push(measured);
      say(roundLine(round, name, measured));
    }
  }
}

/** Notes when each position arrived, and what should never happen. */
class Follower {
  private readonly arrivedAt: number[] = [];
  private readonly ending = new AbortController();
  private readonly done: Promise<void>;
  private repeated = 0;
  private misplaced = 0;
  private last = -1;

  constructor(store: PostgresEventStore) {
    this.done = this.follow(store);
  }

  private async follow(store: PostgresEventStore): Promise<void> {
    for await (const { events } of store.subscribe({ signal: this.ending.signal })) {
      const now = performance.now();
      for (const event of events) {
        const position = Number(event.position);
        if (this.arrivedAt[position] !== undefined) this.repeated++;
        if (position <= this.last) this.misplaced++;
        this.last = position;
        this.arrivedAt[position] = now;
      }
    }
  }

  /** @returns milliseconds from the acknowledgement to the delivery of each event; 0 where it was delivered before. */
  async compare(acknowledgedAt: readonly number[], findings: Findings, label: string): Promise<readonly number[]> {
    const until = performance.now() + DRAIN_MS_MAX;
    while (this.last < acknowledgedAt.length - 1 && performance.now() < until) await pause(DRAIN_POLL_MS);
    this.ending.abort();
    await this.done;
    const missed = acknowledgedAt.filter((_, position) => this.arrivedAt[position] === undefined).length;
    const counts = { missed, repeated: this.repeated, 'out of order': this.misplaced };
    expectEqual(findings, `${label}: delivered what was appended`, counts, {
      missed: 0,
      repeated: 0,
      'out of order': 0,
    });
    expectEqual(findings, `${label}: delivered nothing else`, this.arrivedAt.length, acknowledgedAt.length);
    for (const [what, count] of Object.entries(counts))
      addFigure(findings, FIGURES[what as keyof typeof FIGURES], count);
    return acknowledgedAt.flatMap((at, position) => {
      const arrived = this.arrivedAt[position];
      return arrived === undefined ? [] : [Math.max(0, arrived - at)];
    });
  }
}

const FIGURES = {
  missed: 'events missed by a subscription',
  repeated: 'events repeated by a subscription',
  'out of order': 'events out of order in a subscription',
} as const;

/** Sums over the rounds. */
const addFigure = ({ figures }: Findings, name: string, count: number): void => {
  const at = figures.findIndex((figure) => figure.name === name);
  if (at < 0) figures.push({ name, value: count, unit: '' });
  else figures[at] = { name, value: figures[at]!.value + count, unit: '' };
};
