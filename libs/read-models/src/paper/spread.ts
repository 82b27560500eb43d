import { dayNumber, dayOfNumber } from '#kernel';

/**
 * Sheets of a period day by day: evenly, and whole. Up to and including day n of N it is ⌊total · n / N⌋ of them, so that the
 * days of any part of the period add up to what that part has, all of them to the total, and the last day has at least one
 * sheet: it is the day on which the period's paper ended. Days without a sheet are left out.
 *
 * @param total 0 to 1,000,000,000 sheets. @param first @param last Days, both inside, at most 366 of them.
 */
export function* sheetsByDay(
  total: number,
  first: string,
  last: string,
): Iterable<readonly [day: string, sheets: number]> {
  const start = dayNumber(first);
  const days = dayNumber(last) - start + 1;
  for (let nth = 0, before = 0; nth < days; nth++) {
    const until = Math.floor((total * (nth + 1)) / days);
    if (until > before) yield [dayOfNumber(start + nth), until - before];
    before = until;
  }
}
