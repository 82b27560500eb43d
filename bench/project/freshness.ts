import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { startChild } from '../harness/child.js';
import { callAll } from '../measure.js';
import { expectEqual, type Findings } from '../report.js';
import { sampleEvent, sampleStream } from '../sample.js';
import type { BenchServer, Ledger } from '../server.js';
import { percentile } from '../statistics.js';

const BURST_EVENTS = 100_000;
const BURST_CALLERS = 512;
const STEADY_EVENTS_PER_SECOND = 2_000;
const TICK_MS = 10;
const POLL_MS = 3;
const DRAIN_MS_MAX = 120_000;
const SLOWEST = `select coalesce(min(position), -1)::int as position from projector.projection`;

/** How far the worker falls behind in a burst, and how old a figure is under a steady load. The worker is a process of its own. */
export async function measureFreshness(
  server: BenchServer,
  seconds: number,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const ledger = await server.freshLedger();
  const store = await PostgresEventStore.open({ connectionString: ledger.apiUrl });
  const worker = await startChild(server, './worker.js', [ledger.workerUrl, 'bench']);
  const figure = (name: string, value: number, unit: string) => {
    findings.figures.push({ name, value: Math.round(value), unit });
    say(`${name}: ${Math.round(value)} ${unit}`);
  };
  const append = appender(store);
  const watch = new Watch(ledger);
  let left = BURST_EVENTS;
  const burst = await callAll(BURST_CALLERS, Number.POSITIVE_INFINITY, async () => {
    if (left-- <= 0) return undefined;
    await append();
    return 1;
  });
  const end = performance.now();
  figure('burst, appended', burst.events / burst.seconds, 'events/s');
  figure('burst, behind at its end', burst.events - 1 - watch.position, 'events');
  expectEqual(findings, 'lag returns to zero after a burst', await watch.reaches(burst.events - 1), true);
  figure('burst, caught up after', performance.now() - end, 'ms');

  const delays = watch.delaysOf(burst.events);
  const start = performance.now();
  const under: Promise<void>[] = [];
  for (let sent = 0; performance.now() - start < seconds * 1_000; await pause(TICK_MS)) {
    const due = ((performance.now() - start) / 1_000) * STEADY_EVENTS_PER_SECOND;
    for (; sent < due; sent++) under.push(append().then((position) => delays.acknowledged(position)));
  }
  await Promise.all(under);
  expectEqual(
    findings,
    'every event of the steady load is projected',
    await watch.reaches(burst.events - 1 + under.length),
    true,
  );
  figure('freshness p50 at 2,000 events/s', percentile(delays.milliseconds, 0.5), 'ms');
  figure('freshness p99 at 2,000 events/s', percentile(delays.milliseconds, 0.99), 'ms');
  await watch.stop();
  await worker.stop();
  await store.close();
  await ledger.drop();
}

const appender = (store: PostgresEventStore) => {
  let number = 0;
  return async (): Promise<number> => {
    const nth = number++;
    return Number((await store.append(sampleStream(nth), 'empty', [sampleEvent(nth)])).position);
  };
};

/** From the acknowledgement of an event to the moment in which every projection has it. */
class Delays {
  readonly milliseconds: number[] = [];
  private readonly acknowledgedAt: number[] = [];
  private seen = 0;

  constructor(private readonly first: number) {}

  acknowledged(position: number): void {
    this.acknowledgedAt[position - this.first] = performance.now();
  }

  projected(position: number): void {
    const now = performance.now();
    for (; this.seen <= position - this.first; this.seen++)
      this.milliseconds.push(Math.max(0, now - (this.acknowledgedAt[this.seen] ?? now)));
  }
}

/** Looks at the slowest projection again and again. */
class Watch {
  position = -1;
  private delays: Delays | undefined;
  private isStopped = false;
  private readonly done: Promise<void>;

  constructor(private readonly ledger: Ledger) {
    this.done = this.look();
  }

  delaysOf(first: number): Delays {
    this.delays = new Delays(first);
    return this.delays;
  }

  async reaches(position: number): Promise<boolean> {
    for (const end = performance.now() + DRAIN_MS_MAX; performance.now() < end && !this.isStopped; await pause(POLL_MS))
      if (this.position >= position) return true;
    return false;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  private async look(): Promise<void> {
    for (; !this.isStopped; await pause(POLL_MS)) {
      this.position = (await this.ledger.admin.row<{ position: number }>(SLOWEST)).position;
      this.delays?.projected(this.position);
    }
  }
}
