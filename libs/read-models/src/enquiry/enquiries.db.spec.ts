import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { enquiries } from './enquiries.js';
import { enquiriesModel } from './fold.js';

const fact = (past: string, number: string, data: object, time: string): PostedFact => ({
  type: `gov.sijill.enquiry.${past}.v1`,
  stream: `enquiry-ae.moi:${number}`,
  data: { entityId: 'ae.moi', number, ...data },
  time,
});
const received = (number: string, time: string, topic?: string, channel = 'chat') =>
  fact('received', number, { channel, customerCategory: 'resident', ...(topic && { topic }) }, time);
const answered = (number: string, time: string) => fact('answered', number, { channel: 'email' }, time);

describe('The data set of enquiries', () => {
  let lots: ProjectedLots;
  const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(lots.source, enquiriesModel.name, (manager) => enquiries.rows({ ...all, ...query }, manager));

  beforeAll(async () => {
    lots = await projectedLots(
      enquiriesModel,
      [
        received('1', '2021-02-01T08:00:00+04:00', 'visa'),
        answered('1', '2021-02-01T09:30:30+04:00'),
        received('2', '2021-02-01T10:00:00+04:00', 'visa'),
        received('3', '2021-02-02T10:00:00+04:00', undefined, 'call'),
        fact('closedUnanswered', '3', { reason: { en: 'Not ours' } }, '2021-02-03T10:00:00+04:00'),
        received('4', '2021-02-28T23:00:00+04:00', 'visa'),
        answered('4', '2021-03-01T00:30:00+04:00'),
        fact('linked', '4', { transactionNumber: 'T-1' }, '2021-03-01T00:30:00+04:00'),
      ],
      [answered('2', '2021-02-05T10:00:00+04:00')], // told on 10 March
    );
  });
  afterAll(() => lots?.close());

  test('[CON-6] says how many were answered, by the cohort in which they came', async () => {
    const february = { from: '2021-02-01', to: '2021-02-28', kpis: ['enquiries_answered'] };
    const { rows, coverage, kpiVersions } = await ask(february);
    const [row] = rows;
    expect(row).toMatchObject({ received: 4, answered: 2, unanswered: 1, open: 1, minutes_to_answer: 90 + 4 * 1440 });
    // The answer to the fourth came in March; it is an answer to an enquiry of February all the same.
    expect(row?.enquiries_answered).toMatchObject({ num: '3', den: '4', value: '0.75' });
    expect(row?.enquiries_answered).toMatchObject({ coverage: { num: '4', den: '4', value: '1' } });
    expect([coverage, kpiVersions]).toEqual([{ num: 4n, den: 4n }, { enquiries_answered: 1 }]);
    const cohort = await ask({ ...february, basis: 'receipt' });
    expect(cohort.rows).toMatchObject([{ received: 4, answered: 3, unanswered: 1, open: 0, minutes_to_answer: 5940 }]);
  });

  test('[CON-6] knew before less than it knows now: an answer told late changes the figures from that day', async () => {
    const kpis = ['enquiries_answered'];
    const { rows } = await ask({ to: '2021-02-28', kpis, knownAt: '2021-03-09' });
    expect(rows[0]).toMatchObject({ received: 4, answered: 1, open: 2 });
    expect(rows[0]?.enquiries_answered).toMatchObject({ num: '2', den: '4', value: '0.5', coverage: { num: '3' } });
    expect((await ask({ to: '2021-02-28', kpis, knownAt: '2021-03-10' })).rows[0]).toMatchObject({ open: 1 });
  });

  test('splits by channel of receipt, topic and day, page by page', async () => {
    const { rows, next } = await ask({ group: ['day', 'channel_class', 'topic'], limit: 2 });
    expect(rows).toMatchObject([
      { day: '2021-02-01', channel_class: 'digital', topic: 'visa', received: 2 },
      { day: '2021-02-02', channel_class: 'remote', topic: null, received: 1 },
    ]);
    const rest = await ask({ group: ['day', 'channel_class', 'topic'], limit: 10, after: next ?? [] });
    expect(rest.rows.map(({ day }) => day)).toEqual(['2021-02-03', '2021-02-05', '2021-02-28', '2021-03-01']);
  });

  test('names the events behind a figure, whose deltas add up to it', async () => {
    const { events } = await inSnapshot(lots.source, enquiriesModel.name, (manager) =>
      enquiries.contributions({ ...all, filters: { topic: ['visa'] }, to: '2021-02-28' }, manager),
    );
    expect(events.map(({ stream, revision, deltas }) => [stream.slice(-1), revision, deltas.answered ?? '0'])).toEqual([
      ['1', '0', '0'],
      ['1', '1', '1'],
      ['2', '0', '0'],
      ['2', '1', '1'],
      ['4', '0', '0'],
    ]);
  });

  test('has no share of nothing', async () => {
    const { rows, coverage } = await ask({ from: '2022-01-01', kpis: ['enquiries_answered'] });
    expect(rows[0]).toMatchObject({ received: null, enquiries_answered: { value: null } });
    expect(coverage).toBeNull();
  });
});
