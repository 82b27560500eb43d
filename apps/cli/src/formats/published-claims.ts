import { dayNumber, dayOfNumber, isDec, isPart, lastDayOfPart, slug } from '#kernel';
import {
  type BadCell,
  cellOf,
  cleanText,
  type Draft,
  type Format,
  type Mapped,
  type Row,
  type Sheet,
} from './format.js';
import { PUBLISHED_CHECKS } from './published-checks.js';

const PUBLISHER = 'ae-du.published-figures';
const COLUMNS = [
  'claim_id',
  'published_on',
  'scope',
  'metric',
  'value',
  'unit',
  'qualifier',
  'period_or_as_of',
  'source',
] as const;
type Column = (typeof COLUMNS)[number];

const QUALIFIERS = ['more_than', 'up_to', 'about', 'by', 'exact', 'forecast'];

/** Units whose value is a point in time. */
const DATE_UNITS: ReadonlySet<string> = new Set(['year', 'year-month', 'day']);

interface Dates {
  readonly periodStart?: string;
  readonly periodEnd?: string;
}

/** Days of `a/b`, `YYYY`, `YYYY-MM` or a day; none for a period in other words, which are kept as they are. */
const datesOf = (text: string): Dates => {
  const [first = '', last = first, ...others] = text.split('/');
  if (!isPart(first) || !isPart(last) || others.length > 0) return {};
  return { periodStart: firstDay(first), periodEnd: lastDayOfPart(last) };
};

const firstDay = (part: string): string => dayOfNumber(dayNumber(`${part}-01-01`.slice(0, 10)));

const kindOf = (metric: string, qualifier: string, period: string): string => {
  if (/_(?:target|planned|deadline)$/.test(metric) || period === 'strategy target') return 'target';
  return qualifier === 'forecast' ? 'forecast' : 'measured';
};

/** Who made it public: the first word of the source. */
const publisherOf = (source: string): string => cleanText(/^[^\s;,]+/.exec(source)?.[0] ?? '', 120);

/** A value is kept with the decimals of the source, which say how exactly it is meant. */
const isStated = (value: string, unit: string): boolean => (DATE_UNITS.has(unit) ? isPart(value) : isDec(value));

const claim = (row: Row, sheet: Sheet): readonly Mapped[] => {
  const cell = (column: Column) => cellOf(row, sheet, column);
  const [value, unit, qualifier] = [cell('value').replaceAll(',', ''), slug(cell('unit')), cell('qualifier')];
  const publishedOn = cell('published_on');
  if (!isStated(value, unit)) return [bad('value', cell('value'), 'cell.notNumber', `a decimal number, or a ${unit}`)];
  if (!QUALIFIERS.includes(qualifier))
    return [bad('qualifier', qualifier, 'cell.unknownQualifier', `one of: ${QUALIFIERS.join(', ')}`)];
  if (publishedOn !== '' && !isPart(publishedOn))
    return [bad('published_on', publishedOn, 'cell.notPeriod', 'a year, a month, a day or nothing')];
  const period = cleanText(cell('period_or_as_of'), 80);
  const source = cleanText(cell('source'), 300);
  return [
    {
      noun: 'claim.published',
      data: {
        claimId: slug(cell('claim_id')),
        publisher: publisherOf(source),
        scope: slug(cell('scope')),
        metric: slug(cell('metric')),
        value,
        unit,
        qualifier,
        ...(period !== '' && { period }),
        ...datesOf(period),
        kind: kindOf(cell('metric'), qualifier, period),
        ...(publishedOn !== '' && { publishedOn }),
        source,
      },
    },
  ];
};

const bad = (column: Column, value: string, code: string, remedy: string): BadCell => ({
  column,
  value,
  code,
  remedy,
});

/** Checks name claims, so they follow when all of these are recorded. */
const checks = (): readonly Draft[] => PUBLISHED_CHECKS.map((data) => ({ noun: 'claimCheck.adopted', data }));

/** Figures that were made public, one claim a row, and the arithmetic that holds them against each other. */
export const publishedClaims: Format = {
  name: 'published-claims',
  version: 1,
  title: 'Published figures as claims, with the checks between them',
  publisher: PUBLISHER,
  zone: 'Asia/Dubai',
  delimiter: ',',
  columns: COLUMNS,
  // Each row carries its own day. A row without one is dated with the newest of the list, and known when it is recorded.
  publishedOn: () => '2022-02-07',
  passes: [{ row: claim }, { end: checks }],
};
