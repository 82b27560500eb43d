/** The simulated year, or the last of several. It lies in the past, because the ledger refuses news of the future. */
export const SIMULATED_YEAR = 2025;
export const MINUTES_A_DAY = 1_440;
const DAY_MS = MINUTES_A_DAY * 60_000;

/** The simulated time: days and minutes are counted from its first midnight in Dubai. */
export class Span {
  readonly days: number;
  /** On which the registers were opened: a month before the first transaction. */
  readonly openingDay: string;
  /** Its first midnight as if Dubai were Greenwich, in milliseconds. */
  readonly firstMs: number;

  constructor(years: number) {
    const firstYear = SIMULATED_YEAR - years + 1;
    this.firstMs = Date.UTC(firstYear, 0, 1);
    this.days = (Date.UTC(SIMULATED_YEAR + 1, 0, 1) - this.firstMs) / DAY_MS;
    this.openingDay = `${firstYear - 1}-12-01`;
  }

  /** RFC 3339 in Dubai's offset. */
  timeOf(minute: number): string {
    return new Date(this.firstMs + minute * 60_000).toISOString().replace('.000Z', '+04:00');
  }

  dayOf(day: number): string {
    return this.timeOf(day * MINUTES_A_DAY).slice(0, 10);
  }

  /** Demand of a day against the mean: working days, a half Friday, the weekend, and a summer lull. */
  demandOf(day: number): number {
    const date = new Date(this.firstMs + day * DAY_MS);
    const [weekday, dayOfYear] = [date.getUTCDay(), (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS];
    const ofWeek = weekday === 0 || weekday === 6 ? 0.35 : weekday === 5 ? 0.9 : 1.28;
    const ofYear = dayOfYear > 180 && dayOfYear < 243 ? 0.82 : 1.03;
    return ofWeek * ofYear;
  }
}
