import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import { dataQuality, dataQualityDataSet } from '../data-quality.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';

const MARCH_15 = 1_615_766_400_000_000n; // 2021-03-15T00:00Z
const DAY_MICROS = 86_400_000_000n;
const SOURCE = 'urn:sijill:e:desk';

const received = (number: string, feeDue: string): PostedFact => ({
  type: 'gov.sijill.transaction.received.v1',
  stream: `transaction-e:${number}`,
  data: { entityId: 'e', number, serviceId: 's', channel: 'app', feeDue },
  time: '2021-03-14T08:00:00.201+04:00',
  source: SOURCE,
});

describe('What a source sent again under other ids', () => {
  let database: TestDatabase;
  let source: DataSource;
  const ask: DataSetQuery = { group: ['rule'], filters: { rule: ['id_likely_rewritten'] }, kpis: [], limit: 100 };
  const asked = (more: Partial<DataSetQuery> = {}) =>
    inSnapshot(source, 'data_quality', async (manager) => ({
      rows: (await dataQualityDataSet.rows({ ...ask, ...more }, manager)).rows,
      events: (await dataQualityDataSet.contributions({ ...ask, ...more, group: [] }, manager)).events,
    }));

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = MARCH_15;
    const store = new MemoryEventStore(() => now);
    await post(
      store,
      ['1', '2', '3'].map((number) => received(number, number)),
    );
    await project(database, store, [dataQuality], 2);
    now += 2n * DAY_MICROS; // a file imported a second time, with ids made anew
    await post(
      store,
      ['1', '2', '4'].map((number) => received(`${number}-again`, number)),
    );
    await project(database, store, [dataQuality], 2); // in another process: what was said comes from the tables
    source = await readingSource(database, [dataQuality]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test('is a finding for each, from the day on which it was known, with the event behind it', async () => {
    const { rows, events } = await asked();
    expect(rows).toMatchObject([{ rule: 'id_likely_rewritten', findings: 2, share: { num: '2', den: '6' } }]);
    expect(events.map(({ stream, knownDay }) => [stream, knownDay])).toEqual([
      ['transaction-e:1-again', '2021-03-17'],
      ['transaction-e:2-again', '2021-03-17'],
    ]);
    expect((await asked({ knownAt: '2021-03-16' })).rows).toEqual([]);
    const bySource = await asked({ group: ['source', 'severity'], knownAt: '2021-03-17' });
    expect(bySource.rows).toMatchObject([{ source: SOURCE, severity: 'warning', findings: 2 }]);
  });
});
