import { startApiProcess } from '../harness/child.js';
import type { Options } from '../options.js';
import type { Findings } from '../report.js';
import { SAMPLE_DATA_BYTES } from '../sample.js';
import type { BenchServer } from '../server.js';
import { measureJournal } from './journal.js';
import { measureLoads } from './loads.js';
import { measurePages, type ServedLedger } from './pages.js';
import { EVENTS_PER_STREAM, recordSamples } from './sample-journal.js';
import { measureSubscription } from './subscription.js';

/** Every way to read the journal, beside what the server can hand out. */
export async function benchRead(
  server: BenchServer,
  { rounds, seconds, events: asked }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const events = Math.ceil(asked / EVENTS_PER_STREAM) * EVENTS_PER_STREAM;
  say(`recording ${events} events of ${SAMPLE_DATA_BYTES} bytes`);
  const ledger = await recordSamples(await server.freshLedger(), events);
  const served = await serve(server, Math.min(events, PAGED_EVENTS_MAX));
  findings.notes.push(
    `${events} events of ${SAMPLE_DATA_BYTES} bytes of data, ${EVENTS_PER_STREAM} a stream; readers run in the process that is called client`,
    'loads: p50 and p99 are of a stream; subscription: of the way from the acknowledgement of an event to its delivery',
    'pages of GET /v1/events: the client is the api and the reader together; its limit decodes the same rows and forgets them',
  );
  const setting = { server, ledger, served, events, seconds };
  for (let round = 1; round <= rounds; round++) {
    await measureJournal(setting, round, findings, say);
    await measureLoads(setting, round, findings, say);
    await measurePages(setting, round, findings, say);
    await measureSubscription(server, { seconds, round }, findings, say);
  }
  await served.api.stop();
  await served.ledger.drop();
  await ledger.drop();
}

/** A page costs the same anywhere; more of them only take longer. */
const PAGED_EVENTS_MAX = 50_000;

/** A ledger of its own: an api writes the registers it needs into a journal that has none. */
async function serve(server: BenchServer, events: number): Promise<ServedLedger> {
  const ledger = await server.freshLedger();
  const api = await startApiProcess(server, ledger);
  await recordSamples(ledger, events);
  return { ledger, api };
}
