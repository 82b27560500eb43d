import { PostgresEventStore, READ_EVENTS_MAX } from '#event-store';
import { type Called, measure } from '../measure.js';
import { Raw } from '../raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { SAMPLE_DATA_BYTES } from '../sample.js';
import type { BenchServer, Ledger } from '../server.js';
import { COPY_BINARY, COPY_TEXT, type CopiedRow, readBinaryRows, readTextRows } from './copy-rows.js';

const LIMIT = 'COPY to text, JSON.parse';

/** What a reader saw, to be compared with what was written. */
class Seen {
  events = 0;
  /** Sum of the numbers that the data carry; undefined where nobody parsed them. */
  numbers = 0;
  bytes = 0;
  isInOrder = true;
  private last = -1;

  at(position: number): void {
    this.isInOrder &&= position === ++this.last;
    this.events++;
  }
}

/** Reads everything. @returns how to close what it read through: an ended session's CPU is not seen at once. */
type Read = (ledger: Ledger, seen: Seen) => Promise<() => Promise<void>>;

const copied =
  (text: string, readRows: (pieces: AsyncIterable<Buffer>, take: (row: CopiedRow) => void) => Promise<void>): Read =>
  async ({ adminUrl }, seen) => {
    const raw = new Raw(adminUrl, 1, ['jit=off']);
    await readRows(raw.copyOut(text), ({ position, data }) => {
      seen.at(position);
      seen.numbers += Number(data.number);
    });
    return () => raw.close();
  };

/** Through the port, the next page asked for while one is looked at, as the projections read. */
const paged =
  (look: (data: Uint8Array, seen: Seen) => void): Read =>
  async ({ apiUrl }, seen) => {
    const store = await PostgresEventStore.open({ connectionString: apiUrl });
    for (let page = await store.readAll({ max: READ_EVENTS_MAX }); ; ) {
      const ahead = page.atHead ? undefined : store.readAll({ after: page.next, max: READ_EVENTS_MAX });
      for (const { position, data } of page.events) {
        seen.at(Number(position));
        look(data, seen);
      }
      if (ahead === undefined) break;
      page = await ahead;
    }
    return () => store.close();
  };

const CASES: readonly { readonly name: string; readonly isParsed: boolean; readonly read: Read }[] = [
  { name: LIMIT, isParsed: true, read: copied(COPY_TEXT, readTextRows) },
  { name: 'COPY to binary, JSON.parse', isParsed: true, read: copied(COPY_BINARY, readBinaryRows) },
  {
    name: 'readAll, parsed',
    isParsed: true,
    read: paged((data, seen) => {
      const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
      seen.numbers += Number((JSON.parse(text) as { number: string }).number);
    }),
  },
  {
    name: 'readAll, bodies unparsed',
    isParsed: false,
    read: paged((data, seen) => {
      seen.bytes += data.length;
    }),
  },
];

/** The journal read from its first event to its last, beside the server handing out the same rows as fast as it can. */
export async function measureJournal(
  { server, ledger, events }: { readonly server: BenchServer; readonly ledger: Ledger; readonly events: number },
  round: number,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  for (const { name, isParsed, read } of CASES) {
    const seen = new Seen();
    const instruments = { admin: ledger.admin, postmaster: server.postmaster };
    let close = async (): Promise<void> => undefined;
    const work = async (): Promise<Called> => {
      const start = performance.now();
      close = await read(ledger, seen);
      return { events: seen.events, seconds: (performance.now() - start) / 1_000, latenciesMs: [] };
    };
    const measured = await measure(instruments, work);
    await close();
    caseOf(findings, name, name === LIMIT ? undefined : LIMIT).rounds.push(measured);
    say(roundLine(round, name, measured));
    const label = `round ${round}, ${name}`;
    expectEqual(findings, `${label}: events read, in order`, [seen.events, seen.isInOrder], [events, true]);
    if (isParsed) expectEqual(findings, `${label}: sum of what they say`, seen.numbers, (events * (events - 1)) / 2);
    else expectEqual(findings, `${label}: bytes of an event`, seen.bytes / events, SAMPLE_DATA_BYTES);
  }
}
