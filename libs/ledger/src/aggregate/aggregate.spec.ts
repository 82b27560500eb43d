import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { aggregateDecider, aggregateStream, cellKey, knownOn } from './aggregate.decider.js';
import type { AggregateFact, AggregateReported } from './aggregate.events.js';

const aggregate = given(aggregateStream);
const cell = {
  publisher: 'gb.transactions',
  dataset: 'services',
  serviceId: 'gb.fishing',
  measure: 'volume',
  freq: 'R',
  periodStart: '2014-07-01',
  periodEnd: '2015-06-30',
  unit: 'transaction',
} as const;
const STEWARD = { isSteward: true };
const reported = (publishedOn: string, value: string) =>
  fact('gov.sijill.aggregate.reported.v1', { ...cell, publishedOn, value });
const restated = (publishedOn: string, previous: string, value: string) =>
  fact('gov.sijill.aggregate.restated.v1', { ...cell, publishedOn, previous, value });
const withdrawn = (publishedOn: string, previous: string) =>
  fact('gov.sijill.aggregate.withdrawn.v1', { ...cell, publishedOn, previous });
const valuesOn = (history: readonly AggregateFact[], ...days: string[]) =>
  days.map((day) => knownOn(stateAfter(aggregateDecider, history), day)?.value);

describe('A reported total', () => {
  test('opens the history of a cell', () => aggregate().when(reported('2016-01-01', '10'), STEWARD).isRecorded());
  test('says nothing new when the same value is known from before', () => {
    aggregate(reported('2016-01-01', '10')).when(reported('2017-01-01', '10'), STEWARD).isAlreadySo();
    aggregate(reported('2016-01-01', '10.5')).when(reported('2017-01-01', '10.50'), STEWARD).isAlreadySo();
  });
  test('never replaces a value that stands, and says which one it is', () =>
    aggregate(reported('2016-01-01', '10'))
      .when(reported('2017-01-01', '11'), STEWARD)
      .refuses('aggregate.useRestated', { known: '10', since: '2016-01-01' }));
  test('is accepted again after a withdrawal', () =>
    aggregate(reported('2016-01-01', '10'), withdrawn('2017-01-01', '10'))
      .when(reported('2018-01-01', '12'), STEWARD)
      .isRecorded());
  test('of an earlier day is judged by what was known before that day', () => {
    aggregate(reported('2016-01-01', '10')).when(reported('2015-01-01', '9'), STEWARD).isRecorded();
    aggregate(reported('2016-01-01', '10'), restated('2018-01-01', '10', '12'))
      .when(reported('2017-01-01', '12'), STEWARD)
      .refuses('aggregate.useRestated', { known: '10' });
  });
  test('cannot have two values on one day', () => {
    aggregate(reported('2016-01-01', '10')).when(reported('2016-01-01', '10.0'), STEWARD).isAlreadySo();
    aggregate(reported('2016-01-01', '10'))
      .when(reported('2016-01-01', '11'), STEWARD)
      .refuses('aggregate.sameDayConflict', { known: '10', day: '2016-01-01' });
    aggregate(reported('2015-01-01', '10'), withdrawn('2016-01-01', '10'))
      .when(reported('2016-01-01', '10'), STEWARD)
      .refuses('aggregate.sameDayConflict', { known: 'withdrawn' });
  });
  test('[AGG-2] keeps "not provided" apart from zero', () => {
    aggregate(reported('2016-01-01', 'notProvided'))
      .when(reported('2017-01-01', '0'), STEWARD)
      .refuses('aggregate.useRestated');
    aggregate(reported('2016-01-01', 'notProvided')).when(reported('2017-01-01', 'notProvided'), STEWARD).isAlreadySo();
  });
  test('without a day of publication is known from the day of its recording', () => {
    const today = fact(
      'gov.sijill.aggregate.reported.v1',
      { ...cell, value: '10' },
      { recorded: '2024-06-09T21:00:00Z' },
    );
    expect(stateAfter(aggregateDecider, [today])).toMatchObject([{ day: '2024-06-10', value: '10' }]);
  });
});

describe('A restated total', () => {
  const first = reported('2016-01-01', '10');
  test('replaces the value known before', () => {
    aggregate(first)
      .when(restated('2017-01-01', '10', '11'), STEWARD)
      .isRecorded();
    aggregate(first)
      .when(restated('2017-01-01', '10.00', '11'), STEWARD)
      .isRecorded();
  });
  test('must know what it replaces', () => {
    aggregate(first)
      .when(restated('2017-01-01', '9', '11'), STEWARD)
      .refuses('aggregate.previousMismatch', { known: '10', previous: '9' });
    aggregate(first, withdrawn('2017-01-01', '10'))
      .when(restated('2018-01-01', '10', '11'), STEWARD)
      .refuses('aggregate.previousMismatch', { known: 'withdrawn' });
  });
  test('changes something', () =>
    aggregate(first)
      .when(restated('2017-01-01', '10', '10.0'), STEWARD)
      .refuses('aggregate.noChange'));
  test('follows the rules of one day', () => {
    aggregate(first)
      .when(restated('2016-01-01', '9', '10'), STEWARD)
      .isAlreadySo();
    aggregate(first)
      .when(restated('2016-01-01', '10', '11'), STEWARD)
      .refuses('aggregate.sameDayConflict');
  });
  test('may come first: then the value that it replaced was known at an unknown earlier day', () => {
    const only = restated('2016-06-28', '1300761', '1300764');
    aggregate().when(only, STEWARD).isRecorded();
    const history = stateAfter(aggregateDecider, [only]);
    expect(knownOn(history, '2016-06-27')).toEqual({ value: '1300761', isUndated: true });
    expect(knownOn(history, '2016-06-28')).toEqual({ value: '1300764', isUndated: false });
  });
  test('may arrive after a later one', () => {
    const later = restated('2017-02-02', '1300764', '1300791');
    const earlier = restated('2016-06-28', '1300761', '1300764');
    aggregate(later).when(earlier, STEWARD).isRecorded();
    expect(valuesOn([later, earlier], '2016-06-27', '2016-06-28', '2017-02-01', '2017-02-02')).toEqual([
      '1300761',
      '1300764',
      '1300764',
      '1300791',
    ]);
  });
});

describe('A withdrawn total', () => {
  test('leaves no value from its day on', () => {
    const history = [withdrawn('2016-07-08', '10829'), reported('2018-09-19', '1846')];
    expect(valuesOn(history, '2016-07-07', '2016-07-08', '2018-09-18', '2018-09-19')).toEqual([
      '10829',
      undefined,
      undefined,
      '1846',
    ]);
  });
  test('must know what it withdraws, and is withdrawn once a day', () => {
    const first = reported('2016-01-01', '10');
    aggregate(first).when(withdrawn('2017-01-01', '9'), STEWARD).refuses('aggregate.previousMismatch');
    aggregate(first).when(withdrawn('2017-01-01', '10'), STEWARD).isRecorded();
    aggregate(first, withdrawn('2017-01-01', '10')).when(withdrawn('2017-01-01', '10'), STEWARD).isAlreadySo();
    aggregate(first).when(withdrawn('2016-01-01', '9'), STEWARD).refuses('aggregate.sameDayConflict');
  });
});

describe('The cell of a total', () => {
  const other = (more: Partial<AggregateReported>) => cellKey({ ...cell, ...more });
  test('is named by 32 hexadecimal digits of its members, whatever the value', () => {
    // sha256sum of {"dataset":"services","freq":"R",…,"unit":"transaction"}, members in order of their names
    expect(cellKey(cell)).toBe('462b2e14a0eef54a2fce8442507a1f63');
    expect(aggregateStream.id(reported('2016-01-01', '1').data)).toBe(`gb.transactions:${cellKey(cell)}`);
    expect(aggregateStream.id(withdrawn('2017-01-01', '2').data)).toBe(`gb.transactions:${cellKey(cell)}`);
  });
  test.each<Partial<AggregateReported>>([
    { dataset: 'other' },
    { serviceId: 'gb.other' },
    { channel: 'web' },
    { assisted: false },
    { category: 'citizen' },
    { measure: 'volume_digital' },
    { freq: 'A' },
    { periodStart: '2014-07-02' },
    { periodEnd: '2015-06-29' },
    { unit: 'gbp' },
  ])('is another cell with %j', (more) => expect(other(more)).not.toBe(cellKey(cell)));

  test('is about exactly one of service, entity and scope', () => {
    const none = { ...reported('2016-01-01', '1'), data: { ...cell, serviceId: undefined, value: '1' } };
    aggregate().when(none).refuses('event.invalid');
    aggregate()
      .when(fact('gov.sijill.aggregate.reported.v1', { ...cell, scope: 'dubai', value: '1' }))
      .refuses('event.invalid');
  });
  test('does not end before it starts', () =>
    aggregate()
      .when(fact('gov.sijill.aggregate.reported.v1', { ...cell, periodEnd: '2014-06-30', value: '1' }))
      .refuses('period.invalid'));
  test('is backdated by stewards alone', () =>
    aggregate().when(reported('2016-01-01', '10')).refuses('knowledge.backdated'));
  test('is spoken for by its publisher', () => {
    expect(aggregateStream.owners(reported('2016-01-01', '1'), [], contextOf(STEWARD))).toEqual(['gb.transactions']);
    expect(aggregateStream.references(reported('2016-01-01', '1'))).toEqual([
      { category: 'service', id: 'gb.fishing', pointer: '#/data/serviceId' },
    ]);
  });
});
