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

/** A figure as a number, a ratio by its value; what is not known is 0. */
export const numberOf = (value: Value | undefined): number =>
  Number((typeof value === 'object' && value !== null ? (value as Ratio).value : value) ?? 0);

/** Sum of a measure; null adds nothing. */
export const sumOf = (rows: readonly Row[], measure: string): number =>
  rows.reduce((total, row) => total + numberOf(row[measure]), 0);

export const say = (value: Value | undefined): string => Math.round(numberOf(value)).toLocaleString('en');
export const dirhams = (fils: Value | undefined): string =>
  `AED ${Math.round(numberOf(fils) / 100).toLocaleString('en')}`;

export const ratioText = (value: Value | undefined): string => {
  const ratio = value as Ratio | null | undefined;
  if (!ratio?.value) return 'not known';
  return `${Number(ratio.num).toLocaleString('en')}/${Number(ratio.den).toLocaleString('en')} = ${(100 * Number(ratio.value)).toFixed(1)} %`;
};
