import type { Part } from '../part.js';
import type { ReadEvent } from '../read-model.js';
import { BASELINE_TYPES, foldBaseline } from './baselines.js';
import { foldPaperRecord, foldPaperStock, PAPER_TYPES } from './records.js';
import { PaperBaseline, SheetsDay } from './tables.js';

/** Paper records, paper out of stock and baselines. Sheets of transactions come into the same cube from their facts. */
export const paperPart: Part = {
  name: 'paper',
  version: 1,
  cubes: [SheetsDay],
  months: [SheetsDay],
  rows: [PaperBaseline],
  types: [...PAPER_TYPES, ...BASELINE_TYPES],
  keys: ({ stream }: ReadEvent) => [stream],
  apply(event, page) {
    if (event.category === 'paperBaseline') foldBaseline(event, page);
    else if (event.category === 'paperStock') foldPaperStock(event, page);
    else foldPaperRecord(event, page);
  },
};
