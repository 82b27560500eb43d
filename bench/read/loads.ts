import { PostgresEventStore } from '#event-store';
import { type Call, callAll } from '../measure.js';
import { Raw } from '../raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { sampleStream } from '../sample.js';
import type { BenchServer, Ledger } from '../server.js';
import { EVENTS_PER_STREAM } from './sample-journal.js';
import { measureInTurns } from './turns.js';

const CALLERS = [16, 64];
const CONNECTIONS = 16;
const TURN_SECONDS = 0.5;
/** Coprime to any number of streams that is asked for in practice, so that neighbours in time are none on disk. */
const STRIDE = 7_919;

const LOAD = `select position, stream, revision, recorded, source, id, type, time, actor, correlation, causation, salt,
  request_mac, data from journal.event where stream = $1 order by revision`;

interface Side {
  readonly load: (stream: string) => Promise<readonly { readonly revision: bigint | string }[]>;
  close(): Promise<unknown>;
}

const openRaw = async ({ adminUrl }: Ledger): Promise<Side> => {
  const raw = new Raw(adminUrl, CONNECTIONS);
  return { load: (stream) => raw.prepared('load', LOAD, [stream]), close: () => raw.close() };
};
const openStore = async ({ apiUrl }: Ledger): Promise<Side> => {
  const store = await PostgresEventStore.open({ connectionString: apiUrl });
  return { load: (stream) => store.readWhole(stream), close: () => store.close() };
};

/** Whole streams loaded by many callers at once: a question each, beside the store, which lets waiting loads share one. */
export async function measureLoads(
  { server, ledger, events, seconds }: Setting,
  round: number,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const instruments = { admin: ledger.admin, postmaster: server.postmaster };
  for (const callers of CALLERS) {
    const limit = `${callers} callers, streams of ${EVENTS_PER_STREAM}, a SELECT each`;
    const names = [limit, `${callers} callers, streams of ${EVENTS_PER_STREAM} coalesced`];
    const sides = [await openRaw(ledger), await openStore(ledger)];
    const broken = sides.map(() => 0);
    const turns = sides.map((side, nth) => {
      const call = loads(side, Math.floor(events / EVENTS_PER_STREAM), () => broken[nth]!++);
      return () => callAll(callers, TURN_SECONDS, call);
    });
    for (const turn of turns) await turn(); // connections are there, plans are made
    const measured = await measureInTurns(instruments, seconds, turns);
    for (const [nth, name] of names.entries()) {
      await sides[nth]!.close();
      caseOf(findings, name, name === limit ? undefined : limit).rounds.push(measured[nth]!);
      say(roundLine(round, name, measured[nth]!));
      expectEqual(findings, `round ${round}, ${name}: streams that were not whole and in order`, broken[nth], 0);
    }
  }
}

interface Setting {
  readonly server: BenchServer;
  readonly ledger: Ledger;
  readonly events: number;
  readonly seconds: number;
}

const loads = ({ load }: Side, streams: number, onBroken: () => void): Call => {
  let next = 0;
  return async () => {
    const found = await load(sampleStream((next++ * STRIDE) % streams));
    const isWhole =
      found.length === EVENTS_PER_STREAM && found.every(({ revision }, index) => Number(revision) === index);
    if (!isWhole) onBroken();
    return found.length;
  };
};
