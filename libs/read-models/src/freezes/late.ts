import type { Page, ReadEvent, ReadModel, Row, Table, When } from '../read-model.js';
import { shapeOf } from '../tables.js';

/** Events at whose own position figures are frozen. */
export const FREEZES: ReadonlySet<string> = new Set([
  'gov.sijill.period.frozen.v1',
  'gov.sijill.campaign.figuresFrozen.v1',
]);

/** The last day on which something was frozen, and how often. */
interface FreezeDay {
  readonly day: string;
  readonly count: number;
}
const FREEZE_DAY = 'freezes';
/** Raise it when late cells are told apart in another way. */
const VERSION = 1;

/**
 * A read model whose days of knowledge are cut by freezes (ADR 0016). Figures are kept by the day on which they became known,
 * and a freeze falls within a day: what is added to a cube later on that day is added to the cube's table of late cells too,
 * with the number of freezes that the day had seen. The figure as it was frozen is the day's figure without them. Other days
 * pay nothing, and no position is needed, so that all stores have the same tables.
 *
 * @param late Cube → its table of late cells: `nth` and those dimensions and measures of the cube that frozen figures need.
 */
export const cutByFreezes = (model: ReadModel, late: ReadonlyMap<Table, Table>): ReadModel => ({
  ...model,
  version: model.version + VERSION,
  cubes: [...model.cubes, ...late.values()],
  types: [...new Set([...model.types, ...FREEZES])],
  keys: (event) => model.keys(event).concat(FREEZE_DAY),
  apply(event, page) {
    const last = page.get<FreezeDay>(FREEZE_DAY);
    const nth = last?.day === event.recordedDay ? last.count : 0;
    if (FREEZES.has(event.type)) page.set<FreezeDay>(FREEZE_DAY, { day: event.recordedDay, count: nth + 1 });
    if (nth === 0) model.apply(event, page);
    else model.apply({ ...event, freezesBefore: nth }, new LatePage(page, nth, late));
  },
});

/** The page of an event that was recorded after `nth` freezes of its day. */
class LatePage implements Page {
  constructor(
    private readonly page: Page,
    private readonly nth: number,
    private readonly late: ReadonlyMap<Table, Table>,
  ) {}

  get<S>(key: string): S | undefined {
    return this.page.get<S>(key);
  }

  set<S extends object>(key: string, state: S): void {
    this.page.set(key, state);
  }

  add(cube: Table, when: When, subject: Row, measures: Readonly<Record<string, bigint | number>>, sign?: 1 | -1): void {
    this.page.add(cube, when, subject, measures, sign);
    const table = this.late.get(cube);
    if (table === undefined) return;
    const { valueAt } = shapeOf(table);
    const needed = Object.entries(measures).filter(([measure]) => valueAt.has(measure));
    if (needed.length > 0) this.page.add(table, when, { ...subject, nth: this.nth }, Object.fromEntries(needed), sign);
  }

  put(rows: Table, row: Parameters<Page['put']>[1]): void {
    this.page.put(rows, row);
  }
}

const NTH_DIGITS = 4;
const momentText = (day: string, nth: number | string): string => `${day}.${String(nth).padStart(NTH_DIGITS, '0')}`;

/**
 * When something became known, finer than by the day: `2021-07-30.0001` is after the first freeze of that day. Moments compare
 * as texts, and with {@link NO_END}. For what is few and has to be told apart by freezes exactly.
 */
export const momentOf = ({ recordedDay, freezesBefore = 0 }: ReadEvent): string =>
  momentText(recordedDay, freezesBefore);

/** The last moment before the freeze that was the `nth` of its day, counted from 1. */
export const momentBefore = (day: string, nth: number): string => momentText(day, nth - 1);

/** The last moment of a day. */
export const endOf = (day: string): string => momentText(day, '9'.repeat(NTH_DIGITS));
