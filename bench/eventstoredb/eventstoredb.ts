import { type EventStore, type NewEvent, openEventStore } from '#event-store';
import { StandIn } from '../../test/support/eventstoredb/stand-in.js';
import { type Called, callAll, type Instruments, measure } from '../measure.js';
import type { Options } from '../options.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { SAMPLE_DATA_BYTES, sampleEvent, sampleStream } from '../sample.js';
import type { BenchServer } from '../server.js';
import { openClient, type Side } from './client.js';

const CALLERS = [1, 16, 64];
const WARM_UP_SECONDS = 1;
/** As projections do that are far behind: each page is a call. */
const BATCH_EVENTS = 2_000;

/** The adapter against the client that it stands on, both against one stand-in: what the ledger's own rules cost. */
export async function benchEventStoreDb(
  server: BenchServer,
  { rounds, seconds }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  findings.notes.push(
    `${SAMPLE_DATA_BYTES} bytes of data an event, a new stream each append; p50 and p99 are of an append`,
    'server: the stand-in of the tests in a process of its own; it answers when its log is written, without waiting for the disk',
    'client: the same bytes and metadata, expected revision and all, without anything around them',
  );
  const { admin } = await server.freshLedger();
  for (let round = 1; round <= rounds; round++) {
    const standIn = await StandIn.start();
    const instruments = { admin, postmaster: standIn.pid as number };
    const sides = [openClient(standIn.url), await openAdapter(standIn.url)];
    if (round % 2 === 0) sides.reverse();
    const setting = { sides, instruments, seconds, round };
    const events = await measureAppends(setting, findings, say);
    await measureCatchUp(setting, events, findings, say);
    for (const side of sides) await side.close();
    await standIn.stop();
  }
}

interface Setting {
  readonly sides: readonly Side[];
  readonly instruments: Instruments;
  readonly seconds: number;
  readonly round: number;
}

/** @returns events that were acknowledged. */
async function measureAppends(
  { sides, instruments, seconds, round }: Setting,
  findings: Findings,
  say: (line: string) => void,
): Promise<number> {
  let number = 0;
  for (const callers of CALLERS) {
    for (const { name, append } of sides) {
      const one = async (): Promise<number> => {
        const nth = number++;
        await append(sampleStream(nth), sampleEvent(nth));
        return 1;
      };
      await callAll(callers, WARM_UP_SECONDS, one);
      const measured = await measure(instruments, () => callAll(callers, seconds, one));
      const what = `${callers} ${callers === 1 ? 'caller' : 'callers'}`;
      caseOf(findings, `${what}, ${name}`, name === 'client' ? undefined : `${what}, client`).rounds.push(measured);
      say(roundLine(round, `${what}, ${name}`, measured));
    }
  }
  return number;
}

async function measureCatchUp(
  { sides, instruments, round }: Setting,
  events: number,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  for (const { name, catchUp } of sides) {
    let inOrder = await catchUp(events); // compiled, and in memory
    const pass = async (): Promise<Called> => {
      const start = performance.now();
      inOrder = await catchUp(events);
      return { events, seconds: (performance.now() - start) / 1_000, latenciesMs: [] };
    };
    const measured = await measure(instruments, pass);
    caseOf(findings, `catching up, ${name}`, name === 'client' ? undefined : 'catching up, client').rounds.push(
      measured,
    );
    say(roundLine(round, `catching up, ${name}`, measured));
    expectEqual(findings, `round ${round}, catching up, ${name}: events in order`, inOrder, events);
  }
}

async function openAdapter(url: string): Promise<Side> {
  const store: EventStore = await openEventStore({ eventStore: url, databaseUrl: '' });
  const catchUp = async (events: number): Promise<number> => {
    const ending = new AbortController();
    let seen = 0;
    let inOrder = 0;
    let last = -1n;
    for await (const page of store.subscribe({ signal: ending.signal, batch: BATCH_EVENTS })) {
      for (const { position } of page.events) {
        if (position > last) inOrder++;
        last = position;
      }
      seen += page.events.length;
      if (seen >= events) ending.abort();
    }
    return inOrder;
  };
  const append = (stream: string, event: NewEvent) => store.append(stream, 'empty', [event]);
  return { name: 'adapter', append, catchUp, close: () => store.close() };
}
