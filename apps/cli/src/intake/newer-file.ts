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
 * What a newer whole file of a source changes: cells that are known otherwise are restated with the value that the ledger named, and
 * cells of the file's own periods that the file no longer has are withdrawn, both from the day of its publication.
 */
export class NewerFile {
  private readonly restated: Item[] = [];
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

  /** @returns Whether the refusal of this event is answered by a restatement. */
  takes({ draft, origin }: Item, { code, params }: Problem): boolean {
    if (code !== 'aggregate.useRestated' || !draft || params?.known === undefined) return false;
    const data = { ...draft.data, previous: params.known };
    this.restated.push(itemOf(this.format, this.publishedOn, { noun: 'aggregate.restated', data }, origin));
    return true;
  }

  /** Restatements, then withdrawals. `hadCells`: the ledger knew cells of this source before this file. */
  async *events(analyst: ApiClient, hadCells: boolean, minPosition: bigint | undefined): AsyncGenerator<Item> {
    yield* this.restated;
    if (hadCells) for await (const row of this.knownRows(analyst, minPosition)) yield* this.withdrawal(row);
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

/** Whether the ledger holds published figures of this source. */
export const hasCells = async (analyst: ApiClient, { publisher }: Format): Promise<boolean> => {
  const { rows } = await analyst.json<Page>(`/v1/datasets/aggregates?publisher=${publisher}&limit=1`);
  return rows.length > 0;
};
