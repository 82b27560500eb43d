import { type Cell, cellAt, sumOf } from './page.js';
import type { TableShape } from './tables.js';

/** Cells added up by whole months of both clocks: every day of their dimensions becomes the first one of its month. */
export const monthCells = (shape: TableShape, cells: Iterable<Cell>): Iterable<Cell> => {
  const isDay = shape.keys.map(({ type }) => type === 'date');
  const months = new Map<string, Cell>();
  for (const { dimensions, sums } of cells) {
    const ofMonth = dimensions.map((value, at) => (value !== null && isDay[at] ? `${value.slice(0, 7)}-01` : value));
    const month = cellAt(months, shape, ofMonth);
    for (let at = 0; at < sums.length; at++) if (sums[at]) month.sums[at] = sumOf(month.sums[at] ?? 0, sums[at] ?? 0);
  }
  return months.values();
};
