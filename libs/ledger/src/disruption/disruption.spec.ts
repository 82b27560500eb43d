import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { disruptionDecider, disruptionStream } from './disruption.decider.js';

const disruption = given(disruptionStream, { isSteward: true });
const disruptionId = 'covid-19';
const declared = fact('gov.sijill.disruption.declared.v1', {
  disruptionId,
  jurisdiction: 'AE',
  kind: 'epidemic' as const,
  title: { ar: 'كوفيد 19', en: 'COVID-19' },
  from: '2020-03-22',
});
const ended = (on: string) => fact('gov.sijill.disruption.ended.v1', { disruptionId, on });

describe('A disruption', () => {
  test('is declared once however often it is sent', () => {
    disruption().when(declared).isRecorded();
    disruption(declared).when(declared).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    disruption(declared)
      .when({ ...declared, data: { ...declared.data, from: '2020-03-23' } })
      .refuses('disruption.exists'));
  test.each(['epidemic', 'weather', 'technical', 'security', 'other'] as const)(
    '[CON-9] may be of the kind %s, with a start and an end',
    (kind) => {
      const other = { ...declared, data: { ...declared.data, kind } };
      disruption().when(other).isRecorded();
      disruption(other).when(ended('2020-06-24')).isRecorded();
    },
  );
  test('that was never declared does not end', () =>
    disruption().when(ended('2020-06-24')).refuses('disruption.unknown'));
  test('may be over on its first day and not before', () => {
    disruption(declared).when(ended('2020-03-22')).isRecorded();
    disruption(declared)
      .when(ended('2020-03-21'))
      .refuses('period.invalid', { start: '2020-03-22', end: '2020-03-21' });
  });
  test('ends once', () => disruption(declared, ended('2020-06-24')).when(ended('2020-06-25')).isAlreadySo());
  test('is declared once, after its end as well', () =>
    disruption(declared, ended('2020-06-24')).when(declared).isAlreadySo());
  test('[CON-1] belongs to one jurisdiction and is spoken of by stewards alone', () => {
    expect(disruptionStream.stewardOnly).toEqual(Object.keys(disruptionStream.events));
    expect(disruptionStream.owners(declared, disruptionDecider.initial, contextOf())).toEqual([]);
    expect(disruptionStream.facts?.(disruptionDecider.initial)).toBeUndefined();
    expect(disruptionStream.facts?.(stateAfter(disruptionDecider, [declared, ended('2020-06-24')]))).toEqual({
      jurisdiction: 'AE',
    });
  });
});
