import { type Cell, SubjectCells } from './cells.js';
import { Sums } from './sums.js';
import type { TableShape } from './tables.js';

/** Cells added up by whole months of both clocks: every day of theirs becomes the first one of its month. */
export const monthCells = (shape: TableShape, subjects: Iterable<SubjectCells>): Cell[] => {
  const months: Cell[] = [];
  const all = new Sums(shape);
  for (const days of subjects) {
    const ofSubject = new SubjectCells(all, days.subject);
    const changed: Cell[] = [];
    days.listChanged(changed);
    for (const day of changed) {
      const { effectiveDay, knownDay, heading } = day;
      const month = ofSubject.at(firstOfMonth(effectiveDay), firstOfMonth(knownDay), heading);
      for (let nth = 0; nth < shape.values.length; nth++) {
        const sum = day.sum(nth);
        if (sum !== 0) month.add(nth, sum);
      }
      month.isChanged = true;
    }
    ofSubject.listChanged(months);
  }
  return months;
};

/** One text a day, and few days. */
const firsts = new Map<string, string>();

const firstOfMonth = (day: string): string => {
  let first = firsts.get(day);
  if (first === undefined) {
    first = `${day.slice(0, 7)}-01`;
    firsts.set(day, first);
  }
  return first;
};
