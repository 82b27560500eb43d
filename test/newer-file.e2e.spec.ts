import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServedLedger } from './support/served-ledger.js';

interface Answer {
  readonly rows: readonly { readonly period: string; readonly value: string | null }[];
}

/** Three services, one fiscal year, as the source said it on a day. */
const table = (...rows: string[]): string =>
  ['fiscal_yr;org_id;service_id;channel;volume', ...rows, '', 'Timestamp:2025-03-01_10:00:00', ''].join('\n');

describe('A newer file of a source that publishes whole tables', () => {
  let ledger: ServedLedger;
  beforeAll(async () => {
    ledger = await ServedLedger.open();
  });
  afterAll(() => ledger?.close());

  const importOf = async (day: string, text: string) => {
    const file = join(ledger.directory, `si_vol-${day}.csv`);
    writeFileSync(file, text);
    return (await ledger.sijill('import', file, '--format', 'ca-service-inventory-volumes', '--json')).output;
  };
  const valueOn = async (day: string) => {
    const { rows } = await ledger.get<Answer>(`/v1/datasets/aggregates?publisher=ca.gc&known_at=${day}`);
    return rows.map(({ value }) => value);
  };

  test('restates what it says otherwise, withdraws what it no longer has, and leaves the rest', async () => {
    const first = await importOf(
      '2024-03-01',
      table('2022-2023;1;10;online;100.0', '2022-2023;1;11;mail;20.0', '2022-2023;1;12;mail;3.0'),
    );
    expect(first).toContain('"created":7,"duplicate":0,"rejected":0');
    await ledger.settled();
    const newer = table('2022-2023;1;10;online;150.0', '2022-2023;1;11;mail;20.0');
    expect(await importOf('2025-03-01', newer)).toContain('"created":2,');
    await ledger.settled();
    expect(await valueOn('2024-02-29')).toEqual([]);
    expect(await valueOn('2024-03-01')).toEqual(['123']);
    expect(await valueOn('2025-02-28')).toEqual(['123']);
    expect(await valueOn('2025-03-01')).toEqual(['170']);
    expect(await importOf('2025-03-01', newer)).toMatch(/"created":0,"duplicate":\d+,"rejected":0/);
  });

  test('extends the grid of what was asked for, and a cell asked for twice counts once', async () => {
    const columns = [
      'Abbr',
      'Department',
      'Agency/body',
      'Agency abbr',
      'Name of service',
      'Slug',
      'Category',
      'Customer type',
    ];
    const header = [...columns, 'Description of service', 'Total transactions Jan - Mar 2017'].join(',');
    const service = (slug: string, volume: string) =>
      `HO,Home Office,Passport Office,,Service ${slug},${slug},Licensing,Individuals,,"${volume}"`;
    const importUk = async (day: string, ...rows: string[]) => {
      const file = join(ledger.directory, `uk-${day}.csv`);
      writeFileSync(file, [header, ...rows, ''].join('\r\n'));
      const run = await ledger.sijill('import', file, '--format', 'uk-services', '--published-on', day, '--json');
      await ledger.settled();
      return run.output;
    };
    expect(await importUk('2018-09-19', service('one', '1,000'))).toContain('"rejected":0');
    expect(await importUk('2019-01-10', service('one', '1,000'), service('two', ''))).toContain('"rejected":0');
    const { rows } = await ledger.get<{ rows: object[] }>('/v1/datasets/coverage?publisher=gb.transactions&freq=Q');
    expect(rows).toEqual([expect.objectContaining({ requested: 2, provided: 1, not_provided: 1 })]);
    const again = await importUk('2019-01-10', service('one', '1,000'), service('two', ''));
    expect(again).toMatch(/"created":0,"duplicate":\d+,"rejected":0/);
  });
});
