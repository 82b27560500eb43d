import { dataSets } from '#read-models';
import { simulate } from '#simulation';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { type CsvwTable, csvwFindings } from '../../../../test/support/csvw.js';

const EVENTS_PER_POST = 500;

describe('Metadata of a CSV answer by CSV on the Web', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true });
    const events = [...simulate({ seed: '2026', events: 3_000, programmes: true })];
    for (let from = 0; from < events.length; ) {
      const { role } = events[from] as (typeof events)[number];
      let to = from;
      while (to - from < EVENTS_PER_POST && events[to]?.role === role) to++;
      const { status } = await api.post(
        role,
        events.slice(from, to).map(({ event }) => event),
      );
      expect(status).toBe(200);
      from = to;
    }
    const head = await api.store.head();
    for (const name of dataSets.keys()) await api.get('analyst', `/v1/datasets/${name}?min_position=${head}&limit=1`);
  });
  afterAll(() => api?.close());

  const both = async (name: string, query = '') => {
    const [file, metadata] = [
      await api.get('analyst', `/v1/datasets/${name}.csv${query}`),
      await api.get('analyst', `/v1/datasets/${name}.csv-metadata.json${query}`),
    ];
    expect([file.status, metadata.status]).toEqual([200, 200]);
    return { file, metadata, table: metadata.body as CsvwTable };
  };

  test.each([...dataSets.keys()])('describes every column of %s, and each value is of its datatype', async (name) => {
    const { file, table } = await both(name);
    expect(csvwFindings(table, file.text)).toEqual([]);
  });

  test.each([
    ['channel_volume', '?group=month,entity,channel&kpi=digital_take_up,on_time_share'],
    ['channel_volume', '?group=day,year,quarter,half,week,assisted&from=2025-01-01&to=2025-03-31'],
    ['paper', '?group=month,entity,kind,flow'],
    ['savings', '?group=year,entity&factors=releases-2021'],
    ['stamp', '?group=entity,half'],
    ['campaign', '?group=day,hour,channel_class'],
    ['data_quality', '?group=rule,severity'],
    ['channel_volume', '?group=month&from=1990-01-01&to=1990-12-31'],
  ])('describes %s%s as well', async (name, query) => {
    const { file, table } = await both(name, query);
    expect(csvwFindings(table, file.text)).toEqual([]);
  });

  test('says what it is in both languages, for what it stands, and where the file is, which says where it is', async () => {
    const query = '?group=month,channel&from=2025-01-01&to=2025-06-30';
    const { file, metadata, table } = await both('channel_volume', query);
    expect(metadata.headers.get('content-type')).toBe('application/csvm+json; charset=utf-8');
    expect(table.url).toBe(`${api.url}/v1/datasets/channel_volume.csv${query}`);
    const [, target] =
      /^<([^>]+)>; rel="describedby"; type="application\/csvm\+json"$/.exec(file.headers.get('link') ?? '') ?? [];
    expect(new URL(target ?? '', table.url).href).toBe(table.url.replace('.csv', '.csv-metadata.json'));
    const received = table.tableSchema.columns.find(({ name }) => name === 'received');
    expect(received).toMatchObject({
      titles: { und: 'received', ar: expect.any(String), en: 'Received' },
      datatype: 'integer',
    });
    expect(table.tableSchema.columns[0]).toMatchObject({
      name: 'month',
      datatype: 'gYearMonth',
      titles: { ar: 'الشهر' },
    });
    expect(table.tableSchema.primaryKey).toEqual(['month', 'channel']);
    const told = metadata.body['schema:additionalProperty'].map((one: Record<string, string>) => one['schema:name']);
    expect(told).toEqual(expect.arrayContaining(['asOfPosition', 'projectionVersion', 'knownAt']));
  });

  test('is checked by rules that see what does not fit', async () => {
    const { file, table } = await both('channel_volume', '?group=month,channel');
    const { columns, primaryKey } = table.tableSchema;
    const wrong = (change: Partial<CsvwTable['tableSchema']>) =>
      csvwFindings({ ...table, tableSchema: { columns, primaryKey, ...change } }, file.text);
    expect(wrong({ columns: columns.slice(1) })).toEqual(
      expect.arrayContaining([expect.stringContaining('described')]),
    );
    expect(wrong({ primaryKey: ['month'] })).toEqual([expect.stringMatching(/rows have \d+ keys/)]);
    expect(wrong({ columns: columns.map((column) => ({ ...column, datatype: 'date' })) })[0]).toContain('is no date');
  });
});
