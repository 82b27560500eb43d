import type { Qualifier } from '../codes.js';
import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { claimDecider, claimStream } from './claim.decider.js';
import type { ClaimCorrected, ClaimKind, ClaimPublished } from './claim.events.js';

const claim = given(claimStream, { isSteward: true });
const id = { claimId: 's0-1' };
const published = (more: Partial<ClaimPublished> = {}) =>
  fact('gov.sijill.claim.published.v1', {
    ...id,
    publisher: 'A0',
    scope: 'dubai-government',
    metric: 'sheets-saved-target',
    value: '1000000000',
    unit: 'sheet-year',
    qualifier: 'more_than' as Qualifier,
    period: 'strategy target',
    kind: 'target' as ClaimKind,
    publishedOn: '2020-03-17',
    source: 'A0',
    ...more,
  });
const reason = { ar: 'نُقل خطأً', en: 'Copied wrongly' };
const corrected = (more: Partial<ClaimCorrected> = {}, recorded = '2020-04-13T12:00:00.000000Z') =>
  fact('gov.sijill.claim.corrected.v1', { ...id, value: '900000000', reason, ...more }, { recorded });
const withdrawn = (more: object = {}) => fact('gov.sijill.claim.withdrawn.v1', { ...id, reason, ...more });

describe('A claim', () => {
  test('[CLM-1] is a published figure with its qualifier, kept as it was said', () => {
    for (const qualifier of ['more_than', 'up_to', 'about', 'by', 'exact', 'forecast'] as const)
      claim().when(published({ qualifier })).isRecorded();
    expect(stateAfter(claimDecider, [published({ value: '0.30', unit: 'ratio' })])).toMatchObject({ value: '0.30' });
  });
  test('is published once', () => {
    claim(published()).when(published()).isAlreadySo();
    claim(published())
      .when(published({ value: '1' }))
      .refuses('claim.exists');
  });
  test('[CLM-2] contradicts another one without replacing it: each has a stream of its own', () => {
    const [inYear, after] = [published({ claimId: 'last-sheet-2021' }), published({ claimId: 'last-sheet-later' })];
    expect(claimStream.id(inYear.data)).not.toBe(claimStream.id(after.data));
    claim().when(inYear).isRecorded();
    claim().when(after).isRecorded();
  });

  test.each([
    ['2021', 'year'],
    ['2021-12', 'year-month'],
    ['2021-12-31', 'day'],
    ['0.8282', 'ratio'],
    ['2021', 'sheet'],
  ])('may be %s in %s', (value, unit) => claim().when(published({ value, unit })).isRecorded());
  test.each([
    ['2021-12', 'sheet'],
    ['2021', 'year-month'],
    ['0.30', 'year'],
    ['40', 'day'],
  ])('is not %s in %s: the value must fit the unit', (value, unit) =>
    claim().when(published({ value, unit })).refuses('event.invalid'),
  );
  test('keeps its unit when it is corrected', () =>
    claim(published())
      .when(corrected({ value: '2021-12' }))
      .refuses('event.invalid'));
  test('has a period that does not end before it starts', () =>
    claim()
      .when(published({ periodStart: '2021-01-02', periodEnd: '2021-01-01' }))
      .refuses('period.invalid'));

  test('is corrected in its value or its qualifier, to something else', () => {
    claim(published()).when(corrected()).isRecorded();
    claim(published())
      .when(corrected({ value: undefined, qualifier: 'about' }))
      .isRecorded();
    claim(published())
      .when(corrected({ value: '1000000000' }))
      .isAlreadySo();
    claim(published(), corrected()).when(corrected()).isAlreadySo();
    claim().when(corrected()).refuses('claim.unknown');
  });
  test('is withdrawn once and not corrected after', () => {
    claim(published()).when(withdrawn()).isRecorded();
    claim(published(), withdrawn()).when(withdrawn()).isAlreadySo();
    claim(published(), withdrawn()).when(corrected()).refuses('claim.withdrawn', { claimId: 's0-1' });
    claim(published(), withdrawn()).when(published()).isAlreadySo();
    claim().when(withdrawn()).refuses('claim.unknown');
  });
  test('is not taken back on a day before it was said', () => {
    const early = { publishedOn: '2020-03-16' };
    claim(published()).when(corrected(early)).refuses('time.beforeLast', { last: '2020-03-17' });
    claim(published()).when(withdrawn(early)).refuses('time.beforeLast');
    const later = corrected({ publishedOn: '2020-04-01' });
    claim(published(), later)
      .when(withdrawn({ publishedOn: '2020-03-31' }))
      .refuses('time.beforeLast', { last: '2020-04-01' });
  });
  test('of a year counts as known on its last day, and what is learnt before changes it then', () => {
    const ofYear = published({ publishedOn: '2020' });
    claim(ofYear).when(corrected()).isRecorded();
    expect(stateAfter(claimDecider, [ofYear, corrected()])).toMatchObject({ knownDay: '2020-12-31' });
  });
  test('that was published more than a week ago is recorded by stewards', () => {
    claim().when(published(), { isSteward: false }).refuses('knowledge.backdated');
    claim()
      .when(published({ publishedOn: '2020-04-10' }), { isSteward: false })
      .isRecorded();
    claim(published())
      .when(corrected({ publishedOn: '2020-03-20' }), { isSteward: false })
      .refuses('knowledge.backdated');
  });
  test('is mended by whoever recorded it', () => {
    const state = stateAfter(claimDecider, [published()]);
    const other = { ...corrected(), source: 'urn:sijill:dld:core' };
    expect(claimStream.owners(published(), claimDecider.initial, contextOf())).toEqual(['rta']);
    expect(claimStream.owners(other, state, contextOf())).toEqual(['rta']);
  });
  test('lets others know what it says now', () => {
    expect(claimStream.facts?.(claimDecider.initial)).toBeUndefined();
    expect(claimStream.facts?.(stateAfter(claimDecider, [published(), corrected()]))).toEqual({ value: '900000000' });
  });
});
