import { decimalText, type Ratio, ratio, ratioOfDecimal } from '#kernel';
import { roundedLike, type Stated, verdictOf } from './verdict.js';

const TODAY = '2021-06-30';
const yardstick = { today: TODAY, aboutTolerance: ratio(1n, 20n), minCoverage: ratio(9n, 10n) };
const claim = (value: string, qualifier: string, more: Partial<Stated> = {}): Stated => ({
  ...{ value, qualifier, unit: 'sheet', periodEnd: null },
  ...more,
});
const judged = (one: Stated, value: Ratio | string, coverage: Ratio | null = ratio(1n)) =>
  verdictOf(one, { value, coverage }, yardstick);
const amount = (one: Stated, value: string, coverage: Ratio | null = ratio(1n)) =>
  judged(one, ratioOfDecimal(value), coverage);

describe('The verdict on a claim', () => {
  test.each([
    ['more_than', '100', '100', 'contradicted'],
    ['more_than', '100', '100.000001', 'consistent'],
    ['up_to', '100', '100', 'consistent'],
    ['up_to', '100', '100.1', 'contradicted'],
    ['about', '100', '105', 'consistent'],
    ['about', '100', '95', 'consistent'],
    ['about', '100', '105.01', 'contradicted'],
    ['exact', '0.57', '0.565', 'consistent'],
    ['exact', '0.57', '0.5749', 'consistent'],
    ['exact', '0.57', '0.575', 'contradicted'],
    ['exact', '0.30', '0.304', 'consistent'],
    ['exact', '0.30', '0.31', 'contradicted'],
    ['exact', '130000', '130000.49', 'consistent'],
  ])('[CLM-3] on %s %s, measured as %s, is %s', (qualifier, value, measured, verdict) =>
    expect(amount(claim(value, qualifier), measured)).toBe(verdict),
  );

  test.each(['forecast', 'by'])('on what is to come (%s) waits for its day', (qualifier) => {
    expect(amount(claim('55', qualifier, { periodEnd: '2021-07-01' }), '55')).toBe('not_measurable');
    expect(amount(claim('55', qualifier, { periodEnd: TODAY }), '55')).toBe('consistent');
    expect(amount(claim('55', qualifier, { periodEnd: TODAY }), '50')).toBe('contradicted');
    expect(amount(claim('55', qualifier), '55')).toBe('not_measurable');
  });
  test('on an amount by a day is reached from below, and on a forecast from both sides', () => {
    expect(amount(claim('55', 'by', { periodEnd: TODAY }), '99')).toBe('consistent');
    expect(amount(claim('55', 'forecast', { periodEnd: TODAY }), '99')).toBe('contradicted');
  });

  test('needs a measurement that covers enough', () => {
    expect(verdictOf(claim('1', 'exact'), undefined, yardstick)).toBe('not_measurable');
    expect(amount(claim('1', 'exact'), '1', ratio(899n, 1000n))).toBe('not_measurable');
    expect(amount(claim('1', 'exact'), '1', ratio(9n, 10n))).toBe('consistent');
    expect(amount(claim('1', 'exact'), '1', null)).toBe('consistent');
    expect(judged(claim('1', 'exact'), '2021-01-01')).toBe('not_measurable');
  });

  const dated = (value: string, qualifier: string, unit = 'year') => claim(value, qualifier, { unit });
  test.each([
    ['2020', 'exact', '2020-12-31', 'consistent'],
    ['2020', 'exact', '2019-12-31', 'contradicted'],
    ['2020', 'exact', '2021-01-01', 'contradicted'],
    ['2020', 'more_than', '2021-01-01', 'consistent'],
    ['2020', 'more_than', '2020-12-31', 'contradicted'],
    ['2020', 'by', '2019-05-05', 'consistent'],
    ['2020', 'by', '2021-01-01', 'contradicted'],
    ['2021', 'by', '2021-01-01', 'not_measurable'],
  ])('[CLM-3] on the date %s %s, found on %s, is %s', (value, qualifier, day, verdict) =>
    expect(judged(dated(value, qualifier), day)).toBe(verdict),
  );
  test('[CLM-3] on a date by which something was to be whole looks at its share at the end of that date', () => {
    const due = dated('2021-05', 'by', 'year-month');
    expect(judged(due, ratio(5n, 5n))).toBe('consistent');
    expect(judged(due, ratio(4n, 5n))).toBe('contradicted');
    expect(judged(dated('2021-05', 'more_than', 'year-month'), ratio(4n, 5n))).toBe('consistent');
  });
});

describe('A number rounded like another', () => {
  test.each([
    ['0.00', ratio(5n, 1000n), '0.01'],
    ['0.00', ratio(-5n, 1000n), '0'],
    ['0.00', ratio(-6n, 1000n), '-0.01'],
    ['0', ratio(1n, 2n), '1'],
    ['0', ratio(-1n, 2n), '0'],
    ['0', ratio(-3n, 1n), '-3'],
  ])('%s: half goes up', (stated, value, rounded) => expect(decimalText(roundedLike(stated, value))).toBe(rounded));
});
