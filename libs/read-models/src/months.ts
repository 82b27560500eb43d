import type { Amount } from './amounts.js';
import { type Cell, Cells } from './cells.js';
import type { TableShape } from './tables.js';

/** Cells added up by whole months of both clocks: every day of theirs becomes the first one of its month. */
export const monthCells = (shape: TableShape, cells: Iterable<Cell>): Iterable<Cell> => {
  const months = new Cells(shape);
  for (const { when, subject, sums } of cells) {
    const { effectiveDay, knownDay } = when;
    const month = months.of(
      { ...when, effectiveDay: firstOfMonth(effectiveDay), knownDay: firstOfMonth(knownDay) },
      subject,
    );
    for (let nth = 0; nth < sums.length; nth++) if (sums[nth] !== 0) month.add(nth, sums[nth] as Amount);
    month.isChanged = true;
  }
  return months.changed();
};

const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
