import { appendFileSync } from 'node:fs';

/** Rounds of what is done again and again: 10 in `npm test`, 200 in `npm run test:faults`. */
export const ROUNDS = Number(process.env.SIJILL_FAULT_ROUNDS ?? 10);
export const isLong = ROUNDS > 10;

/** One of the two, by the length of the run. */
export const inShort = <T>(short: T, long: T): T => (isLong ? long : short);

/** What a row did, on a line of its own; gathered by `npm run test:faults` for its last words. */
export const report = (row: string, figures: Readonly<Record<string, unknown>>): void => {
  const text = Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  process.stdout.write(`${row}: ${text}\n`);
  const { SIJILL_FAULT_REPORT: file } = process.env;
  if (file) appendFileSync(file, `${JSON.stringify({ row, figures })}\n`);
};

/** Says that a row is left out and why. */
export const skipped = (row: string, reason: string): void => report(`SKIP ${row}`, { because: reason });
