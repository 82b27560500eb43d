import fc from 'fast-check';
import { bytesOf, verdict } from './json.contract.js';
import { parseJson } from './strict-json.js';

describe('The strict JSON parser', () => {
  test.each([
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1.5',
    '1e2',
    '1E+2',
    '1.25e-2',
    '""',
    '"\\u00e9\\n"',
    '[]',
    '{}',
    ' [ 1 , 2 ] ',
    '{"a":{"b":[{"c":null}]},"b":{"a":1}}',
    '"😀 سجل é"',
    '"\\ud83d\\ude00"',
    '[{"a":1},{"a":2}]',
    '{"":{"":0}}',
    '"\u007f\u2028"',
    '9007199254740991',
    '-9007199254740991',
    '1e-300',
    '0.1',
    '0e5',
    '{"__proto":1,"hasOwnProperty":2,"toString":3}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseJson(bytesOf(text))).toEqual(JSON.parse(text));
  });

  test.each([
    ['', 0],
    [' ', 1],
    ['[1,]', 3],
    ['[,1]', 1],
    ['[1 2]', 3],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":}', 5],
    ['[1}', 2],
    ['{"a":1]', 6],
    ['01', 1],
    ['1.', 2],
    ['.5', 0],
    ['-', 1],
    ['+1', 0],
    ['1e', 2],
    ['1e+', 3],
    ['0x10', 1],
    ['NaN', 0],
    ['Infinity', 0],
    ['nul', 0],
    ['nulll', 4],
    ['TRUE', 0],
    ['"a', 2],
    ['"\\x"', 1],
    ['"\\u12g4"', 1],
    ['"\\ud83d\\u12', 7],
    ['"\t"', 1],
    ['"a\nb"', 2],
    ["'a'", 0],
    ['{} {}', 3],
    ['[1]]', 3],
    ['[', 1],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":1', 6],
    ['/* */ 1', 0],
    ['\u00a01', 0],
    ['[1,2', 4],
    ['"\u0000"', 1],
    ['"\u001f"', 1],
    ['\f1', 0],
    ['-a', 1],
    ['--1', 1],
  ])('finds %p malformed at byte %s, as JSON.parse refuses it', (text, offset) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(verdict(text)).toBe(`json.malformed@${offset}`);
  });

  test.each<[name: string, bytes: number[], offset: number]>([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31], 0],
    ['a lone continuation byte', [0x22, 0x80, 0x22], 1],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 1],
    ['an overlong three-byte form', [0x22, 0xe0, 0x80, 0xaf, 0x22], 1],
    ['an overlong four-byte form', [0x22, 0xf0, 0x8f, 0xbf, 0xbf, 0x22], 1],
    ['half a surrogate pair', [0x22, 0x61, 0xed, 0xa0, 0x80, 0x22], 2],
    ['a code point above U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    ['a lead byte that does not exist', [0x22, 0xff, 0x22], 1],
    ['a sequence cut by the quote', [0x22, 0xd8, 0x22], 1],
    ['a sequence cut by the end', [0x22, 0xe2, 0x82], 1],
    ['Latin-1', [0x22, 0xe9, 0x74, 0xe9, 0x22], 1],
  ])('refuses %s', (_, bytes, offset) => {
    expect(verdict(Uint8Array.from(bytes))).toBe(`json.encoding@${offset}`);
  });

  test('takes exactly the byte sequences that are UTF-8', () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 4, min: 0x80 }), (sequence) => {
        const bytes = Uint8Array.from([0x22, ...sequence, 0x22]);
        let text: string | undefined;
        try {
          text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        } catch {
          text = undefined; // the platform's decoder is the reference here
        }
        if (text === undefined) expect(verdict(bytes)).toMatch(/^json\.encoding@/);
        else expect(parseJson(bytes)).toBe(JSON.parse(text));
      }),
      { seed: 3, numRuns: 5000 },
    ));

  test.each([
    ['"\\u0000"', 'json.encoding@1'],
    ['{"\\u0000":1}', 'json.encoding@2'],
    ['"\\ud800"', 'json.encoding@1'],
    ['"a\\udc00"', 'json.encoding@2'],
    ['"\\ud800\\ud800"', 'json.encoding@1'],
    ['"\\ud800x"', 'json.encoding@1'],
    ['"\\udc00\\ud800"', 'json.encoding@1'],
    ['-0', 'json.number@0'],
    ['[-0.0]', 'json.number@1'],
    ['-0e3', 'json.number@0'],
    ['-1e-400', 'json.number@0'],
    ['1e-400', 'json.number@0'],
    ['1e309', 'json.number@0'],
    ['-1e999', 'json.number@0'],
    ['9007199254740992', 'json.number@0'],
    ['[1,-9007199254740993]', 'json.number@3'],
    ['9007199254740993.0', 'json.number@0'],
    ['1e16', 'json.number@0'],
    ['123456789012345678901234567890', 'json.number@0'],
    ['{"a":1,"a":2}', 'json.duplicateKey@7'],
    ['{"a":{"x":1},"a":1}', 'json.duplicateKey@13'],
    ['{"a":1,"\\u0061":2}', 'json.duplicateKey@7'],
    ['{"\\u0061":1,"a":2}', 'json.duplicateKey@12'],
    ['{"é":1,"\\u00e9":2}', 'json.duplicateKey@8'],
    ['{"":1,"":2}', 'json.duplicateKey@6'],
    ['[{"b":{"a":[],"c":0,"a":1}}]', 'json.duplicateKey@20'],
    ['{"__proto__":1}', 'json.forbiddenKey@1'],
    ['{"a":{"constructor":1}}', 'json.forbiddenKey@6'],
    ['{"prototype":1}', 'json.forbiddenKey@1'],
    ['{"__pr\\u006fto__":1}', 'json.forbiddenKey@1'],
  ])('refuses %s', (text, expected) => {
    expect(verdict(text)).toBe(expected);
  });
});
