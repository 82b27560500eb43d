import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { getMetadataStorage } from 'class-validator';
import fc from 'fast-check';
import { faultsOfData } from '../acceptance.js';
import { convertedNames, schemaOfClass } from '../schemas.js';
import {
  Absent,
  IsBool,
  IsBp,
  IsCount,
  IsDay,
  IsDec,
  IsEither,
  IsFils,
  IsHalf,
  IsHours,
  IsId,
  IsInstantText,
  IsInteger,
  IsJurisdiction,
  IsLang,
  IsLink,
  IsListOf,
  IsNumberText,
  IsObjectOf,
  IsObjects,
  IsOneOf,
  IsPart,
  IsRatioValue,
  IsSheets,
  IsSource,
  IsText,
  type ShapeDecorator,
} from '../shapes.js';
import { streams } from '../streams.js';

const LONG = 'a'.repeat(200);
const span = (over: object) => ({ weekly: [{ day: 'sunday', opens: '07:30', closes: '14:30', ...over }] });

/** Type of the domain page → what it takes and what it refuses. */
const FORMS: [string, ShapeDecorator, readonly unknown[], readonly unknown[]][] = [
  ['Id', IsId(), ['a', '0-_.x', LONG], ['', 'A', '-a', 'a b', `${LONG}a`, 'م', 7, null, ['a']]],
  ['Number', IsNumberText(), ['T-1', 'x'.repeat(64)], ['', '-1', 'x'.repeat(65), 'T/1', 1]],
  [
    'source',
    IsSource(),
    ['urn:sijill:rta:core'],
    ['urn:sijill:rta', 'urn:other:rta:core', 'rta', 'urn:sijill:RTA:core'],
  ],
  ['jurisdiction', IsJurisdiction(), ['AE', 'AE-DU', 'CA'], ['ae', 'UAE', 'AE-', 'AE-DUBAI']],
  ['half', IsHalf(), ['2021-H1', '1900-H2'], ['2021-H3', '2021-h1', '1899-H1', '2021']],
  [
    'link',
    IsLink(),
    ['https://dubai.ae/a?b=1'],
    ['http://dubai.ae', 'https://a b', 'javascript:alert(1)', 'https://x/"'],
  ],
  ['Text', IsText(3), ['abc', 'معا', '😀😀😀'], ['', 'abcd', 'a\nb', '\u202eabc', '\u0000', 'e\u0301', '\ud800', 3]],
  [
    'Lang',
    IsLang(3),
    [{ ar: 'نعم' }, { ar: 'x', en: 'y', fr: 'z' }],
    [{}, { de: 'x' }, { ar: '' }, { ar: 'abcd' }, 'x', null, [], { ar: 'x', de: 'y' }],
  ],
  [
    'Day',
    IsDay(),
    ['2020-02-29', '1900-01-01', '2200-12-31'],
    ['2021-02-29', '1899-12-31', '2201-01-01', '2020-2-9', '2020-02', 20200229, '2020-W01-1'],
  ],
  [
    'Instant',
    IsInstantText(),
    ['2020-04-13T09:00:00Z', '2020-04-13T09:00:00.123+04:00'],
    ['2020-04-13', '2020-04-13T09:00:00', '2020-04-13T09:00:00.1234Z', '2020-02-30T09:00:00Z', '2020-04-13 09:00:00Z'],
  ],
  ['Part', IsPart(), ['2021', '2021-12', '2021-12-31'], ['21', '2021-13', '2021-02-30', 2021, '1899']],
  ['Fils', IsFils(), ['0', '1', '9'.repeat(18)], ['', '00', '01', '-1', '1.0', '9'.repeat(19), 1, '1e3']],
  ['Fils from 1', IsFils({ min: 1 }), ['1'], ['0']],
  ['Sheets', IsSheets(), [0, 1_000_000_000], [-1, 1.5, 1_000_000_001, '1', 1e300, Number.NaN, null]],
  ['Sheets from 1', IsSheets({ min: 1 }), [1], [0]],
  ['Count', IsCount(), [0, Number.MAX_SAFE_INTEGER], [-1, 2 ** 53, '0', 0.5]],
  ['Dec', IsDec(), ['0', '-1.5', '999999999999999999.999999'], ['-0', '1.', '.5', '01', '1.1234567', 1, '1e3']],
  ['Bp', IsBp(), [0, 10_000], [-1, 10_001, 0.5]],
  ['integer', IsInteger({ min: 1, max: 3 }), [1, 3], [0, 4, 2.5, '2']],
  [
    'Ratio',
    IsRatioValue(),
    [
      { num: '-1', den: '3' },
      { num: '0', den: '1' },
    ],
    [
      { num: '1', den: '0' },
      { num: '1' },
      { num: 1, den: 3 },
      { num: '01', den: '1' },
      { num: '1', den: '1', of: 'x' },
    ],
  ],
  [
    'Hours',
    IsHours(),
    ['always', span({}), { weekly: [], note: { ar: 'عطلة' } }, span({ closes: '24:00' })],
    [
      'never',
      {},
      span({ day: 'Sun' }),
      span({ opens: '7:30' }),
      span({ closes: '24:30' }),
      span({ lunch: '12:00' }),
      { weekly: Array(15).fill(span({}).weekly[0]) },
    ],
  ],
  ['code', IsOneOf(['fee', 'bill']), ['fee'], ['Fee', '', 0, null, 'constructor']],
  ['boolean', IsBool(), [true, false], [0, 'true', null]],
  [
    'list',
    IsListOf(IsId(), 2, { min: 1, isUnique: true }),
    [['a'], ['a', 'b']],
    [[], ['a', 'a'], ['a', 'b', 'c'], ['A'], 'a', { 0: 'a' }],
  ],
  ['choice', IsEither(IsDec(), IsPart()), ['1.5', '2021-04'], ['x', '', null]],
];

const sampleClass = (decorator: ShapeDecorator) => {
  class Sample {
    value!: unknown;
  }
  decorator(Sample.prototype, 'value');
  return Sample;
};

describe('The vocabulary of event data', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });

  test.each(FORMS)('%s takes what its form says and nothing else', (_, decorator, good, bad) => {
    const Sample = sampleClass(decorator);
    for (const value of good) expect([value, faultsOfData(Sample, { value })]).toEqual([value, []]);
    for (const value of bad) expect([value, faultsOfData(Sample, { value }).length > 0]).toEqual([value, true]);
  });

  test.each(FORMS)('%s has a JSON Schema that takes whatever the intake takes', (_, decorator, good) => {
    const Sample = sampleClass(decorator);
    const isValid = ajv.compile(schemaOfClass(Sample));
    for (const value of good) expect([value, isValid({ value })]).toEqual([value, true]);
    expect(isValid({})).toBe(false);
    expect(isValid({ value: good[0], more: 1 })).toBe(false);
  });

  test('the intake takes nothing that the JSON Schema refuses, whatever the value', () => {
    for (const [name, decorator] of FORMS) {
      const Sample = sampleClass(decorator);
      const isValid = ajv.compile(schemaOfClass(Sample));
      const property = fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        if (faultsOfData(Sample, { value }).length === 0)
          expect([name, value, isValid({ value })]).toEqual([name, value, true]);
      });
      fc.assert(property, { seed: 20171026, numRuns: 100 });
    }
  });

  test('a member may be left out only where that is said, and null never stands for absence', () => {
    class Sample {
      @Absent() @IsId() maybe?: string;
    }
    expect(faultsOfData(Sample, {})).toEqual([]);
    expect(faultsOfData(Sample, { maybe: null })).toMatchObject([{ pointer: '#/data/maybe', code: 'id.format' }]);
  });

  test('nested objects are closed, limited in number, and no list passes for an object', () => {
    class Item {
      @IsId() id!: string;
    }
    class Sample {
      @IsObjectOf(Item) one!: Item;
      @IsObjects(Item, 2) many!: Item[];
    }
    const faults = (one: unknown, many: unknown) => faultsOfData(Sample, { one, many }).map(({ pointer }) => pointer);
    expect(faults({ id: 'a' }, [{ id: 'a' }, { id: 'b' }])).toEqual([]);
    expect(faults({ id: 'A' }, [{ id: 'a' }, { id: 'B', more: 1 }])).toEqual([
      '#/data/one/id',
      '#/data/many/1/more',
      '#/data/many/1/id',
    ]);
    expect(faults([{ id: 'a' }], [[{ id: 'a' }]])).toEqual(['#/data/one', '#/data/many/0']);
    expect(faults(null, [{ id: 'a' }, 'b', null])).toEqual(['#/data/one', '#/data/many']);
    expect(faults({ id: 'a' }, [{ id: 'a' }, 'b'])).toEqual(['#/data/many/1']);
    const isValid = ajv.compile(schemaOfClass(Sample));
    expect(isValid({ one: { id: 'a' }, many: [{ id: 'a' }] })).toBe(true);
    expect(isValid({ one: { id: 'a', more: 1 }, many: [] })).toBe(false);
    expect(isValid({ one: { id: 'a' }, many: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })).toBe(false);
  });

  test('every decorator on a data class reaches the JSON Schema', () => {
    expect(streams.length).toBeGreaterThan(0);
    const storage = getMetadataStorage();
    const classes = streams.flatMap(({ events }) => Object.values(events));
    const names = classes.flatMap((type) =>
      storage.getTargetValidationMetadatas(type, '', true, false).map(({ name, type: kind }) => name ?? kind),
    );
    const converted = convertedNames();
    expect([...new Set(names)].filter((name) => !converted.has(name))).toEqual([]);
  });

  test('no data class uses a decorator that lets null, bare years or 1e300 pass', () => {
    const banned = /\b(IsOptional|IsDateString|IsISO8601|IsInt|IsNumber|IsNumberString)\b/;
    const root = join(__dirname, '..');
    const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
    );
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter((file) => banned.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
