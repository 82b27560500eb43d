import type { Page, ReadEvent, Row } from '../read-model.js';
import { sheetsByDay } from './spread.js';
import { SheetsDay } from './tables.js';

export const PAPER_TYPES = [
  'gov.sijill.paper.consumed.v1',
  'gov.sijill.paper.corrected.v1',
  'gov.sijill.paper.voided.v1',
  'gov.sijill.paperStock.issued.v1',
  'gov.sijill.paperStock.voided.v1',
] as const;

/** A paper record as known so far: the data of its event, corrected. */
interface PaperRecord {
  readonly entityId: string;
  readonly sheets: number;
  readonly kind: string;
  readonly flow: string;
  readonly serviceId?: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly method: string;
}
/** Null once it is voided. */
interface RecordState<R> {
  readonly record: R | null;
}

/** A record falls on the days of its period. What it was known as before is taken away, what it is known as now is added. */
export const foldPaperRecord = ({ type, stream, data, knownDay }: ReadEvent, page: Page): void => {
  const before = page.get<RecordState<PaperRecord>>(stream)?.record ?? null;
  const after = recordAfter(before, type, data);
  page.set<RecordState<PaperRecord>>(stream, { record: after });
  if (before) countRecord(before, { knownDay, sign: -1 }, page);
  if (after) countRecord(after, { knownDay, sign: 1 }, page);
};

const recordAfter = (before: PaperRecord | null, type: string, data: ReadEvent['data']): PaperRecord | null => {
  switch (type) {
    case PAPER_TYPES[0]:
      return data as unknown as PaperRecord;
    case PAPER_TYPES[1]: {
      const { sheets, kind, serviceId } = data as unknown as PaperRecord;
      return before && { ...before, sheets, ...(kind && { kind }), ...(serviceId && { serviceId }) };
    }
    default:
      return null;
  }
};

interface Counting {
  readonly knownDay: string;
  readonly sign: 1 | -1;
}

const countRecord = (record: PaperRecord, { knownDay, sign }: Counting, page: Page): void => {
  const { entityId: entity, serviceId: service = null, flow, kind, method } = record;
  const subject: Row = { entity, service, flow, kind, method, source: 'record' };
  for (const [effectiveDay, sheets] of sheetsByDay(record.sheets, record.periodStart, record.periodEnd))
    page.add(SheetsDay, { effectiveDay, knownDay }, subject, { sheets }, sign);
};

interface Issue {
  readonly entityId: string;
  readonly sheets: number;
  readonly serviceId?: string;
  readonly day: string;
}

/** Sheets out of stock, on the day of issue. */
export const foldPaperStock = ({ type, stream, data, knownDay }: ReadEvent, page: Page): void => {
  const before = page.get<RecordState<Issue>>(stream)?.record ?? null;
  const after = type === PAPER_TYPES[3] ? (data as unknown as Issue) : null;
  page.set<RecordState<Issue>>(stream, { record: after });
  if (before) countIssue(before, { knownDay, sign: -1 }, page);
  if (after) countIssue(after, { knownDay, sign: 1 }, page);
};

const countIssue = (issue: Issue, { knownDay, sign }: Counting, page: Page): void => {
  const { entityId: entity, serviceId: service = null, sheets: issued, day: effectiveDay } = issue;
  const subject: Row = { entity, service, flow: null, kind: null, method: null, source: 'stock' };
  page.add(SheetsDay, { effectiveDay, knownDay }, subject, { issued }, sign);
};
