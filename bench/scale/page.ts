import { type Demand, eventsPerYear, shapeOf } from './demand.js';
import { DESIGNS, type Design } from './designs.js';
import type { Figures } from './figures.js';
import { holdsUpTo, LIMITS, simulateWeek } from './week.js';

export interface Assumptions {
  readonly perHead: number;
  readonly questionsPerMillion: number;
  /** Money for a core and hour, and for a gigabyte and month. */
  readonly coreHour: number;
  readonly gigabyteMonth: number;
}

/** Chosen, not measured: put yours in their place. */
export const ASSUMED: Assumptions = { perHead: 30, questionsPerMillion: 0.2, coreHour: 0.04, gigabyteMonth: 0.1 };

const SIZES: readonly (readonly [name: string, people: number])[] = [
  ['a city', 4e6],
  ['a federation', 11e6],
  ['a kingdom', 35e6],
  ['a large country', 70e6],
  ['a very large one', 280e6],
  ['the largest', 1_450e6],
];
const HOURS_A_YEAR = 24 * 365;
/** A design is not run at its edge. */
const FILLED = 0.7;

const coresOf = ({ cores }: Design): number => Object.values(cores).reduce((sum, count) => sum + count, 0);

/** Money for a million transactions of a year: all cores all year, and what is stored after one, half full on average. */
export const costOfMillion = (design: Design, demand: Demand, figures: Figures, prices: Assumptions): number => {
  const cores = coresOf(design);
  const perEvent = figures.journalBytes * design.journalCopies + figures.readModelBytes * design.readModelCopies;
  const gigabytes = (eventsPerYear(demand) * perEvent) / 1e9;
  const money = cores * HOURS_A_YEAR * prices.coreHour + (gigabytes / 2) * 12 * prices.gigabyteMonth;
  return money / ((demand.people * demand.perHead) / 1e6);
};

const rounded = (value: number, digits = 2): string =>
  Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumSignificantDigits: digits });
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const million = (people: number): string => `${rounded(people / 1e6)} M`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at < 2 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const DESIGN_HEAD = ['design', 'what it is', 'cores', 'intake', 'figures in time', 'answers', 'storage', 'rebuild'];
const SIZE_HEAD = [
  'size',
  'billion events a year',
  'events/s at the peak',
  'what holds',
  'busiest cores',
  'figures late by',
];
type DemandOf = (people: number) => Demand;

/** For how many people each design keeps within each limit. */
const designRows = (demandOf: DemandOf, figures: Figures, assumptions: Assumptions) =>
  DESIGNS.map((design) => {
    const each = LIMITS.map((limit) => holdsUpTo(design, demandOf(1), figures, [limit]));
    const { narrowest } = simulateWeek(design, demandOf(each[0]!), figures);
    const cost = costOfMillion(design, demandOf(Math.min(...each) * FILLED), figures, assumptions);
    const [intake, ...others] = each.map(million);
    const cells = [design.name, design.is, String(coresOf(design)), `${intake} (${narrowest})`, ...others];
    return [...cells, rounded(cost)];
  });

/** What a size needs: the first design that holds for it, else as many ledgers as it takes of the one with the fewest cores. */
const sizeRows = (demandOf: DemandOf, figures: Figures) => {
  const holds = DESIGNS.map((design) => ({ design, people: holdsUpTo(design, demandOf(1), figures) * FILLED }));
  const coresEach = ({ design, people }: (typeof holds)[number]) => coresOf(design) / people;
  const [cheapest] = holds.toSorted((one, other) => coresEach(one) - coresEach(other));
  return SIZES.map(([name, people]) => {
    const single = holds.find((one) => one.people >= people);
    const ledgers = single === undefined ? Math.ceil(people / cheapest!.people) : 1;
    const { design } = single ?? cheapest!;
    const week = simulateWeek(design, demandOf(people / ledgers), figures);
    return [
      `${name}, ${million(people)}`,
      rounded(eventsPerYear(demandOf(people)) / 1e9),
      rounded(week.peakRate * ledgers),
      ledgers === 1 ? design.name : `${ledgers} of "${design.name}"`,
      percent(Math.max(...Object.values(week.busy))),
      `${rounded(week.lateSeconds)} s`,
      `${rounded(week.rebuildHours)} h`,
      `${rounded((week.bytes * ledgers) / 1e12)} TB`,
    ];
  });
};

/** The tables of docs/SCALE.md. The same figures and assumptions give the same text. */
export function pageOf(figures: Figures, assumptions: Assumptions): string {
  const { perHead, questionsPerMillion } = assumptions;
  const shape = shapeOf();
  const demandOf: DemandOf = (people) => ({ ...shape, people, perHead, questionsPerMillion });
  const [events, busiest] = [shape.eventsPerTransaction, Math.max(...shape.profile)].map((value) => rounded(value));
  return [
    `${perHead} transactions a head and year of ${events} events each; the busiest hour has ${busiest} times the mean.`,
    tableOf([...DESIGN_HEAD, 'cost of a million'], designRows(demandOf, figures, assumptions)),
    tableOf([...SIZE_HEAD, 'ten years folded anew in', 'ten years on all disks'], sizeRows(demandOf, figures)),
  ].join('\n\n');
}

const [BEGIN, END] = ['<!-- simulated -->', '<!-- end -->'];

/** A page with its tables replaced. @throws Error when it has no place for them. */
export const withTables = (page: string, tables: string): string => {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no ${BEGIN} before an ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables}\n\n${page.slice(end)}`;
};
