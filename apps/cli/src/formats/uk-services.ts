import { addDays, slug } from '#kernel';
import {
  badNumber,
  cellOf,
  cleanText,
  type Draft,
  decimalOf,
  type Format,
  type Mapped,
  type Row,
  type Sheet,
} from './format.js';

const PUBLISHER = 'gb.transactions';
const DATASET = 'services';
const FIRST_DAY = '2011-04-01';

interface Cell {
  readonly column: string;
  readonly measure: string;
  readonly unit: string;
  readonly freq: 'Q' | 'R';
  readonly periodStart: string;
  readonly periodEnd: string;
}

const ROLLING: Readonly<Record<string, readonly [measure: string, unit: string]>> = {
  'Vol.': ['volume', 'transaction'],
  'Digital vol.': ['volume_digital', 'transaction'],
  'CPT (£)': ['cost_per_transaction', 'gbp'],
  'Digital CPT (£)': ['cost_per_transaction_digital', 'gbp'],
};
const QUARTERLY: Readonly<Record<string, string>> = {
  'Total transactions': 'volume',
  'Digital transactions': 'volume_digital',
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const twoDigits = (month: number): string => String(month).padStart(2, '0');

/** The label is the quarter of collection: the twelve months end the day before it begins. One label is wrong at source. */
const rollingPeriod = (year: number, quarter: number): readonly [start: string, end: string] => {
  if (year === 2012 && quarter === 4) return ['2011-04-01', '2012-03-31'];
  const month = twoDigits(3 * quarter - 2);
  return [`${year - 1}-${month}-01`, addDays(`${year}-${month}-01`, -1)];
};

const quarterPeriod = (first: string, year: number): readonly [start: string, end: string] => {
  const month = MONTHS.indexOf(first) + 1;
  const next = month + 3 > 12 ? `${year + 1}-01-01` : `${year}-${twoDigits(month + 3)}-01`;
  return [`${year}-${twoDigits(month)}-01`, addDays(next, -1)];
};

/** Which figure a column holds; undefined for the columns that are not imported. */
export const cellOfColumn = (column: string): Cell | undefined => {
  const rolling = /^(\d{4})-Q([1-4]) (.+)$/.exec(column);
  if (rolling) {
    const measure = ROLLING[rolling[3]!];
    if (!measure) return undefined;
    const [periodStart, periodEnd] = rollingPeriod(Number(rolling[1]), Number(rolling[2]));
    return { column, measure: measure[0], unit: measure[1], freq: 'R', periodStart, periodEnd };
  }
  const quarterly = /^(Total transactions|Digital transactions)\s+(\w{3}) - \w{3} (\d{4})$/.exec(column);
  if (!quarterly) return undefined;
  const [periodStart, periodEnd] = quarterPeriod(quarterly[2]!, Number(quarterly[3]));
  return { column, measure: QUARTERLY[quarterly[1]!]!, unit: 'transaction', freq: 'Q', periodStart, periodEnd };
};

const departmentId = (row: Row, sheet: Sheet): string => `gb.${slug(cellOf(row, sheet, 'Abbr'))}`;
const bodyId = (row: Row, sheet: Sheet): string =>
  `${departmentId(row, sheet)}.${slug(cellOf(row, sheet, 'Agency/body'))}`;
const serviceId = (row: Row, sheet: Sheet): string => `gb.${cellOf(row, sheet, 'Slug')}`;

const AUDIENCES: readonly [mark: RegExp, categories: readonly string[]][] = [
  [/individuals/i, ['citizen', 'resident', 'visitor']],
  [/business|charity/i, ['business']],
];
const audienceOf = (customerType: string): readonly string[] => {
  if (/^both$/i.test(customerType)) return ['citizen', 'resident', 'visitor', 'business'];
  const found = AUDIENCES.filter(([mark]) => mark.test(customerType)).flatMap(([, categories]) => categories);
  return found.length > 0 ? found : ['unknown'];
};

const registers = (row: Row, sheet: Sheet): readonly Draft[] => {
  const entity = { kind: 'government', jurisdiction: 'GB', from: FIRST_DAY };
  const department = departmentId(row, sheet);
  const body = bodyId(row, sheet);
  const abbreviation = cleanText(cellOf(row, sheet, 'Agency abbr'), 20);
  const title = (column: string, max: number) => ({ en: cleanText(cellOf(row, sheet, column), max) });
  return [
    {
      noun: 'entity.registered',
      once: department,
      data: { ...entity, entityId: department, title: title('Department', 200) },
    },
    {
      noun: 'entity.registered',
      once: body,
      data: {
        ...entity,
        entityId: body,
        title: title('Agency/body', 200),
        parentId: department,
        ...(abbreviation ? { abbreviation } : {}),
      },
    },
    {
      noun: 'service.registered',
      data: {
        serviceId: serviceId(row, sheet),
        ownerEntityId: body,
        title: title('Name of service', 300),
        kind: 'transactional',
        flow: 'customer',
        critical: false,
        status: 'active',
        from: FIRST_DAY,
      },
    },
    ...describe(row, sheet),
  ];
};

const describe = (row: Row, sheet: Sheet): readonly Draft[] => {
  const id = serviceId(row, sheet);
  sheet.metServices.push(id);
  const definition = cleanText(cellOf(row, sheet, 'Description of service'), 4000);
  const theme = slug(cellOf(row, sheet, 'Category'));
  return [
    ...(definition ? [{ noun: 'service.described', data: { serviceId: id, definition: { en: definition } } }] : []),
    {
      noun: 'service.classified',
      data: {
        serviceId: id,
        audience: audienceOf(cellOf(row, sheet, 'Customer type')),
        scheme: 'gb.transactions-explorer',
        themes: theme ? [theme] : [],
        from: FIRST_DAY,
      },
    },
  ];
};

const columnsOf = (sheet: Sheet): readonly (Cell & { readonly index: number })[] =>
  sheet.header.flatMap((column, index) => {
    const cell = cellOfColumn(column);
    return cell ? [{ ...cell, index }] : [];
  });

/** The grid of what was asked: every service, every figure. A blank cell is then known to be "not provided". */
const collection = (sheet: Sheet): readonly Draft[] => [
  {
    noun: 'collection.requested',
    data: {
      publisher: PUBLISHER,
      dataset: DATASET,
      part: 1,
      serviceIds: sheet.metServices,
      cells: columnsOf(sheet).map(({ measure, freq, periodStart, periodEnd }) => ({
        measure,
        freq,
        periodStart,
        periodEnd,
      })),
      publishedOn: sheet.publishedOn,
    },
  },
];

const figures = (row: Row, sheet: Sheet): readonly Mapped[] =>
  columnsOf(sheet).flatMap(({ column, index, measure, unit, freq, periodStart, periodEnd }): Mapped[] => {
    const text = row.cells[index] ?? '';
    const decimal = decimalOf(text);
    if ('isNotNumber' in decimal) return [badNumber(column, text)];
    if (decimal.value === undefined) return [];
    return [
      {
        noun: 'aggregate.reported',
        data: {
          publisher: PUBLISHER,
          dataset: DATASET,
          serviceId: serviceId(row, sheet),
          measure,
          freq,
          periodStart,
          periodEnd,
          unit,
          value: decimal.value,
          publishedOn: sheet.publishedOn,
        },
      },
    ];
  });

/** Transactions of the United Kingdom's services by quarter and by rolling year. */
export const ukServices: Format = {
  name: 'uk-services',
  version: 1,
  title: 'UK government services, volumes by quarter and rolling year',
  publisher: PUBLISHER,
  zone: 'Europe/London',
  delimiter: ',',
  columns: ['Abbr', 'Department', 'Agency/body', 'Agency abbr', 'Name of service', 'Slug', 'Category', 'Customer type'],
  publishedOn: () => '2018-09-19',
  isWhole: true,
  passes: [{ row: registers, end: collection }, { row: figures }],
};
