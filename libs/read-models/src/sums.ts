import { type Amount, sumOf } from './amounts.js';
import type { TableShape } from './tables.js';

const ROWS_MIN = 16;

/**
 * What a page adds to the cells of one cube: a row a cell, a column a measure. Numbers lie side by side, where whoever clears memory away
 * neither looks at them nor copies them.
 */
export class Sums {
  private numbers: Float64Array;
  /** By place the sums that no number holds exactly; their numbers are NaN. */
  private readonly large = new Map<number, bigint>();
  private rows = 0;

  constructor(readonly shape: TableShape) {
    this.numbers = new Float64Array(ROWS_MIN * shape.values.length);
  }

  /** @returns Its index; all measures are zero. */
  addRow(): number {
    const { numbers, shape } = this;
    if ((this.rows + 1) * shape.values.length > numbers.length) {
      this.numbers = new Float64Array(numbers.length * 2);
      this.numbers.set(numbers);
    }
    return this.rows++;
  }

  get(row: number, nth: number): Amount {
    const at = row * this.shape.values.length + nth;
    const number = this.numbers[at] as number;
    return Number.isNaN(number) ? (this.large.get(at) as bigint) : number;
  }

  add(row: number, nth: number, delta: Amount): void {
    const sum = sumOf(this.get(row, nth), delta);
    const at = row * this.shape.values.length + nth;
    if (typeof sum === 'bigint') this.large.set(at, sum);
    this.numbers[at] = typeof sum === 'number' ? sum : Number.NaN;
  }
}
