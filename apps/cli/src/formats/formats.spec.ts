import { decimalOf } from './format.js';
import { FORMAT_NAMES } from './formats.js';
import { periodOfText } from './uk-restatements.js';
import { cellOfColumn } from './uk-services.js';

describe('A published table', () => {
  test('has a name in the list of formats', () => {
    expect(FORMAT_NAMES).toEqual([
      'cloudevents-ndjson',
      'uk-services',
      'uk-restatements',
      'ca-service-inventory-volumes',
      'published-claims',
    ]);
  });

  test.each([
    ['1,234,567', { value: '1234567' }],
    [' 12.50 ', { value: '12.5' }],
    ['40.0', { value: '40' }],
    ['007', { value: '7' }],
    ['0', { value: '0' }],
    ['', {}],
    ['-', {}],
    ['#REF!', { isNotNumber: true }],
    ['NA', { isNotNumber: true }],
    ['1e3', { isNotNumber: true }],
    ['1.1234567', { isNotNumber: true }],
  ])('the cell %p is %p: never rounded, never guessed', (cell, decimal) => {
    expect(decimalOf(cell)).toEqual(decimal);
  });
});

describe('A column of uk-services', () => {
  test.each([
    ['2017-Q4 Vol.', 'volume', 'R', '2016-10-01', '2017-09-30'],
    ['2013-Q1 Digital vol.', 'volume_digital', 'R', '2012-01-01', '2012-12-31'],
    ['2014-Q2 CPT (£)', 'cost_per_transaction', 'R', '2013-04-01', '2014-03-31'],
    ['2012-Q4 Digital CPT (£)', 'cost_per_transaction_digital', 'R', '2011-04-01', '2012-03-31'],
    ['Total transactions\nJan - Mar 2017', 'volume', 'Q', '2017-01-01', '2017-03-31'],
    ['Digital transactions\nOct - Dec 2016', 'volume_digital', 'Q', '2016-10-01', '2016-12-31'],
  ])('%p holds %s, %s, from %s to %s', (column, measure, freq, periodStart, periodEnd) => {
    expect(cellOfColumn(column)).toMatchObject({ measure, freq, periodStart, periodEnd });
  });

  test.each(['2012-Q4 Completion rate', '2012-Q4 User satisfaction', 'Digital exceeds all', 'Notes', ''])(
    '%p is not imported',
    (column) => expect(cellOfColumn(column)).toBeUndefined(),
  );
});

describe('A period in words', () => {
  test.each([
    ['July 2013 to June 2014', ['2013-07-01', '2014-06-30']],
    ['January 2014 to December 2015', ['2014-01-01', '2014-12-31']],
    ['March 2015 to February 2016', ['2015-03-01', '2016-02-29']],
  ])('%p', (text, period) => expect(periodOfText(text)).toEqual(period));

  test('is refused when it is none', () => expect(periodOfText('2013 to 2014')).toBeUndefined());
});
