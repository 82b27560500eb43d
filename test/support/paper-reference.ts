import type { ReadEvent } from '../../libs/read-models/src/read-model.js';
import { dayIn } from './transaction-history.js';

/** `day entity service flow kind source method measure` → sheets; `-` where there is no value. */
export type CountedSheets = Map<string, bigint>;

type Data = Record<string, unknown>;
const DAY = 86_400_000;

/**
 * Slow second opinion on the cube of sheets: what every transaction, record and issue finally was at the end of `knownAt`, counted
 * once, the sheets of a period one by one. Shares no code with the fold, which adds differences.
 */
export const sheetsAsKnown = (history: readonly ReadEvent[], knownAt: string): CountedSheets => {
  const counted: CountedSheets = new Map();
  const known = history.filter((event) => event.knownDay <= knownAt);
  for (const stream of new Set(known.map((event) => event.stream))) {
    const events = known.filter((event) => event.stream === stream);
    const category = events[0]?.category;
    if (category === 'transaction') ofTransaction(events, counted);
    if (category === 'paper') ofRecord(events, counted);
    if (category === 'paperStock') ofIssue(events, counted);
  }
  return new Map([...counted].filter(([, value]) => value !== 0n));
};

const count = (counted: CountedSheets, cell: readonly unknown[], sheets: number): void => {
  const key = cell.map((value) => value ?? '-').join(' ');
  counted.set(key, (counted.get(key) ?? 0n) + BigInt(sheets));
};

const named = (events: readonly ReadEvent[], name: string) =>
  events.filter(({ type }) => type === `gov.sijill.${name}.v1`);

const ofTransaction = (events: readonly ReadEvent[], counted: CountedSheets): void => {
  const [received] = named(events, 'transaction.received');
  if (!received || named(events, 'transaction.voided').length > 0) return;
  const entity = received.id.slice(0, received.id.indexOf(':'));
  const zone = entity.startsWith('gb') ? 'Europe/London' : 'Asia/Dubai';
  const changes = named(events, 'transaction.corrected').map(({ data }) => data.changes as Data);
  const service = changes.findLast((one) => 'serviceId' in one)?.serviceId ?? received.data.serviceId;
  const flow = changes.findLast((one) => 'flow' in one)?.flow ?? received.data.flow;
  const gone = new Set(
    named(events, 'transaction.entryVoided').map(({ data: { entry, entryId } }) => `${entry} ${entryId}`),
  );
  for (const { data, time } of named(events, 'transaction.sheetsConsumed')) {
    if (gone.has(`sheets ${data.recordId}`)) continue;
    const cell = [dayIn(zone, time), entity, service, flow, data.kind, 'transaction', '-', 'sheets'];
    count(counted, cell, Number(data.sheets));
  }
  for (const { data, time } of named(events, 'transaction.documentSubmitted')) {
    if (gone.has(`document ${data.documentId}`)) continue;
    const cell = [dayIn(zone, time), entity, service, flow, '-', 'transaction', '-', 'customerSheets'];
    count(counted, cell, Number(data.sheets));
  }
};

const ofRecord = (events: readonly ReadEvent[], counted: CountedSheets): void => {
  if (named(events, 'paper.voided').length > 0) return;
  const final = (member: string) => events.findLast(({ data }) => member in data)?.data[member];
  const [start, end] = [Date.parse(String(final('periodStart'))), Date.parse(String(final('periodEnd')))];
  const days = (end - start) / DAY + 1;
  const total = Number(final('sheets'));
  for (let nth = 1; nth <= total; nth++) {
    const day = new Date(start + (Math.ceil((nth * days) / total) - 1) * DAY).toISOString().slice(0, 10);
    const what = [final('entityId'), final('serviceId'), final('flow'), final('kind'), 'record', final('method')];
    count(counted, [day, ...what, 'sheets'], 1);
  }
};

const ofIssue = (events: readonly ReadEvent[], counted: CountedSheets): void => {
  const [issued] = named(events, 'paperStock.issued');
  if (!issued || named(events, 'paperStock.voided').length > 0) return;
  const { entityId, sheets, day } = issued.data;
  count(counted, [day, entityId, '-', '-', '-', 'stock', '-', 'issued'], Number(sheets));
};
