import type { Random } from '../random.js';
import { SIMULATED_YEAR } from '../span.js';
import { CITY_BODIES, DIGITAL_BODIES } from './bodies.js';
import { type Chronicle, monthEnd, monthStart } from './chronicle.js';

/** Published: sheets of the baseline of the entities together. */
const BASELINE_SHEETS = 325_766_723;
const BASELINE_YEAR = SIMULATED_YEAR - 1;
const MONTHS_PER_YEAR = 12;
const MONTHS_PER_QUARTER = 3;
/** Sheets that the store hands out for each that is printed. */
const STORE_MARGIN = 1.02;
/** Of what an entity prints, what procedures need. */
const PROCESS_SHARE = 0.6;
/** Share of the baseline that is still printed, in the first month and in the last. */
const FIRST_SHARE = 0.3;
const LAST_SHARE = 0.06;
/** Sheets a year of the entities that print next to nothing: class small. */
const SMALL_SHEETS = 240_000;

const GOVERNMENT = CITY_BODIES.filter(({ kind }) => kind === 'government');

/** Baseline of each entity of the government: a few print most of it. */
export const BASELINES: ReadonlyMap<string, number> = (() => {
  const printing = GOVERNMENT.filter(({ id }) => !DIGITAL_BODIES.includes(id));
  const rest = BASELINE_SHEETS - SMALL_SHEETS * DIGITAL_BODIES.length;
  const weights = printing.map((_, at) => 1 / (at + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const sheets = weights.map((weight) => Math.floor((rest * weight) / whole));
  sheets[0]! += rest - sheets.reduce((sum, one) => sum + one, 0);
  return new Map([
    ...printing.map(({ id }, at) => [id, sheets[at]!] as const),
    ...DIGITAL_BODIES.map((id) => [id, SMALL_SHEETS] as const),
  ]);
})();

/** Twelve parts that make exactly the whole. */
const months = (sheets: number): number[] => {
  const part = Math.floor(sheets / MONTHS_PER_YEAR);
  return Array.from({ length: MONTHS_PER_YEAR }, (_, at) => (at === 0 ? sheets - part * (MONTHS_PER_YEAR - 1) : part));
};

/** Baselines, then what each entity printed month by month (quarter by quarter in a small run), and what its store handed out. */
export const tellPaper = (chronicle: Chronicle, random: Random, scale: number): void => {
  const monthsPerRecord = scale >= 0.5 ? 1 : 3;
  for (const [entityId, sheets] of BASELINES) {
    const source = `${entityId}:paper`;
    const year = { entityId, year: BASELINE_YEAR, sheets, monthly: months(sheets) };
    const data = { ...year, method: 'measured', source: 'الجرد السنوي للطابعات' };
    const effect = { baseline_sheets: sheets, baselines: 1 };
    chronicle.tell(`${SIMULATED_YEAR}-01-20`, 9, { noun: 'paperBaseline.set', source, data, effect });
    let printed = 0;
    for (let month = monthsPerRecord; month <= MONTHS_PER_YEAR; month += monthsPerRecord) {
      printed += tellRecord(chronicle, random, { entityId, sheets, month, monthsPerRecord });
      if (month % MONTHS_PER_QUARTER !== 0) continue;
      const day = monthEnd(SIMULATED_YEAR, month);
      const issued = { entityId, recordId: `store-${day}`, sheets: Math.round(printed * STORE_MARGIN), day };
      const given = { sheets_issued: issued.sheets };
      chronicle.tell(day, 19, { noun: 'paperStock.issued', source, data: issued, effect: given });
      printed = 0;
    }
  }
};

interface Printed {
  readonly entityId: string;
  /** Of the baseline. */
  readonly sheets: number;
  /** Last month of the record. */
  readonly month: number;
  readonly monthsPerRecord: number;
}

/** @returns Sheets of the record, which is two: what procedures needed, and what was printed by habit. */
const tellRecord = (
  chronicle: Chronicle,
  random: Random,
  { entityId, sheets, month, monthsPerRecord }: Printed,
): number => {
  const share = FIRST_SHARE + ((LAST_SHARE - FIRST_SHARE) * (month - 1)) / (MONTHS_PER_YEAR - 1);
  const usual = (sheets / MONTHS_PER_YEAR) * monthsPerRecord * share;
  const printed = Math.max(10, Math.round(usual * (0.9 + 0.2 * random.next())));
  const periodStart = monthStart(SIMULATED_YEAR, month - monthsPerRecord + 1);
  const periodEnd = monthEnd(SIMULATED_YEAR, month);
  const process = DIGITAL_BODIES.includes(entityId) ? 0 : Math.round(printed * PROCESS_SHARE);
  const kinds = [
    ['process', process, 'customer'],
    ['habit', printed - process, 'internal'],
  ] as const;
  for (const [kind, count, flow] of kinds) {
    if (count === 0) continue;
    const record = { entityId, recordId: `${kind}-${periodEnd}`, sheets: count, kind, flow };
    const data = { ...record, periodStart, periodEnd, method: 'metered' };
    const effect = { [`record_sheets_${kind}`]: count };
    chronicle.tell(periodEnd, 18, { noun: 'paper.consumed', source: `${entityId}:paper`, data, effect });
  }
  return printed;
};
