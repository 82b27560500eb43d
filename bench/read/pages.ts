import type { ApiProcess } from '../harness/child.js';
import { type Call, callAll, measure } from '../measure.js';
import { Raw } from '../raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import type { BenchServer, Ledger } from '../server.js';

const LIMIT = 'pages, a bare SELECT';
const OURS = 'pages of GET /v1/events';
const PAGE_EVENTS = 1_000;
const PAGE = `select position, stream, revision, recorded, source, id, type, time, actor, correlation, causation, salt,
  request_mac, data from journal.event where position > $1 order by position limit ${PAGE_EVENTS}`;

export interface ServedLedger {
  readonly ledger: Ledger;
  readonly api: ApiProcess;
}

interface Setting {
  readonly server: BenchServer;
  readonly served: ServedLedger;
}

/** The journal page by page over HTTP, beside the rows of the same pages. */
export async function measurePages(
  { server, served: { ledger, api } }: Setting,
  round: number,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const { events } = await ledger.admin.row<{ events: number }>('select count(*)::int as events from journal.event');
  const raw = new Raw(ledger.adminUrl, 1, ['jit=off']);
  const instruments = { admin: ledger.admin, postmaster: server.postmaster, ledger: api.pid };
  for (const [name, walk] of [
    [LIMIT, selects(raw)],
    [OURS, requests(api)],
  ] as const) {
    const measured = await measure(instruments, () => callAll(1, Number.POSITIVE_INFINITY, walk));
    caseOf(findings, name, name === LIMIT ? undefined : LIMIT).rounds.push(measured);
    say(roundLine(round, name, measured));
    expectEqual(findings, `round ${round}, ${name}: events`, measured.events, events);
  }
  await raw.close();
}

const selects = (raw: Raw): Call => {
  let last = '-1';
  return async () => {
    const rows = await raw.prepared<{ position: string }>('page', PAGE, [last]);
    last = rows.at(-1)?.position ?? last;
    return rows.length || undefined;
  };
};

const requests = (api: ApiProcess): Call => {
  let path: string | undefined = `/v1/events?limit=${PAGE_EVENTS}`;
  return async () => {
    if (path === undefined) return undefined;
    const page = JSON.parse((await api.get(path, 'regulator')).toString()) as Page;
    path = page.atHead ? undefined : `/v1/events?limit=${PAGE_EVENTS}&after=${page.next}`;
    return page.events.length;
  };
};

interface Page {
  readonly events: readonly object[];
  readonly next: string;
  readonly atHead: boolean;
}
