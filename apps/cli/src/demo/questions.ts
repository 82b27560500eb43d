import type { ApiClient } from '../client.js';

export interface Ratio {
  readonly num: string;
  readonly den: string;
  readonly value: string | null;
}
export type Value = string | number | boolean | null | Ratio | { readonly [member: string]: Value };
export type Row = Readonly<Record<string, Value>>;

/** Asks data sets that have passed a position. */
export class Questions {
  constructor(
    private readonly client: ApiClient,
    private readonly minPosition: bigint,
  ) {}

  /** Rows of an answer. @param question Begins with `?`, or is empty. */
  async rows(dataset: string, question = ''): Promise<readonly Row[]> {
    const tail = `min_position=${this.minPosition}&limit=10000`;
    const path = `/v1/datasets/${dataset}${question}${question ? '&' : '?'}${tail}`;
    return (await this.client.json<{ readonly rows: readonly Row[] }>(path)).rows;
  }

  /** The one row of a question without groups. */
  async row(dataset: string, question = ''): Promise<Row> {
    return (await this.rows(dataset, question))[0] ?? {};
  }
}

/** Sum of a measure; null adds nothing. */
export const sumOf = (rows: readonly Row[], measure: string): number =>
  rows.reduce((total, row) => total + Number(row[measure] ?? 0), 0);
