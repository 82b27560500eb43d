import { contextOf, fact, given } from '../given.contract.js';
import { effectiveDay } from '../time.js';
import { paperDecider, paperStream } from './paper.decider.js';
import type { PaperConsumed, PaperCorrected } from './paper.events.js';

const record = given(paperStream);
const id = { entityId: 'ae-du.customs', recordId: 'p-1' };
const consumed = (more: Partial<PaperConsumed> = {}) =>
  fact('gov.sijill.paper.consumed.v1', {
    ...id,
    sheets: 100,
    kind: 'process' as const,
    flow: 'customer' as const,
    periodStart: '2021-03-01',
    periodEnd: '2021-03-31',
    method: 'metered' as const,
    ...more,
  });
const corrected = (more: Partial<PaperCorrected> = {}) =>
  fact('gov.sijill.paper.corrected.v1', { ...id, sheets: 90, reason: { en: 'Read again' }, ...more });
const voided = fact('gov.sijill.paper.voided.v1', { ...id, reason: { en: 'Of another entity' } });

describe('A paper record', () => {
  test('is recorded once however often it is sent', () => {
    record().when(consumed()).isRecorded();
    record(consumed()).when(consumed()).isAlreadySo();
    record(consumed(), corrected()).when(consumed()).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    record(consumed())
      .when(consumed({ sheets: 101 }))
      .refuses('paper.exists'));
  test.each([
    ['2021-03-31', '2021-03-31', true],
    ['2020-01-01', '2020-12-31', true],
    ['2020-01-01', '2021-01-01', false],
    ['2021-03-31', '2021-03-30', false],
  ])('of %s to %s has 1 to 366 days: %s', (periodStart, periodEnd, isValid) => {
    const told = record().when(consumed({ periodStart, periodEnd }));
    if (isValid) told.isRecorded();
    else told.refuses('period.invalid', { start: periodStart, end: periodEnd });
  });
  test('belongs by its last day', () => expect(effectiveDay(consumed())).toBe('2021-03-31'));
  test('[SAV-2] is of one of two flows, customer or internal', () => {
    record()
      .when(consumed({ flow: 'internal' }))
      .isRecorded();
    expect(() => record().when(consumed({ flow: 'both' as never }))).toThrow();
  });
  test('[SAV-13] is of sheets that a procedure needed or of habit, never of both', () => {
    record()
      .when(consumed({ kind: 'habit' }))
      .isRecorded();
    expect(() => record().when(consumed({ kind: 'mixed' as never }))).toThrow();
  });
  test.each([0, -1, 1.5, 1_000_000_001])('[TRX-12] of %s sheets is refused: sheets are whole', (sheets) => {
    expect(() => record().when(consumed({ sheets }))).toThrow();
  });
});

describe('The correction of a paper record', () => {
  test('needs the record', () => record().when(corrected()).refuses('paper.unknown'));
  test.each([
    [{ sheets: 90 }],
    [{ sheets: 100, kind: 'habit' as const }],
    [{ sheets: 100, serviceId: 'customs-permit' }],
  ])('changes %j', (change) => record(consumed()).when(corrected(change)).isRecorded());
  test('that changes nothing is no event', () => {
    record(consumed())
      .when(corrected({ sheets: 100, kind: 'process' }))
      .isAlreadySo();
    record(consumed({ serviceId: 'customs-permit' }))
      .when(corrected({ sheets: 100, serviceId: 'customs-permit' }))
      .isAlreadySo();
  });
  test('is judged by what the corrections before it left', () => {
    const before = [consumed(), corrected({ kind: 'habit' })];
    record(...before)
      .when(corrected())
      .isAlreadySo();
    record(...before)
      .when(corrected({ kind: 'process' }))
      .isRecorded();
  });
});

describe('A voided paper record', () => {
  test('existed before', () => record().when(voided).refuses('paper.unknown'));
  test('is voided once', () => {
    record(consumed()).when(voided).isRecorded();
    record(consumed(), voided).when(voided).isAlreadySo();
  });
  test.each([consumed(), consumed({ sheets: 1 }), corrected()])('takes no $type any more', (fact) =>
    record(consumed(), voided).when(fact).refuses('paper.voided', { recordId: 'p-1' }),
  );
});

describe('The stream of a paper record', () => {
  test('is named by entity and record, and told by the entity', () => {
    expect(paperStream.id(voided.data)).toBe('ae-du.customs:p-1');
    expect(paperStream.owners(consumed(), paperDecider.initial, contextOf())).toEqual(['ae-du.customs']);
  });
  test('names the entity, and the service where there is one', () => {
    const entity = { category: 'entity', id: 'ae-du.customs', pointer: '#/data/entityId' };
    const service = { category: 'service', id: 'customs-permit', pointer: '#/data/serviceId' };
    expect(paperStream.references(consumed())).toEqual([entity]);
    expect(paperStream.references(voided)).toEqual([entity]);
    expect(paperStream.references(consumed({ serviceId: 'customs-permit' }))).toEqual([entity, service]);
    expect(paperStream.references(corrected({ serviceId: 'customs-permit' }))).toEqual([entity, service]);
  });
});
