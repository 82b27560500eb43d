import { MemoryEventStore } from '#event-store';
import { foldAll, foldInPages, type PostedFact, post, readJournal } from '../../../../test/support/read-models.js';
import { DataQualityDay, dataQuality } from '../data-quality.js';

const MARCH_2021 = 1_615_766_400_000_000n; // 2021-03-15T00:00Z
const received = (number: string, channel: string, feeDue: string, day: string): PostedFact => ({
  type: 'gov.sijill.transaction.received.v1',
  stream: `transaction-e:${number}`,
  data: { serviceId: 's', channel, feeDue },
  time: `${day}T08:00:00+04:00`,
});

describe('A fact that comes late for frozen figures', () => {
  test('is a finding for its half or its edition, for those whom the freeze concerns', async () => {
    const said = (type: string, stream: string, data: object, day = '2021-03-15'): PostedFact => ({
      type: `gov.sijill.${type}.v1`,
      stream,
      data,
      time: `${day}T08:00:00+04:00`,
    });
    const half = { jurisdiction: 'AE-DU', half: '2020-H2' };
    const used = (record: string, periodEnd: string, entity = 'e') =>
      said('paper.consumed', `paper-${entity}:${record}`, { entityId: entity, recordId: record, periodEnd });
    const facts = [
      said('entity.registered', 'entity-e', { jurisdiction: 'AE-DU' }),
      said('entity.registered', 'entity-f', { jurisdiction: 'AE' }),
      used('before', '2020-12-31'),
      said('period.frozen', 'period-AE-DU:2020-H2', half),
      used('late', '2020-07-01'),
      used('of-another-jurisdiction', '2020-12-31', 'f'),
      used('of-the-next-half', '2021-01-01'),
      received('late', 'app', '0', '2020-12-31'),
      said('period.reopened', 'period-AE-DU:2020-H2', half),
      used('in-time-again', '2020-12-31'),
      said('campaign.announced', 'campaign-week', { firstDay: '2021-02-01', lastDay: '2021-02-05' }),
      said('campaign.scopeSet', 'campaign-week', { part: 1, entityIds: ['e'] }),
      received('live', 'app', '0', '2021-02-05'),
      said('campaign.figuresFrozen', 'campaign-week', {}),
      received('after-the-freeze', 'app', '0', '2021-02-05'),
      received('after-the-edition', 'app', '0', '2021-02-06'),
      { ...received('x', 'app', '0', '2021-02-05'), stream: 'transaction-f:out-of-scope' },
    ];
    const told = new MemoryEventStore(() => MARCH_2021);
    await post(told, facts);
    const found = foldAll(dataQuality, await readJournal(told)).cubeRows(DataQualityDay);
    const late = found.filter(({ rule }) => rule === 'late_after_freeze');
    expect(
      late.map(({ effectiveDay, category, findings }) => `${effectiveDay} ${category} ${findings}`).sort(),
    ).toEqual(['2020-07-01 paper 1', '2020-12-31 transaction 1', '2021-02-05 transaction 1']);
    const whole = foldInPages(dataQuality, await readJournal(told), []);
    expect(foldInPages(dataQuality, await readJournal(told), [1, 2, 3, 5, 8, 13])).toEqual(whole);
  });
});
