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

const PUBLISHER = 'ca.gc';
const FIRST_DAY = '2018-04-01';
const CHANNELS: Readonly<Record<string, string>> = {
  online: 'web',
  in_person: 'counter',
  mail: 'mail',
  email: 'email',
  phone: 'call',
  fax: 'fax',
  other: 'other',
};

const organisation = (row: Row, sheet: Sheet): string => `ca.${cellOf(row, sheet, 'org_id').toLowerCase()}`;
/** A service id is unique only within its organisation. */
const serviceOf = (row: Row, sheet: Sheet): string =>
  `${organisation(row, sheet)}.${cellOf(row, sheet, 'service_id').toLowerCase()}`;

const titleOf = (id: string, names: Readonly<Record<string, string>> | undefined, en: string, fr?: string) => {
  const texts = { en: cleanText(names?.[en] ?? '', 300), fr: fr ? cleanText(names?.[fr] ?? '', 300) : '' };
  return { en: texts.en || id, ...(texts.fr ? { fr: texts.fr } : {}) };
};

const registers = (row: Row, sheet: Sheet): readonly Draft[] => {
  const [organisationKey, serviceKey] = [cellOf(row, sheet, 'org_id'), cellOf(row, sheet, 'service_id')];
  const department = sheet.names.get(organisationKey);
  return [
    {
      noun: 'entity.registered',
      once: organisation(row, sheet),
      data: {
        entityId: organisation(row, sheet),
        title: titleOf(organisationKey, department, 'department_en'),
        kind: 'federal',
        jurisdiction: 'CA',
        from: FIRST_DAY,
      },
    },
    {
      noun: 'service.registered',
      once: serviceOf(row, sheet),
      data: {
        serviceId: serviceOf(row, sheet),
        ownerEntityId: organisation(row, sheet),
        title: titleOf(
          serviceKey,
          sheet.names.get(`${organisationKey} ${serviceKey}`),
          'service_name_en',
          'service_name_fr',
        ),
        kind: 'transactional',
        flow: 'customer',
        critical: false,
        status: 'active',
        from: FIRST_DAY,
      },
    },
  ];
};

const volume = (row: Row, sheet: Sheet): readonly Mapped[] => {
  const cell = (column: string) => cellOf(row, sheet, column);
  const year = /^(\d{4})-(\d{4})$/.exec(cell('fiscal_yr'));
  if (!year || Number(year[2]) !== Number(year[1]) + 1) {
    return [
      {
        column: 'fiscal_yr',
        value: cell('fiscal_yr'),
        code: 'cell.notPeriod',
        remedy: 'write a fiscal year as 2018-2019',
      },
    ];
  }
  const channel = CHANNELS[cell('channel')];
  if (!channel) {
    const remedy = `one of: ${Object.keys(CHANNELS).join(', ')}`;
    return [{ column: 'channel', value: cell('channel'), code: 'cell.unknownChannel', remedy }];
  }
  const decimal = decimalOf(cell('volume'));
  if ('isNotNumber' in decimal || decimal.value === undefined) return [badNumber('volume', cell('volume'))];
  return [
    {
      noun: 'aggregate.reported',
      data: {
        publisher: PUBLISHER,
        dataset: 'si_vol',
        serviceId: serviceOf(row, sheet),
        channel,
        measure: 'volume',
        freq: 'F',
        periodStart: `${year[1]}-04-01`,
        periodEnd: `${year[2]}-03-31`,
        unit: 'transaction',
        value: decimal.value,
        publishedOn: sheet.publishedOn,
      },
    },
  ];
};

/** Volumes of Canada's federal services by fiscal year and channel. Zero, not applicable and not provided are dropped at source. */
export const caServiceInventoryVolumes: Format = {
  name: 'ca-service-inventory-volumes',
  version: 1,
  title: 'Canadian service inventory, volumes by channel',
  publisher: PUBLISHER,
  zone: 'America/Toronto',
  delimiter: ';',
  columns: ['fiscal_yr', 'org_id', 'service_id', 'channel', 'volume'],
  publishedOn: (fileName) => /(\d{4}-\d{2}-\d{2})/.exec(fileName)?.[1],
  isNoise: (cells) => cells.length === 1 && (cells[0] === '' || cells[0]!.startsWith('Timestamp:')),
  names: { key: ['org_id', 'service_id'] },
  isWhole: true,
  passes: [{ row: registers }, { row: volume }],
};
