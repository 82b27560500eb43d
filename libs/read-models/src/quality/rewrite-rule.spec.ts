import fc from 'fast-check';
import { MemoryEventStore } from '#event-store';
import { foldAll, foldInPages, type PostedFact, post, readJournal } from '../../../../test/support/read-models.js';
import { DataQualityDay, dataQuality } from '../data-quality.js';

const MARCH_2021 = 1_615_766_400_000_000n; // 2021-03-15T00:00Z
const INSTANT = '2021-03-14T08:00:00.201+04:00';
const RECEIPT = { serviceId: 's', channel: 'app', feeDue: '100', customerCategory: 'resident' };
const sealed = (key: string, ct: string) => ({ $personal: { alg: 'A256GCM-HKDF-v1', ct, key } });

const said = (noun: string, stream: string, data: object, time = INSTANT): PostedFact => ({
  ...{ type: `gov.sijill.${noun}.v1`, stream, data, time },
});
const received = (number: string, more: object = {}, time = INSTANT): PostedFact =>
  said('transaction.received', `transaction-e:${number}`, { number, ...RECEIPT, ...more }, time);

/** Findings by day and category, as `<day> <category> <findings>`. */
const foundIn = async (facts: readonly PostedFact[]): Promise<string[]> => {
  const store = new MemoryEventStore(() => MARCH_2021);
  await post(store, facts);
  const events = await readJournal(store);
  expect(foldInPages(dataQuality, events, [1, 2, 3, 5])).toEqual(foldInPages(dataQuality, events, []));
  return foldAll(dataQuality, events)
    .cubeRows(DataQualityDay)
    .filter(({ rule }) => rule === 'id_likely_rewritten')
    .map(({ effectiveDay, category, findings, severity }) => `${effectiveDay} ${category} ${findings} ${severity}`)
    .sort();
};

describe('A source that rewrites its ids', () => {
  test('is found by the same fact under another number, each further one once', async () => {
    expect(await foundIn([received('1'), received('1b'), received('1c'), received('2', { channel: 'web' })])).toEqual([
      '2021-03-14 transaction 2 warning',
    ]);
  });

  test('is found whatever was said in between', async () => {
    const others = Array.from({ length: 200 }, (_, at) => received(`o${at}`, { feeDue: String(at) }));
    const later = received('later', {}, '2021-03-14T09:00:00.001+04:00');
    expect(await foundIn([received('1'), ...others, later, received('1b')])).toEqual([
      '2021-03-14 transaction 2 warning',
    ]);
  });

  test('is found by opinions, enquiries and paper as well, but not across them', async () => {
    const paper = { entityId: 'e', sheets: 12, kind: 'process', periodStart: '2021-03-01', periodEnd: '2021-03-10' };
    const facts = ['a', 'b'].flatMap((id) => [
      said('enquiry.received', `enquiry-e:${id}`, { number: id, channel: 'call' }),
      said('feedback.given', `feedback-e:${id}`, { feedbackId: id, rating: 5, comment: sealed(`nobody ${id}`, id) }),
      said('paper.consumed', `paper-e:${id}`, { recordId: id, ...paper }),
    ]);
    expect(await foundIn(facts)).toEqual([
      '2021-03-10 paper 1 warning',
      '2021-03-14 enquiry 1 warning',
      '2021-03-14 feedback 1 warning',
    ]);
  });

  test('is found by the customer, however coarse the clock', async () => {
    const whole = '2021-03-14T08:00:00+04:00';
    const twice = [
      received('1', { customerRef: sealed('c-1', 'x') }, whole),
      received('2', { customerRef: sealed('c-1', 'y') }, whole),
    ];
    expect(await foundIn(twice)).toEqual(['2021-03-14 transaction 1 warning']);
  });

  test.each([
    ['at another instant', received('2', {}, '2021-03-14T08:00:00.202+04:00')],
    ['of another customer', received('2', { customerRef: sealed('c-2', 'x') })],
    ['with another member', received('2', { documentsRequired: 1 })],
    ['of another source', { ...received('2'), source: 'urn:sijill:e:other' }],
  ])('is not found by a fact %s', async (_, other) => {
    expect(await foundIn([received('1'), other])).toEqual([]);
  });

  test('is not found by an instant of whole seconds without a customer: two people may have come', async () => {
    for (const whole of ['2021-03-14T08:00:00+04:00', '2021-03-14T08:00:00.000+04:00'])
      expect(await foundIn([received('1', {}, whole), received('2', {}, whole)])).toEqual([]);
  });

  test('is found in random histories as by comparing every fact with all before it', () => {
    const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
    const story = fc.array(
      fc.record({
        channel: pick('app', 'web'),
        customerRef: pick(undefined, 'c-1', 'c-2'),
        time: pick(
          '2021-03-14T08:00:00.201+04:00',
          '2021-03-14T08:00:00.202+04:00',
          '2021-03-14T08:00:00+04:00',
          '2021-03-13T08:00:00.201Z',
        ),
        source: pick('urn:sijill:e:one', 'urn:sijill:e:two'),
      }),
      { minLength: 1, maxLength: 12 },
    );
    return fc.assert(
      fc.asyncProperty(story, async (told) => {
        const facts = told.map(({ channel, customerRef, time, source }, at) => ({
          ...received(
            String(at),
            { channel, ...(customerRef && { customerRef: sealed(customerRef, String(at)) }) },
            time,
          ),
          source,
        }));
        const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);
        const doubtful = told.filter(
          (one, at) =>
            (one.customerRef !== undefined || one.time.includes('.')) &&
            told.slice(0, at).some((other) => isSame(one, other)),
        );
        const sums = (await foundIn(facts)).reduce((sum, line) => sum + Number(line.split(' ')[2]), 0);
        expect(sums).toBe(doubtful.length);
      }),
      { seed: 2026, numRuns: 200 },
    );
  });
});
