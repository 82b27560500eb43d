import { withPublicData } from './support/public-data.js';
import { ServedLedger } from './support/served-ledger.js';

type Row = Readonly<Record<string, unknown>>;
interface Answer {
  readonly rows: readonly Row[];
}

const CLAIMS = 79;

/** Check → result, and verdict or what the result is held against (kpis.md, section 5.5). */
const RESULTS: readonly (readonly [check: string, left: string, verdict: string])[] = [
  ['classes-add-up', '269880000', 'consistent'],
  ['baselines-from-shares', '325841565.015742', 'consistent'],
  ['phase-1-share', '0.578125', 'contradicted'],
  ['day-2017-growth', '0.303318', 'consistent'],
  ['people-implied', '3125000', 'shown'],
  ['trees-2020', '8329.643296', 'consistent'],
  ['trees-2021-03', '8330.24577', 'consistent'],
  ['trees-2021-10', '8487.179487', 'contradicted'],
  ['trees-page', '8615.384615', 'contradicted'],
  ['trees-2021-12', '2584.615385', 'contradicted'],
  ['trees-target', '7692.307692', 'shown'],
  ['minutes-a-sheet-2020', '2.728884', 'shown'],
  ['minutes-a-sheet-2021-03', '2.690882', 'shown'],
  ['minutes-a-sheet-2021-10', '2.537764', 'shown'],
  ['minutes-a-sheet-2021-12', '2.5', 'shown'],
  ['minutes-a-sheet-page', '2.321429', 'shown'],
  ['dirhams-an-hour-2020', '94.155844', 'shown'],
  ['dirhams-an-hour-2021-03', '93.38843', 'shown'],
  ['dirhams-an-hour-2021-10', '92.857143', 'shown'],
  ['dirhams-an-hour-2021-12', '92.857143', 'shown'],
  ['dirhams-a-sheet-target', '0.9', 'shown'],
  ['dirhams-a-sheet-2020', '4.282339', 'shown'],
  ['dirhams-a-sheet-2021-03', '4.188288', 'shown'],
  ['dirhams-a-sheet-2021-10', '3.927492', 'shown'],
  ['dirhams-a-sheet-2021-12', '3.869048', 'shown'],
  ['target-against-baseline', '3.069681', 'shown'],
  ['phases-2021-03', '302000000', 'contradicted'],
  ['phases-2021-12', '302000000', 'contradicted'],
  ['entities-14', '0.648659', 'shown'],
  ['smart-services', '189.473684', 'shown'],
  ['smart-services-189', '0.952381', 'consistent'],
  ['smart-services-190', '0.947368', 'consistent'],
  ['platform-mean', '500', 'shown'],
  ['platform-services-an-entity', '3.515152', 'shown'],
  ['federal-a-week', '1000000', 'shown'],
  ['federal-a-day', '142857.142857', 'shown'],
  ['federal-a-service', '16666.666667', 'shown'],
  ['week-2018-services-an-entity', '27.5', 'shown'],
  ['week-2018-centres-an-entity', '2.5', 'shown'],
  ['week-2018-share-of-rta', '0.174545', 'shown'],
  ['week-2018-kiosks', '2.75', 'shown'],
  ['portal-transactions-a-year', '10200000', 'shown'],
  ['portal-mean', '1470.588235', 'shown'],
  ['day-2017-mean', '1774.193548', 'shown'],
  ['customs-2019', '20535480', 'shown'],
  ['customs-2020-04', '39382000', 'shown'],
  ['customs-2021', '40600000', 'consistent'],
];

describe('The published figures of Dubai out of the journal', () => {
  withPublicData(['dubai-published-figures.csv'], ([file]) => {
    let ledger: ServedLedger;
    const rows = async (path: string) => (await ledger.get<Answer>(`/v1/datasets/${path}`)).rows;
    const one = async (claim: string) => (await rows(`claims?claim=${claim}`))[0];
    const checkOf = async (check: string) => (await rows(`claim_checks?check=${check}`))[0];

    beforeAll(async () => {
      ledger = await ServedLedger.open();
    });
    afterAll(() => ledger?.close());

    test('are recorded whole with their checks, and a second time add nothing', async () => {
      const parameters = ['import', file!, '--format', 'published-claims', '--json'];
      const events = CLAIMS + RESULTS.length;
      const first = await ledger.sijill(...parameters);
      expect(first.output).toMatch(new RegExp(`"created":${events},"duplicate":0,"rejected":0`));
      const second = await ledger.sijill(...parameters);
      expect(second.output).toMatch(new RegExp(`"created":0,"duplicate":${events},"rejected":0`));
      await ledger.settled();
    });

    test('are 79 claims with their qualifiers', async () => {
      const found = await rows('claims');
      const counts = new Map<unknown, number>();
      for (const { qualifier } of found) counts.set(qualifier, (counts.get(qualifier) ?? 0) + 1);
      expect(found).toHaveLength(CLAIMS);
      expect(Object.fromEntries(counts)).toEqual({ exact: 47, more_than: 21, about: 5, forecast: 3, by: 2, up_to: 1 });
    });

    test('are kept as they were published', async () => {
      expect(await one('s0-1')).toMatchObject({
        ...{ scope: 'dubai-government', metric: 'sheets-saved-target', unit: 'sheet-year', kind: 'target' },
        ...{ claimed: '1000000000', qualifier: 'more_than', period: 'strategy target', publisher: 'A0' },
      });
      expect(await one('s0-5')).toMatchObject({
        claimed: '2021-12',
        unit: 'year-month',
        qualifier: 'by',
        kind: 'target',
      });
      expect(await one('s1-6')).toMatchObject({ claimed: '55', qualifier: 'by', kind: 'target', period: '2020' });
      expect(await one('p5')).toMatchObject({ claimed: '0.30', unit: 'ratio', qualifier: 'about' });
      expect(await one('p9')).toMatchObject({ kind: 'forecast', publisher: 'zawya.com' });
      expect(await one('p49')).toMatchObject({ claimed: '1.00', scope: 'dubai-customs' });
    });

    test('are known from the day they were published; those without a day from their recording', async () => {
      const on = async (knownAt: string) => (await rows(`claims?known_at=${knownAt}`)).length;
      expect(await on('2017-11-06')).toBe(0);
      expect(await on('2017-11-07')).toBe(5);
      expect(await on('2022-02-07')).toBe(CLAIMS - 12);
    });

    test.each(RESULTS)('%s gives %s: %s', async (check, left, verdict) =>
      expect(await checkOf(check)).toMatchObject({ left: { value: left }, verdict }),
    );
    test('show how far they are apart, and within which bounds', async () => {
      expect(await checkOf('classes-add-up')).toMatchObject({ difference: { value: '80000' } });
      expect(await checkOf('platform-mean')).toMatchObject({ at_least: null, at_most: { value: '500' } });
      expect(await checkOf('week-2018-services-an-entity')).toMatchObject({
        at_least: { value: '27.5' },
        at_most: null,
      });
    });

    test('a correction changes exactly the checks that use the claim', async () => {
      const before = await rows('claim_checks');
      const event = {
        ...{ specversion: '1.0', type: 'gov.sijill.claim.corrected.v1', source: 'urn:sijill:sdd:desk', id: 'p19-1' },
        ...{ time: new Date().toISOString(), datacontenttype: 'application/json' },
        data: { claimId: 'p19', value: '20324', reason: { ar: 'نُقل خطأً', en: 'Copied wrongly' } },
      };
      const answer = await fetch(`${ledger.url}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ledger.token('steward')}`,
          'content-type': 'application/cloudevents+json',
        },
        body: JSON.stringify(event),
      });
      expect(answer.status).toBe(201);
      await ledger.settled();
      const after = await rows('claim_checks');
      const changed = after.filter((row, at) => JSON.stringify(row) !== JSON.stringify(before[at]));
      expect(changed.map(({ check }) => check)).toEqual(['trees-2020']);
      expect(changed).toMatchObject([{ left: { num: '42325000', den: '5081' } }]);
    });
  });
});
