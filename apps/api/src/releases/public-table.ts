import { addDays, isDay } from '#kernel';
import type { DataSetDescription } from '#read-models';
import { type DataSetRequest, readFilters } from '../reads/dataset-request.js';
import { Parameters } from '../reads/parameters.js';

/** Last day of the months that are over on a day. */
export const lastMonthEnd = (today: string): string => addDays(`${today.slice(0, 7)}-01`, -1);

const isMonthStart = (text: string): boolean => isDay(text) && text.endsWith('-01');
const isMonthEnd = (text: string): boolean => isDay(text) && addDays(text, 1).endsWith('-01');

/**
 * Reads the question of a reader without a token to a data set that was released with a threshold (ADR 0023). There is one table: whole
 * months that are over, grouped as the description says, as it was known and recorded at the end of the day before. A question chooses
 * rows of it, by months and by values of its groups, and nothing else, so that no two answers tell of the same events in two ways.
 *
 * @throws Failure `query.invalid` with every parameter that such a question does not have.
 */
export function readPublicRequest(description: DataSetDescription, raw: unknown, today: string): DataSetRequest {
  const { dimensions, grains, alwaysBy = [], publicBy = [] } = description;
  const isByMonth = grains.includes('month');
  const told = Object.fromEntries([...publicBy, ...alwaysBy].flatMap((name) => entryOf(dimensions, name)));
  const parameters = new Parameters(raw, [...(isByMonth ? ['from', 'to'] : []), ...Object.keys(told), 'flavor']);
  const end = lastMonthEnd(today);
  const from = parameters.checked('from', 'the first day of a month', isMonthStart);
  const to = parameters.checked(
    'to',
    `the last day of a month, ${end} or earlier`,
    (day) => isMonthEnd(day) && day <= end,
  );
  const filters = readFilters(parameters, told);
  const flavor = parameters.oneOf('flavor', ['excel']);
  parameters.check();
  const known = addDays(today, -1);
  const query = {
    group: [...(isByMonth ? ['month'] : []), ...publicBy],
    ...{ filters, kpis: [], limit: 1, knownAt: known, recordedAt: known },
    ...(isByMonth && { to: to ?? end }),
    ...(from !== undefined && { from }),
  };
  return { query, question: description.name, ...(flavor !== undefined && { flavor }) };
}

const entryOf = (dimensions: DataSetDescription['dimensions'], name: string) => {
  const dimension = dimensions[name];
  return dimension === undefined ? [] : [[name, dimension] as const];
};
