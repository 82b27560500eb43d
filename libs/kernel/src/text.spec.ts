import fc from 'fast-check';
import { isBp, isCount, isDec, isFils, isId, isNumber, isSheets } from './id.js';
import { codePoints, isPlainText, nearest, slug } from './text.js';

describe('A slug', () => {
  test.each([
    ['Driver and Vehicle Licensing Agency', 'driver-and-vehicle-licensing-agency'],
    ['  HM Revenue & Customs ', 'hm-revenue-customs'],
    ['Café – Crème', 'cafe-creme'],
    ['ﬁle №5', 'file-no5'],
    ['DVLA/DVSA', 'dvla-dvsa'],
    ['--a__b--', 'a-b'],
    ['A1', 'a1'],
    ['سجل', ''],
    ['Île-de-France', 'ile-de-france'],
    ["Land Registry's", 'land-registry-s'],
    ['', ''],
  ])('of %p is %p', (text, expected) => {
    expect(slug(text)).toBe(expected);
  });

  test('is empty or made of a to z, 0 to 9 and single hyphens, and is its own slug', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(slug(text)).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/);
        expect(slug(slug(text))).toBe(slug(text));
      }),
      { seed: 51 },
    ));
});

describe('Plain text', () => {
  test.each(['', 'سجل', 'é', '😀', 'a\u200fb', 'خدمة\u200cها', 'line 1', '\u00a0'])('%p is', (text) => {
    expect(isPlainText(text)).toBe(true);
  });

  test.each([
    'e\u0301',
    'a\nb',
    '\t',
    '\u0000',
    '\u007f',
    '\u0085',
    '\u202e',
    '\u202a',
    '\u2066',
    '\u2069',
    '\ud83d',
    '\ude00x',
    '\u212b',
    5,
    null,
    undefined,
  ])('%p is not', (text) => {
    expect(isPlainText(text)).toBe(false);
  });
});

describe('Length in code points', () => {
  test('is that of the iterator, half pairs included', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'é', '😀', '\ud83d', '\ude00', 'س')), (parts) => {
        expect(codePoints(parts.join(''))).toBe([...parts.join('')].length);
      }),
      { seed: 52 },
    ));
});

describe('The nearest known texts', () => {
  test('are those of fewest edits, equals in code unit order, at most three', () => {
    const known = ['dubai-customs', 'dubai-custom', 'dubai-courts', 'dewa', 'rta', 'dubai-police'];
    expect(nearest('dubai-custms', known)).toEqual(['dubai-customs', 'dubai-custom', 'dubai-courts']);
    expect(nearest('dubai-custms', [...known].reverse(), 2)).toEqual(['dubai-customs', 'dubai-custom']);
    expect(nearest('dewa', known, 1)).toEqual(['dewa']);
    expect(nearest('b', ['c', 'a'])).toEqual(['a', 'c']);
  });

  test('are none when nothing is near', () => {
    expect(nearest('customs', ['zzzzzzzzzzzzzzzz', 'qqqqqqq'])).toEqual([]);
    expect(nearest('customs', [])).toEqual([]);
  });
});

describe('The forms of domain.md, section 3.1', () => {
  const digits = (count: number) => '9'.repeat(count);
  test.each<[rule: (value: unknown) => boolean, accepted: unknown[], refused: unknown[]]>([
    [
      isId,
      ['a', '0', 'dubai-customs', 'gb.hmrc_x', 'a'.repeat(200)],
      ['', 'A', '-a', '.a', 'a b', 'a:b', 'é', 'a\n', 'a'.repeat(201), 5, null],
    ],
    [isNumber, ['T-1', '0', 'A_b.c', 'a'.repeat(64)], ['', '-1', 'a/b', 'a\n', 'a'.repeat(65), 1]],
    [isFils, ['0', '1', '12500', digits(18)], ['', '00', '01', '-1', '1.0', digits(19), '1\n', 5]],
    [
      isDec,
      ['0', '-1', '0.5', '-0.000001', '0.0', `${digits(18)}.999999`],
      ['-0', '-0.00', '1.', '.5', '01', '1.1234567', digits(19), '1e3', '+1', 1],
    ],
    [isCount, [0, 1, Number.MAX_SAFE_INTEGER], [-1, -0, 0.5, 2 ** 53, Number.NaN, '1', null]],
    [isSheets, [0, 1_000_000_000], [1_000_000_001, -1, -0, 1.5]],
    [isBp, [0, 10_000], [10_001, -1, 0.5]],
  ])('%p accepts to its limits and not past them', (rule, accepted, refused) => {
    expect(accepted.filter((value) => !rule(value))).toEqual([]);
    expect(refused.filter((value) => rule(value))).toEqual([]);
  });
});
