import { setTimeout as pause } from 'node:timers/promises';
import { ClientDriver } from './eventstoredb/client-driver.js';
import { DriverFault, type EsdbDriver, type FaultKind } from './eventstoredb/driver.js';
import { failureOf } from './eventstoredb/driver-faults.js';
import { proposed } from './eventstoredb/event-mapping.js';
import { refuse } from './failures.js';
import type { JournalImport } from './journal-import.js';
import { EVENT_TEXT_BYTES_MAX } from './limits.js';
import { APPEND_BYTES_MAX, EVENTS_PER_APPEND_MAX, type StoredEvent } from './port.js';

const TRIES_MAX = 10;
const RETRY_PAUSE_MS = 500;
/** The same append again, with the same ids at the same revision: the server knows what it has written of it. */
const WORTH_A_TRY: ReadonlySet<FaultKind> = new Set(['unreachable', 'lost', 'silent']);

/** Writes into the journal of a cluster: one append after the other, because the order of all events is what is copied. */
export class EventStoreDbImport implements JournalImport {
  private constructor(private readonly driver: EsdbDriver) {}

  /** @throws Failure as the store that it writes to. */
  static async open(connectionString: string): Promise<EventStoreDbImport> {
    return new EventStoreDbImport(await ClientDriver.open(connectionString, Date.now, () => undefined));
  }

  async take(events: readonly StoredEvent[]): Promise<void> {
    for (const run of runsOf(events)) await this.append(run);
  }

  async close(): Promise<void> {
    await this.driver.close();
  }

  private async append(run: readonly StoredEvent[]): Promise<void> {
    const [{ stream, revision }] = run as [StoredEvent];
    const expected = revision === 0n ? 'empty' : revision - 1n;
    const proposals = run.map((event) => proposed(event, event.recorded));
    for (let tries = 1; ; tries++) {
      try {
        await this.driver.append(stream, expected, proposals);
        return;
      } catch (error) {
        if (!(error instanceof DriverFault)) throw error;
        if (error.kind === 'conflict') {
          const reason = `the stream ${stream} is at ${error.actual}, not at ${expected}`;
          throw refuse('store.corrupt', { params: { reason } });
        }
        if (tries === TRIES_MAX || !WORTH_A_TRY.has(error.kind)) throw failureOf(error);
        await pause(RETRY_PAUSE_MS * (0.5 + Math.random()));
      }
    }
  }
}

/** Neighbours of one stream go together, as far as one append may go. */
function* runsOf(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  let run: StoredEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = event.data.length + EVENT_TEXT_BYTES_MAX;
    const isOther = run[0]?.stream !== event.stream;
    if (run.length > 0 && (isOther || run.length === EVENTS_PER_APPEND_MAX || bytes + size > APPEND_BYTES_MAX)) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(event);
    bytes += size;
  }
  if (run.length > 0) yield run;
}
