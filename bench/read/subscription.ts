import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { callAll, measure } from '../measure.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { sampleEvent, sampleStream } from '../sample.js';
import type { BenchServer } from '../server.js';
import { percentile } from '../statistics.js';
import { Delivery, type Faults } from './delivery.js';

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
      const appended: Appended = { samples: [], acknowledgedAt: [] };
      let number = 0;
      const call = async () => {
        const nth = number++;
        const { position } = await store.append(sampleStream(nth), 'empty', [sampleEvent(nth)]);
        appended.samples[Number(position)] = nth;
        appended.acknowledgedAt[Number(position)] = performance.now();
        return 1;
      };
      const instruments = { admin: ledger.admin, postmaster: server.postmaster };
      const written = await measure(instruments, () => callAll(writers, seconds, call));
      const latenciesMs = (await follower?.compare(appended, findings, `round ${round}, ${name}`)) ?? [];
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

/** By position. */
interface Appended {
  readonly samples: number[];
  readonly acknowledgedAt: number[];
}

const FAULTLESS: Faults = { missed: 0, repeated: 0, 'out of order': 0, altered: 0 };

/** Takes all that is delivered until everything that was appended has come. */
class Follower {
  private readonly delivery = new Delivery();
  private readonly ending = new AbortController();
  private readonly done: Promise<void>;

  constructor(store: PostgresEventStore) {
    this.done = this.follow(store);
  }

  private async follow(store: PostgresEventStore): Promise<void> {
    for await (const { events } of store.subscribe({ signal: this.ending.signal })) {
      this.delivery.take(events, performance.now());
    }
  }

  /** @returns milliseconds from the acknowledgement to the delivery of each event. */
  async compare({ samples, acknowledgedAt }: Appended, findings: Findings, label: string): Promise<readonly number[]> {
    const until = performance.now() + DRAIN_MS_MAX;
    while (this.delivery.last < samples.length - 1 && performance.now() < until) await pause(DRAIN_POLL_MS);
    this.ending.abort();
    await this.done;
    const faults = this.delivery.faults(samples);
    expectEqual(findings, `${label}: delivered what was appended, event by event`, faults, FAULTLESS);
    expectEqual(findings, `${label}: delivered nothing else`, this.delivery.positions, samples.length);
    for (const [what, count] of Object.entries(faults)) addFigure(findings, FIGURES[what as keyof Faults], count);
    return this.delivery.latenciesMs(acknowledgedAt);
  }
}

const FIGURES = {
  missed: 'events missed by a subscription',
  repeated: 'events repeated by a subscription',
  'out of order': 'events out of order in a subscription',
  altered: 'events altered in a subscription',
} as const satisfies Readonly<Record<keyof Faults, string>>;

/** Sums over the rounds. */
const addFigure = ({ figures }: Findings, name: string, count: number): void => {
  const at = figures.findIndex((figure) => figure.name === name);
  if (at < 0) figures.push({ name, value: count, unit: '' });
  else figures[at] = { name, value: figures[at]!.value + count, unit: '' };
};
