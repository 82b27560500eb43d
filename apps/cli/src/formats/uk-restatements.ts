import { badNumber, cellOf, decimalOf, type Format, type Mapped, type Row, type Sheet } from './format.js';

const PUBLISHER = 'gb.transactions';
const MEASURES: Readonly<Record<string, readonly [measure: string, unit: string]>> = {
  volume: ['volume', 'transaction'],
  'digital volume': ['volume_digital', 'transaction'],
  'cost per transaction': ['cost_per_transaction', 'gbp'],
};
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `April 2013 to March 2014`. One period is wrong at source: "January 2014 to December 2015" is the year 2014. */
export const periodOfText = (text: string): readonly [start: string, end: string] | undefined => {
  const found = /^(\w+) (\d{4}) to (\w+) (\d{4})$/.exec(text.trim());
  if (!found) return undefined;
  const [first, last] = [MONTHS.indexOf(found[1]!) + 1, MONTHS.indexOf(found[3]!) + 1];
  if (first === 0 || last === 0) return undefined;
  const lastYear = text.trim() === 'January 2014 to December 2015' ? 2014 : Number(found[4]);
  const lastDay = new Date(Date.UTC(lastYear, last, 0)).toISOString().slice(0, 10);
  return [`${found[2]}-${String(first).padStart(2, '0')}-01`, lastDay];
};

const restatement = (row: Row, sheet: Sheet): readonly Mapped[] => {
  const cell = (column: string) => cellOf(row, sheet, column);
  const title = cell('service');
  const serviceId = sheet.serviceIds.get(title);
  if (!serviceId) {
    const remedy = 'register the service first, or correct its title: no service of the ledger has it';
    return [{ column: 'service', value: title, code: 'reference.unknown', remedy }];
  }
  const period = periodOfText(cell('period'));
  if (!period) {
    return [
      {
        column: 'period',
        value: cell('period'),
        code: 'cell.notPeriod',
        remedy: 'write "<month> <year> to <month> <year>"',
      },
    ];
  }
  const measure = MEASURES[cell('measure')];
  if (!measure) {
    return [
      {
        column: 'measure',
        value: cell('measure'),
        code: 'cell.unknownMeasure',
        remedy: `one of: ${Object.keys(MEASURES).join(', ')}`,
      },
    ];
  }
  const [previous, value] = [decimalOf(cell('old_value')), decimalOf(cell('new_value'))];
  if ('isNotNumber' in previous || previous.value === undefined) return [badNumber('old_value', cell('old_value'))];
  if ('isNotNumber' in value) return [badNumber('new_value', cell('new_value'))];
  const isWithdrawn = cell('kind') === 'withdrawn';
  if (!isWithdrawn && value.value === undefined) return [badNumber('new_value', '')];
  return [
    {
      noun: isWithdrawn ? 'aggregate.withdrawn' : 'aggregate.restated',
      data: {
        publisher: PUBLISHER,
        dataset: 'services',
        serviceId,
        measure: measure[0],
        freq: 'R',
        periodStart: period[0],
        periodEnd: period[1],
        unit: measure[1],
        previous: previous.value,
        ...(isWithdrawn ? {} : { value: value.value }),
        reason: { en: `revision ${cell('spotlight_commit')}` },
        publishedOn: cell('published_on'),
      },
    },
  ];
};

/** What the publisher of uk-services changed afterwards, and on which day it said so. */
export const ukRestatements: Format = {
  name: 'uk-restatements',
  version: 1,
  title: 'UK government services, restated and withdrawn rolling years',
  publisher: PUBLISHER,
  zone: 'Europe/London',
  delimiter: ',',
  columns: ['published_on', 'spotlight_commit', 'service', 'period', 'measure', 'kind', 'old_value', 'new_value'],
  // Each row carries its own day.
  publishedOn: () => '2018-09-19',
  namesServicesByTitle: true,
  passes: [{ row: restatement }],
};
