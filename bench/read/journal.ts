import { PostgresEventStore, READ_EVENTS_MAX } from '#event-store';
import type { Called } from '../measure.js';
import { Raw } from '../raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { SAMPLE_DATA_BYTES } from '../sample.js';
import type { BenchServer, Ledger } from '../server.js';
import { COPY_BINARY, COPY_TEXT, type CopiedRow, readBinaryRows, readTextRows } from './copy-rows.js';
import { measureInTurns } from './turns.js';

const LIMIT = 'COPY to text, JSON.parse';

/** What a reader saw, to be compared with what was written. */
class Seen {
  events = 0;
  /** Sum of the numbers that the data carry; undefined where nobody parsed them. */
  numbers = 0;
  bytes = 0;
  passes = 0;
  isInOrder = true;
  private last = -1;

  begin(): void {
    this.passes++;
    this.last = -1;
  }

  at(position: number): void {
    this.isInOrder &&= position === ++this.last;
    this.events++;
  }
}

/** Everything through one connection, or one store, that stays open: making them is no reading. */
interface Reader {
  read(seen: Seen): Promise<void>;
  close(): Promise<void>;
}
type Open = (ledger: Ledger) => Promise<Reader>;

const copied =
  (text: string, readRows: (pieces: AsyncIterable<Buffer>, take: (row: CopiedRow) => void) => Promise<void>): Open =>
  async ({ adminUrl }) => {
    const raw = new Raw(adminUrl, 1, ['jit=off']);
    const read = (seen: Seen) =>
      readRows(raw.copyOut(text), ({ position, data }) => {
        seen.at(position);
        seen.numbers += Number(data.number);
      });
    return { read, close: () => raw.close() };
  };

/** Through the port, the next page asked for while one is looked at, as the projections read. */
const paged =
  (look: (data: Uint8Array, seen: Seen) => void): Open =>
  async ({ apiUrl }) => {
    const store = await PostgresEventStore.open({ connectionString: apiUrl });
    const read = async (seen: Seen) => {
      for (let page = await store.readAll({ max: READ_EVENTS_MAX }); ; ) {
        const ahead = page.atHead ? undefined : store.readAll({ after: page.next, max: READ_EVENTS_MAX });
        for (const { position, data } of page.events) {
          seen.at(Number(position));
          look(data, seen);
        }
        if (ahead === undefined) return;
        page = await ahead;
      }
    };
    return { read, close: () => store.close() };
  };

const CASES: readonly { readonly name: string; readonly isParsed: boolean; readonly open: Open }[] = [
  { name: LIMIT, isParsed: true, open: copied(COPY_TEXT, readTextRows) },
  { name: 'COPY to binary, JSON.parse', isParsed: true, open: copied(COPY_BINARY, readBinaryRows) },
  {
    name: 'readAll, parsed',
    isParsed: true,
    open: paged((data, seen) => {
      const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
      seen.numbers += Number((JSON.parse(text) as { number: string }).number);
    }),
  },
  {
    name: 'readAll, bodies unparsed',
    isParsed: false,
    open: paged((data, seen) => {
      seen.bytes += data.length;
    }),
  },
];

/** The journal read from its first event to its last, beside the server handing out the same rows as fast as it can. */
export async function measureJournal(
  { server, ledger, events, seconds }: Setting,
  round: number,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const sides: { readonly reader: Reader; readonly seen: Seen }[] = [];
  for (const { open } of CASES) sides.push({ reader: await open(ledger), seen: new Seen() });
  for (const { reader, seen } of sides) await passOf(reader, seen); // plans are made, files are in memory
  const instruments = { admin: ledger.admin, postmaster: server.postmaster };
  const passes = sides.map(
    ({ reader, seen }) =>
      () =>
        passOf(reader, seen),
  );
  const measured = await measureInTurns(instruments, seconds, passes);
  for (const [nth, { name, isParsed }] of CASES.entries()) {
    const { reader, seen } = sides[nth]!;
    await reader.close();
    caseOf(findings, name, name === LIMIT ? undefined : LIMIT).rounds.push(measured[nth]!);
    say(roundLine(round, name, measured[nth]!));
    const label = `round ${round}, ${name}`;
    const read = [seen.events, seen.isInOrder];
    expectEqual(findings, `${label}: events read, in order`, read, [seen.passes * events, true]);
    const numbers = (seen.passes * events * (events - 1)) / 2;
    if (isParsed) expectEqual(findings, `${label}: sum of what they say`, seen.numbers, numbers);
    else expectEqual(findings, `${label}: bytes of an event`, seen.bytes / seen.events, SAMPLE_DATA_BYTES);
  }
}

interface Setting {
  readonly server: BenchServer;
  readonly ledger: Ledger;
  readonly events: number;
  readonly seconds: number;
}

const passOf = async (reader: Reader, seen: Seen): Promise<Called> => {
  const [start, before] = [performance.now(), seen.events];
  seen.begin();
  await reader.read(seen);
  return { events: seen.events - before, seconds: (performance.now() - start) / 1_000, latenciesMs: [] };
};
