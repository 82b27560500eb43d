import fc from 'fast-check';
import { isDay } from './day.js';
import { dayOfInstant, hourOf, instantMicros, instantText, isInstant } from './instant.js';

const SEED = 20_260_102;
const FIRST = -2_208_988_800_000; // 1900-01-01T00:00Z in milliseconds
const LAST = 7_289_654_399_999; // end of 2200-12-31
const millis = fc.integer({ min: FIRST, max: LAST });

describe('An instant', () => {
  test.each([
    ['2021-12-12T08:00:00Z', 1_639_296_000_000_000n],
    ['2021-12-12T12:00:00+04:00', 1_639_296_000_000_000n],
    ['2021-12-11T20:00:00.000-12:00', 1_639_296_000_000_000n],
    ['2021-12-12T08:00:00.5Z', 1_639_296_000_500_000n],
    ['2021-12-12T08:00:00.05Z', 1_639_296_000_050_000n],
    ['2021-12-12T08:00:00.123Z', 1_639_296_000_123_000n],
    ['1970-01-01T00:00:00Z', 0n],
    ['1969-12-31T23:59:59.999Z', -1_000n],
    ['1970-01-01T00:00:00+14:00', -50_400_000_000n],
    ['1970-01-01T00:00:00-14:00', 50_400_000_000n],
    ['2024-02-29T23:59:59-00:00', 1_709_251_199_000_000n],
    ['1900-01-01T00:00:00Z', -2_208_988_800_000_000n],
  ])('%s is %s microseconds from 1970', (text, micros) => {
    expect(isInstant(text)).toBe(true);
    expect(instantMicros(text)).toBe(micros);
  });

  test('reads six digits where the ledger wrote them, and does not accept them from others', () => {
    expect(isInstant('2021-12-12T08:00:00.123456Z')).toBe(false);
    expect(instantMicros('2021-12-12T08:00:00.123456Z')).toBe(1_639_296_000_123_456n);
    expect(instantMicros('1969-12-31T23:59:59.999999Z')).toBe(-1n);
  });

  test.each([
    '2021-12-12',
    '2021-12-12T08:00Z',
    '2021-12-12T08:00:00',
    '2021-12-12t08:00:00Z',
    '2021-12-12T08:00:00z',
    '2021-12-12 08:00:00Z',
    '2021-02-30T08:00:00Z',
    '2100-02-29T00:00:00Z',
    '2021-13-01T00:00:00Z',
    '2021-12-12T24:00:00Z',
    '2021-12-12T23:60:00Z',
    '2016-12-31T23:59:60Z',
    '2021-12-12T08:00:00.Z',
    '2021-12-12T08:00:00,5Z',
    '2021-12-12T08:00:00.1234567Z',
    '2021-12-12T08:00:00+14:01',
    '2021-12-12T08:00:00-15:00',
    '2021-12-12T08:00:00+4:00',
    '2021-12-12T08:00:00+0400',
    '2021-12-12T08:00:00+04',
    '2021-12-12T08:00:00+04:60',
    '1899-12-31T23:59:59Z',
    '2201-01-01T00:00:00Z',
    '2021-W50-7T08:00:00Z',
    '2021-12-12T08:00:00Z\n',
    ' 2021-12-12T08:00:00Z',
    '٢٠٢١-12-12T08:00:00Z',
    '+002021-12-12T08:00:00Z',
    '',
  ])('%p is none', (text) => {
    expect(isInstant(text)).toBe(false);
    for (const read of [instantMicros, dayOfInstant])
      expect(() => read(text)).toThrow(expect.objectContaining({ code: 'instant.invalid' }));
  });

  test.each([1_639_296_000, null, undefined, {}])('%p is none', (value) => {
    expect(isInstant(value)).toBe(false);
  });

  test(`is exactly what its pattern says, however a text is spoilt (seed ${SEED})`, () => {
    const well = fc
      .tuple(millis, fc.constantFrom('Z', '+04:00', '-13:59', '+14:00', '-00:00'), fc.nat(7))
      .map(
        ([ms, offset, fraction]) =>
          `${new Date(ms).toISOString().slice(0, 19)}${'.123456'.slice(0, fraction)}${offset}`,
      );
    const strange = fc.constantFrom('', ...'0123456789.:+-TZtz \n٢');
    const spoilt = fc
      .tuple(well, fc.nat(32), fc.nat(2), strange)
      .map(([text, at, taken, given]) => text.slice(0, at) + given + text.slice(at + taken));
    const isFound = (text: string): boolean => {
      const fraction = /^(.{10})T([01]\d|2[0-3])(?::[0-5]\d){2}(\.\d{1,3})?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/.exec(
        text,
      );
      return fraction !== null && isDay(fraction[1]);
    };
    const property = fc.property(fc.oneof(well, spoilt), (text) =>
      expect([text, isInstant(text)]).toEqual([text, isFound(text)]),
    );
    fc.assert(property, { seed: SEED, numRuns: 5_000 });
  });

  test('is written with exactly six digits, in UTC', () => {
    expect(instantText(0n)).toBe('1970-01-01T00:00:00.000000Z');
    expect(instantText(-1n)).toBe('1969-12-31T23:59:59.999999Z');
    expect(instantText(1_639_296_000_123_456n)).toBe('2021-12-12T08:00:00.123456Z');
    expect(() => instantText(7_289_654_400_000_000n)).toThrow(expect.objectContaining({ code: 'day.invalid' }));
  });

  test('is what the runtime makes of it, in whatever offset it is written', () =>
    fc.assert(
      fc.property(millis, fc.integer({ min: -840, max: 840 }), (time, offset) => {
        const local = time + offset * 60_000;
        fc.pre(local >= FIRST && local <= LAST);
        const shift = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(shift / 60)).padStart(2, '0')}:${String(shift % 60).padStart(2, '0')}`;
        const text = new Date(local).toISOString().replace('Z', zone);
        expect(isInstant(text)).toBe(true);
        expect(instantMicros(text)).toBe(BigInt(time) * 1000n);
      }),
      { seed: 11, numRuns: 1000 },
    ));

  test('is the same after writing and reading, to the microsecond, and its texts sort in order of time', () => {
    const micros = fc.bigInt({ min: BigInt(FIRST) * 1000n, max: BigInt(LAST) * 1000n });
    fc.assert(
      fc.property(micros, micros, (one, two) => {
        expect(instantMicros(instantText(one))).toBe(one);
        expect(instantText(one) < instantText(two)).toBe(one < two);
      }),
      { seed: 12, numRuns: 1000 },
    );
  });
});

describe('The day of an instant', () => {
  test.each([
    ['2021-12-11T19:59:59.999Z', 'Asia/Dubai', '2021-12-11'],
    ['2021-12-11T20:00:00Z', 'Asia/Dubai', '2021-12-12'],
    ['2021-12-12T00:00:00+04:00', 'Asia/Dubai', '2021-12-12'],
    ['2021-06-30T22:59:59Z', 'Europe/London', '2021-06-30'],
    ['2021-06-30T23:00:00Z', 'Europe/London', '2021-07-01'],
    ['2021-12-31T23:59:59Z', 'Europe/London', '2021-12-31'],
    ['2019-04-01T03:59:59Z', 'America/Toronto', '2019-03-31'],
    ['2019-04-01T04:00:00Z', 'America/Toronto', '2019-04-01'],
    ['2019-01-01T04:59:59Z', 'America/Toronto', '2018-12-31'],
  ])('%s in %s is %s', (text, zone, day) => {
    expect(dayOfInstant(text, zone)).toBe(day);
  });

  test('in Dubai is the one the zone tables give, in every year since the zone became UTC+4', () => {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Dubai', dateStyle: 'short' });
    fc.assert(
      fc.property(fc.integer({ min: -1_577_836_800_000, max: LAST - 14_400_000 }), (time) => {
        expect(dayOfInstant(new Date(time).toISOString())).toBe(format.format(time));
      }),
      { seed: 13, numRuns: 500 },
    );
  });

  test.each([
    ['2021-12-11T19:59:59.999Z', 'Asia/Dubai', 23],
    ['2021-12-11T20:00:00Z', 'Asia/Dubai', 0],
    ['1900-01-01T00:00:00Z', 'Asia/Dubai', 4],
    ['2021-12-12T09:59:59+04:00', 'Asia/Dubai', 9],
    ['2021-06-30T22:59:59Z', 'Europe/London', 23],
    ['2021-06-30T23:00:00Z', 'Europe/London', 0],
    ['2019-04-01T16:30:00Z', 'America/Toronto', 12],
  ])('%s in %s has the hour %s', (text, zone, hour) => {
    expect(hourOf(text, zone)).toBe(hour);
  });

  test('of an unknown zone is a RangeError, never the day of another zone', () => {
    expect(() => dayOfInstant('2021-12-11T19:59:59Z', 'Asia/Dubay')).toThrow(RangeError);
  });
});
