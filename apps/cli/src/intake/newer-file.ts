import type { ApiClient, Problem } from '../client.js';
import type { Draft, Format } from '../formats/format.js';
import type { Item } from './poster.js';
import { isCell, itemOf, placeOf } from './table-reader.js';

interface Row {
  readonly service: string | null;
  readonly entity: string | null;
  readonly channel: string | null;
  readonly measure: string;
  readonly unit: string;
  readonly freq: string;
  /** `<first day>..<last day>` */
  readonly period: string;
  readonly value: string | null;
}
interface Page {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

const ROWS_PER_PAGE = 10_000;

/**
 * What a newer whole file of a source changes: cells that are known otherwise are restated with the value that the ledger named, the
 * grid of what was asked for is extended, and cells of the file's own periods that the file no longer has are withdrawn, all from the
 * day of its publication.
 */
export class NewerFile {
  private readonly places = new Set<string>();
  private readonly periods = new Set<string>();
  private sample: Draft['data'] | undefined;

  constructor(
    private readonly format: Format,
    private readonly publishedOn: string,
  ) {}

  /** To be told of every event of the file. */
  note({ draft }: Item): void {
    if (!draft || !isCell(draft)) return;
    this.sample ??= draft.data;
    this.places.add(placeOf(draft.data));
    this.periods.add(`${draft.data.freq} ${draft.data.periodStart}..${draft.data.periodEnd}`);
  }

  /** @returns what is posted in place of this event: a restatement, or a further part of the grid. */
  answer({ draft, origin, place }: Item, { code, params }: Problem): Item | undefined {
    const answer = draft && answerTo(draft, code, params);
    return answer && { ...itemOf(this.format, this.publishedOn, answer, origin), ...(place && { place }) };
  }

  /** Withdrawals, once everything else is recorded up to `lastPosition`. */
  async *withdrawals(analyst: ApiClient, lastPosition: bigint | undefined): AsyncGenerator<Item> {
    for await (const row of this.knownRows(analyst, lastPosition)) yield* this.withdrawal(row);
  }

  private *withdrawal(row: Row): Generator<Item> {
    const [periodStart, periodEnd] = row.period.split('..');
    if (row.value === null || !this.periods.has(`${row.freq} ${row.period}`)) return;
    const cell = {
      publisher: this.format.publisher,
      dataset: this.sample?.dataset,
      ...(row.service && { serviceId: row.service }),
      ...(row.entity && !row.service && { entityId: row.entity }),
      ...(row.channel && { channel: row.channel }),
      measure: row.measure,
      freq: row.freq,
      periodStart,
      periodEnd,
      unit: row.unit,
    };
    if (this.places.has(placeOf(cell))) return;
    const data = { ...cell, previous: row.value, publishedOn: this.publishedOn };
    yield itemOf(this.format, this.publishedOn, { noun: 'aggregate.withdrawn', data }, 'the whole file');
  }

  private async *knownRows(analyst: ApiClient, minPosition: bigint | undefined): AsyncGenerator<Row> {
    const question = new URLSearchParams({
      publisher: this.format.publisher,
      dataset: String(this.sample?.dataset),
      group: 'service,entity,channel,measure,unit,freq,period',
      known_at: this.publishedOn,
      limit: String(ROWS_PER_PAGE),
      ...(minPosition !== undefined && { min_position: String(minPosition) }),
    });
    for (let next: string | null | undefined; next !== null; ) {
      if (next) question.set('cursor', next);
      const page: Page = await analyst.json(`/v1/datasets/aggregates?${question}`);
      yield* page.rows;
      next = page.next;
    }
  }
}

const PARTS_MAX = 99;

const answerTo = ({ noun, data }: Draft, code: string, params: Problem['params']): Draft | undefined => {
  if (code === 'aggregate.useRestated' && params?.known !== undefined) {
    return { noun: 'aggregate.restated', data: { ...data, previous: params.known } };
  }
  // An earlier file asked for another grid: this one is a further part of it, and asking twice counts once.
  const part = Number(data.part);
  const isGrid = noun === 'collection.requested' && code === 'entry.exists' && part < PARTS_MAX;
  return isGrid ? { noun, data: { ...data, part: part + 1 } } : undefined;
};

/** Whether the ledger holds published figures of this source. */
export const hasCells = async (analyst: ApiClient, { publisher }: Format): Promise<boolean> => {
  const { rows } = await analyst.json<Page>(`/v1/datasets/aggregates?publisher=${publisher}&limit=1`);
  return rows.length > 0;
};
