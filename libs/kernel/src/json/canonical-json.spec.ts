import fc from 'fast-check';
import { canonicalBytes, canonicalText } from './canonical-json.js';
import { bytesOf, nested } from './json.contract.js';
import { type Json, parseJson } from './strict-json.js';

const doubleOf = (hex: string): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
};

const isKept = (value: unknown) => typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value);

/** Documents that the strict parser accepts. */
const documents = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
  .map((value) => JSON.stringify(value))
  .filter((text) => !/__proto__|constructor|prototype/.test(text))
  .map((text) => JSON.parse(text, (_, value) => (isKept(value) ? value : 7)) as Json);

const shuffled = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, shuffled(inner)]),
  );
};

describe('Canonical JSON', () => {
  test('RFC 8785, sections 3.2.2 to 3.2.4: the sample and its bytes', () => {
    const sample = `{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`;
    const value = JSON.parse(sample) as Json;
    expect(canonicalText(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(Buffer.from(canonicalBytes(value)).toString('hex')).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e33333333' +
        '3333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c22' +
        '5c5c5c5c5c222f227d',
    );
  });

  test('RFC 8785, section 3.2.3: members stand in the order of UTF-16 code units, not of code points', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalText(value)) as object).length).toBe(7);
    expect(canonicalText(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('RFC 8785, appendix B: the double %s is %s', (hex, text) => {
    expect(canonicalText(doubleOf(hex))).toBe(text);
  });

  test.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])(
    'RFC 8785, appendix B: %s has no text',
    (hex) => {
      expect(() => canonicalText(doubleOf(hex))).toThrow(TypeError);
    },
  );

  test.each<[value: unknown, why: string]>([
    ['\ud800', 'half a pair'],
    [{ '\udc00': 1 }, 'half a pair in a name'],
    [undefined, 'undefined'],
    [{ a: undefined }, 'undefined in an object'],
    [[undefined], 'undefined in a list'],
    [1n, 'a bigint'],
    [() => 1, 'a function'],
  ])('refuses %p: %s', (value) => {
    expect(() => canonicalText(value as Json)).toThrow(TypeError);
  });

  test('has an end at 64 levels instead of an exhausted stack', () => {
    expect(canonicalText(JSON.parse(nested(64)) as Json)).toBe(nested(64));
    expect(() => canonicalText(JSON.parse(nested(65)) as Json)).toThrow(RangeError);
    expect(() => canonicalText(JSON.parse(nested(100_000)) as Json)).toThrow(RangeError);
  });

  test('read and written again is the same text, however the members were ordered', () =>
    fc.assert(
      fc.property(documents, (value) => {
        const text = canonicalText(value);
        const again = parseJson(bytesOf(text));
        expect(again).toEqual(value);
        expect(canonicalText(again)).toBe(text);
        expect(canonicalText(shuffled(value))).toBe(text);
        expect(Buffer.from(canonicalBytes(value)).toString('utf8')).toBe(text);
      }),
      { seed: 7, numRuns: 1000 },
    ));

  test('has its names in rising order and no space outside texts', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.integer()), (value) => {
        const names = Object.keys(value).sort((left, right) => (left < right ? -1 : 1));
        expect(canonicalText(value)).toBe(
          `{${names.map((name) => `${JSON.stringify(name)}:${value[name]}`).join(',')}}`,
        );
      }),
      { seed: 8 },
    ));
});
