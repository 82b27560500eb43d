/** A question as somebody asks it, and the sums that a database must at least make to answer it. */
export interface Question {
  readonly name: string;
  readonly dataSet: string;
  /** Behind the name of the data set: `/events`, `.csv`. */
  readonly suffix?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly limit?: {
    readonly table: string;
    /** Groups in SQL, of `t`. */
    readonly by: readonly string[];
    readonly where: string;
  };
  /** A whole file, not a page somebody waits for. */
  readonly isFile?: true;
}

const VOLUME = 'p_channel_volume.channel_volume_day';
const EVENT = `basis = 'event'`;
const month = `to_char(effective_day, 'YYYY-MM')`;
const quarter = `to_char(effective_day, 'YYYY-"Q"Q')`;
const between = (from: string, to: string) => `effective_day between date '${from}' and date '${to}'`;

/** Of the last simulated years, about the service that is asked for most. */
export const questionsAbout = (service: string): readonly Question[] => [
  ...volumeQuestions(service),
  ...OTHER_QUESTIONS,
];

interface VolumeQuestion extends Omit<Question, 'dataSet' | 'limit'> {
  readonly limit?: Omit<NonNullable<Question['limit']>, 'table'>;
}

const volumeQuestions = (service: string): readonly Question[] => {
  const asked: readonly VolumeQuestion[] = [
    {
      name: 'a year by month and channel',
      parameters: { from: '2025-01-01', to: '2025-12-31', group: 'month,channel' },
      limit: { by: [month, 'channel'], where: between('2025-01-01', '2025-12-31') },
    },
    {
      name: 'a quarter by entity',
      parameters: { from: '2025-04-01', to: '2025-06-30', group: 'entity' },
      limit: { by: ['entity'], where: between('2025-04-01', '2025-06-30') },
    },
    {
      name: 'one service by day',
      parameters: { from: '2025-01-01', to: '2025-12-31', group: 'day', service },
      limit: { by: ['effective_day'], where: `${between('2025-01-01', '2025-12-31')} and service = '${service}'` },
    },
    {
      name: 'a year by month, as known in its middle',
      parameters: { from: '2025-01-01', to: '2025-12-31', group: 'month', known_at: '2025-06-30' },
      limit: { by: [month], where: `${between('2025-01-01', '2025-12-31')} and known_day <= date '2025-06-30'` },
    },
    {
      name: 'a year by quarter, as recorded at its end',
      parameters: { from: '2024-01-01', to: '2024-12-31', group: 'quarter', recorded_at: '2024-12-31' },
      limit: { by: [quarter], where: `${between('2024-01-01', '2024-12-31')} and known_day <= date '2024-12-31'` },
    },
    {
      name: 'one category by year and channel',
      parameters: { group: 'year,channel', category: 'citizen' },
      limit: { by: [`to_char(effective_day, 'YYYY')`, 'channel'], where: `category = 'citizen'` },
    },
    { name: 'totals of everything', parameters: {}, limit: { by: [], where: 'true' } },
    {
      name: 'digital take-up by quarter',
      parameters: { from: '2024-01-01', to: '2025-12-31', group: 'quarter', kpi: 'digital_take_up' },
      limit: { by: [quarter], where: between('2024-01-01', '2025-12-31') },
    },
    {
      name: 'the events behind a number',
      suffix: '/events',
      parameters: { from: '2025-03-10', to: '2025-03-10', service, limit: '100' },
    },
    {
      name: 'a year by day and service, as CSV',
      suffix: '.csv',
      isFile: true,
      parameters: { from: '2025-01-01', to: '2025-12-31', group: 'day,service' },
      limit: { by: ['effective_day', 'service'], where: between('2025-01-01', '2025-12-31') },
    },
  ];
  return asked.map(({ limit, ...question }) => ({
    ...question,
    dataSet: 'channel_volume',
    ...(limit && { limit: { table: VOLUME, by: limit.by, where: `${EVENT} and ${limit.where}` } }),
  }));
};

const OTHER_QUESTIONS: readonly Question[] = [
  {
    name: 'electronic share of a year by service',
    dataSet: 'electronic_share',
    parameters: { from: '2025-01-01', to: '2025-12-31', group: 'service' },
    limit: {
      table: 'p_channel_volume.electronic_share_day',
      by: ['service'],
      where: between('2025-01-01', '2025-12-31'),
    },
  },
  {
    name: 'quality of a quarter by source',
    dataSet: 'data_quality',
    parameters: { from: '2025-04-01', to: '2025-06-30', group: 'source' },
    limit: {
      table: 'p_data_quality.data_quality_day',
      by: ['source'],
      where: between('2025-04-01', '2025-06-30'),
    },
  },
];

/** What is asked of `GET`. */
export const pathOf = ({ dataSet, suffix = '', parameters }: Question): string =>
  `/v1/datasets/${dataSet}${suffix}?${new URLSearchParams(parameters)}`;

/** The same sums, of every additive column of the table, and nothing else. @param columns of the table, with their types. */
export const sumsOf = (
  { table, by, where }: NonNullable<Question['limit']>,
  columns: readonly { readonly name: string; readonly type: string }[],
): string => {
  const sums = columns.filter(({ type }) => type === 'bigint' || type === 'numeric').map(({ name }) => `sum(${name})`);
  const places = by.map((_, at) => at + 1).join(', ');
  const order = by.length > 0 ? ` group by ${places} order by ${places}` : '';
  return `select ${[...by, ...sums].join(', ')} from ${table} where ${where}${order}`;
};
