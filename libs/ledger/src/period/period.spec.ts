import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { periodDecider, periodStream } from './period.decider.js';

const period = given(periodStream);
const half = { jurisdiction: 'AE-DU', half: '2021-H1' } as const;
const at = (time: string, recorded = '2021-07-30T06:00:00.000000Z') => ({ time, recorded });
const ON_FREEZE_DAY = at('2021-07-30T10:00:00+04:00');
const frozen = fact('gov.sijill.period.frozen.v1', half, ON_FREEZE_DAY);
const reopened = fact('gov.sijill.period.reopened.v1', { ...half, reason: { ar: 'خطأ في البيانات' } }, ON_FREEZE_DAY);

describe('A half-year', () => {
  test('[STP-13] is frozen once, and again after it was reopened', () => {
    period().when(frozen).isRecorded();
    period(frozen).when(frozen).isAlreadySo();
    period(frozen, reopened).when(frozen).isRecorded();
  });
  test('[STP-6] runs from January to June or from July to December, and is not frozen before it is over', () => {
    const early = (time: string, recorded?: string) => fact('gov.sijill.period.frozen.v1', half, at(time, recorded));
    period().when(early('2021-06-30T23:59:59+04:00')).refuses('period.notOver', { end: '2021-06-30', half: '2021-H1' });
    period().when(early('2021-07-01T00:00:00+04:00')).isRecorded();
    const second = fact('gov.sijill.period.frozen.v1', { ...half, half: '2021-H2' }, ON_FREEZE_DAY);
    period().when(second).refuses('period.notOver', { end: '2021-12-31', day: '2021-07-30' });
  });
  test('is over by the clock of the ledger too, whatever the event says', () =>
    period()
      .when(fact('gov.sijill.period.frozen.v1', half, at('2021-07-01T00:00:00+04:00', '2021-06-30T19:59:00.000000Z')))
      .refuses('period.notOver', { day: '2021-06-30' }));
  test('ends at midnight where it is: a day of Toronto is not one of Dubai', () => {
    const canada = { ...half, jurisdiction: 'CA' };
    const night = at('2021-07-01T03:00:00Z', '2021-07-01T03:00:00.000000Z'); // still 30 June in Toronto
    period()
      .when(fact('gov.sijill.period.frozen.v1', canada, night))
      .refuses('period.notOver');
    period()
      .when(fact('gov.sijill.period.frozen.v1', half, night))
      .isRecorded();
  });
  test('is reopened only where it was frozen, and once', () => {
    period().when(reopened).refuses('period.notFrozen', { half: '2021-H1', jurisdiction: 'AE-DU' });
    period(frozen).when(reopened).isRecorded();
    period(frozen, reopened).when(reopened).isAlreadySo();
  });
  test('is a matter of stewards alone, and of one jurisdiction', () => {
    expect([...periodStream.stewardOnly].sort()).toEqual(Object.keys(periodStream.events).sort());
    expect(periodStream.id(half)).toBe('AE-DU:2021-H1');
    expect(periodStream.owners(frozen, stateAfter(periodDecider, [frozen]), contextOf())).toEqual([]);
    expect(periodStream.references(frozen)).toEqual([]);
  });
});
