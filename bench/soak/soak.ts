import { setTimeout as pause } from 'node:timers/promises';
import { readModels } from '#read-models';
import { type SimulatedEvent, simulate, sumCounts } from '#simulation';
import { type ApiProcess, type Child, startApiProcess, startChild } from '../harness/child.js';
import type { Sample } from '../harness/observer.js';
import type { Options } from '../options.js';
import { checkTotals } from '../project.js';
import { expectEqual, type Findings } from '../report.js';
import type { BenchServer, Ledger } from '../server.js';
import { byDay, postRegisters } from '../size/fill.js';
import { percentile } from '../statistics.js';
import { judge } from './judgement.js';
import { Traffic } from './traffic.js';

const SEED = 'soak';
const LOAD_SHARE = 0.7;
const PEAK_SECONDS = 15;
const SAMPLE_EVERY_MS = 1_000;
/** The sawtooth of garbage is larger than any leak that is looked for; collecting it costs a hundredth of the time. */
const SAMPLES_PER_COLLECTION = 10;
const ASK_EVERY_MS = 1_000;
const DRAIN_MS_MAX = 120_000;
/** More than any peak here, so that the simulation does not end before the soak. */
const EVENTS_PER_SECOND_MAX = 20_000;
const YEARS = 5;

/** Asked in turn while events are posted. */
const QUESTIONS = [
  '/v1/datasets/channel_volume?from=2025-12-01&to=2025-12-31&group=day',
  '/v1/datasets/data_quality?from=2025-12-01&to=2025-12-31&group=source',
  '/v1/events?limit=100',
  '/v1/services?q=renewal',
];

/** Everything that was looked at in one second. */
export interface Moment {
  readonly seconds: number;
  /** Api and worker had collected their garbage just before. */
  readonly isCollected: boolean;
  readonly api: Sample;
  readonly worker: Sample;
  /** Events that the slowest projection is behind. */
  readonly lagEvents: number;
  /** Events that wait for the next commit. */
  readonly queueEvents: number;
  /** Events that were due and not sent. */
  readonly dueEvents: number;
}

interface Soaked {
  readonly ledger: Ledger;
  readonly api: ApiProcess;
  readonly worker: Child;
  readonly traffic: Traffic;
}

/** Api and worker for a long time under a load they can bear: does anything grow, and is everything there in the end? */
export async function benchSoak(
  server: BenchServer,
  { minutes }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const seconds = minutes * 60;
  const soaked = await start(server, seconds + PEAK_SECONDS);
  const peak = await soaked.traffic.run(PEAK_SECONDS);
  say(`peak: ${Math.round(peak).toLocaleString('en')} events/s; now ${minutes} minutes at ${LOAD_SHARE * 100} % of it`);
  await drain(soaked);
  for (const times of [soaked.traffic.batchMs, soaked.traffic.singleMs]) times.length = 0;
  const over = new AbortController();
  const watching = watch(soaked, over.signal, say);
  const asking = ask(soaked.api, over.signal);
  const steady = await soaked.traffic.run(seconds, peak * LOAD_SHARE).finally(() => over.abort());
  const [moments, answersMs] = await Promise.all([watching, asking]);
  const drainSeconds = await drain(soaked);
  const figure = (name: string, value: number, unit: string) => findings.figures.push({ name, value, unit });
  figure('peak', peak, 'events/s');
  figure('steady load', steady, 'events/s');
  const { batchMs, singleMs, retries } = soaked.traffic;
  for (const [name, times] of Object.entries({
    'a batch of 100': batchMs,
    'a single event': singleMs,
    'a question': answersMs,
  })) {
    if (times.length === 0) continue;
    figure(`p50 of ${name}`, percentile(times, 0.5), 'ms');
    figure(`p99 of ${name}`, percentile(times, 0.99), 'ms');
  }
  figure('requests sent again', retries, '');
  figure('projections were done after the last event', drainSeconds, 's');
  judge(moments, findings);
  findings.notes.push(
    `${minutes} minutes at ${LOAD_SHARE * 100} % of a peak of ${PEAK_SECONDS} s; a question a second`,
    'batches of 100 in four lanes, one transaction in fifty event by event',
    'memory: heap and buffers right after a collection of all garbage, each ten samples; resident memory: what the system lends',
    'api, worker and sender share the machine; the sender makes its events while it sends',
  );
  await soaked.api.stop();
  await soaked.worker.stop();
  await check(soaked, findings);
}

async function start(server: BenchServer, seconds: number): Promise<Soaked> {
  const ledger = await server.freshLedger();
  const api = await startApiProcess(server, ledger);
  const events = Math.ceil(seconds * EVENTS_PER_SECOND_MAX);
  const simulated = simulate({ seed: SEED, events, years: YEARS });
  const registers: SimulatedEvent[] = [];
  let first: SimulatedEvent | undefined;
  for (let next = simulated.next(); !next.done; next = simulated.next()) {
    first = next.value;
    if (first.arrivesOn !== undefined) break;
    registers.push(first);
  }
  for (const day of byDay(registers)) await postRegisters(api, day.arrivals);
  const worker = await startChild(server, './worker.js', [ledger.workerUrl, 'soak']);
  const traffic = new Traffic(api, after(first, simulated));
  for (const { effect } of registers) traffic.counts = sumCounts(traffic.counts, effect);
  return { ledger, api, worker, traffic };
}

function* after<T>(first: T | undefined, rest: Iterator<T>): Generator<T> {
  if (first !== undefined) yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

const LAG = `select (select next_position - 1 from journal.head) - coalesce(min(position), -1) as lag from projector.projection`;
const lagOf = async ({ admin }: Ledger): Promise<number> => Number((await admin.row<{ lag: string }>(LAG)).lag);

/** @returns seconds until the projections had everything. */
async function drain({ ledger }: Soaked): Promise<number> {
  const begun = performance.now();
  while ((await lagOf(ledger)) > 0) {
    if (performance.now() - begun > DRAIN_MS_MAX) throw new Error('the projections do not catch up');
    await pause(50);
  }
  return (performance.now() - begun) / 1_000;
}

const QUEUE = /^sijill_append_queue_events (\S+)$/m;

async function watch(soaked: Soaked, signal: AbortSignal, say: (line: string) => void): Promise<readonly Moment[]> {
  const { ledger, api, worker, traffic } = soaked;
  const begun = performance.now();
  const moments: Moment[] = [];
  while (!signal.aborted) {
    const seconds = (performance.now() - begun) / 1_000;
    const metrics = (await api.get('/metrics', 'operator')).toString();
    const isCollected = moments.length % SAMPLES_PER_COLLECTION === SAMPLES_PER_COLLECTION - 1;
    const asked = isCollected ? 'sample without garbage' : 'sample';
    const moment: Moment = {
      seconds,
      isCollected,
      api: await api.sample(asked),
      worker: await worker.sample(asked),
      lagEvents: await lagOf(ledger),
      queueEvents: Number(QUEUE.exec(metrics)?.[1] ?? Number.NaN),
      dueEvents: traffic.due,
    };
    moments.push(moment);
    if (moments.length % 30 === 0) say(momentLine(moment, traffic.acknowledged));
    await pause(SAMPLE_EVERY_MS);
  }
  return moments;
}

const MIB = 2 ** 20;
const momentLine = ({ seconds, api, worker, lagEvents }: Moment, acknowledged: number): string =>
  `${Math.round(seconds)} s: ${acknowledged.toLocaleString('en')} events, api ${Math.round(api.rssBytes / MIB)} MiB, ` +
  `worker ${Math.round(worker.rssBytes / MIB)} MiB, ${lagEvents} behind`;

/** @returns milliseconds of each answer. */
async function ask(api: ApiProcess, signal: AbortSignal): Promise<readonly number[]> {
  const times: number[] = [];
  for (let nth = 0; !signal.aborted; nth++) {
    const begun = performance.now();
    await api.get(QUESTIONS[nth % QUESTIONS.length]!, 'regulator');
    times.push(performance.now() - begun);
    await pause(ASK_EVERY_MS);
  }
  return times;
}

const STORED = `select count(*)::int as events, count(*) = max(position) + 1 and min(position) = 0 as "isDense",
  count(*) filter (where type like 'gov.sijill.transaction.%')::int as transactions from journal.event`;

/** The journal holds what was acknowledged and nothing else, and the figures are the simulation's own. */
async function check({ ledger, traffic }: Soaked, findings: Findings): Promise<void> {
  const { transactions, isDense } = await ledger.admin.row<{ transactions: number; isDense: boolean }>(STORED);
  expectEqual(findings, 'events in the journal are events acknowledged', transactions, traffic.acknowledged);
  expectEqual(findings, 'positions without a hole', isDense, true);
  await checkTotals(ledger, traffic, readModels, { findings, label: 'at the end' });
}
