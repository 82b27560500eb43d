import fc from 'fast-check';
import { bytesOf, members, nested, verdict } from './json.contract.js';
import { parseJsonItems, splitLines } from './strict-json.js';

describe('A list of items', () => {
  const verdicts = (text: string) =>
    parseJsonItems(bytesOf(text)).map((item) =>
      'failure' in item ? `${item.failure.code}@${item.failure.params.offset}` : item,
    );

  test('has a verdict for each item, whatever happens to its neighbours', () => {
    const items = [
      '{"a":1}',
      '{"a":1,"a":2}',
      '9007199254740993',
      nested(40),
      '{"constructor":{}}',
      '"\\ud800"',
      members(10_001),
      `"${'x'.repeat(65_537)}"`,
      '{"é":[]}',
    ];
    expect(
      verdicts(`[${items.join(' ,\n')}]`).map((item) => (typeof item === 'string' ? item.split('@')[0] : item)),
    ).toEqual([
      { value: { a: 1 }, bytes: 7 },
      'json.duplicateKey',
      'json.number',
      'json.tooDeep',
      'json.forbiddenKey',
      'json.encoding',
      'json.tooLarge',
      'json.tooLarge',
      { value: { é: [] }, bytes: 9 },
    ]);
  });

  test('names the first fault of an item by its offset in the whole', () => {
    expect(verdicts('[1,{"a":-0,"a":1}]')).toEqual([{ value: 1, bytes: 1 }, 'json.number@8']);
  });

  test('counts limits for each item on its own', () => {
    expect(
      verdicts(`[${members(10_000)},${members(10_000)},${nested(32)}]`).every((item) => typeof item === 'object'),
    ).toBe(true);
    expect(verdicts('[{"a":1},{"a":1}]').every((item) => typeof item === 'object')).toBe(true);
  });

  test('may be empty', () => {
    expect(parseJsonItems(bytesOf(' [ ] '))).toEqual([]);
  });

  test.each([
    '',
    '{}',
    '1',
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,]',
    '[1 2]',
    '[1]x',
    '[1}',
    '[{"a":1,"a":2},}]',
    '[-0,"\t"]',
    '[]]',
  ])('is refused as a whole when the frame is broken: %s', (text) => {
    expect(() => parseJsonItems(bytesOf(text))).toThrow(expect.objectContaining({ code: 'json.malformed' }));
  });

  test('is refused as a whole when an item is not UTF-8', () => {
    const bytes = Uint8Array.from([...bytesOf('[1,"'), 0xff, ...bytesOf('"]')]);
    expect(() => parseJsonItems(bytes)).toThrow(
      expect.objectContaining({ code: 'json.encoding', params: { offset: '4' } }),
    );
    expect(() => parseJsonItems(Uint8Array.from([0xef, 0xbb, 0xbf, 0x5b, 0x5d]))).toThrow(
      expect.objectContaining({ code: 'json.encoding' }),
    );
  });

  test('gives the same values as reading each item alone', () =>
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 3 }), { maxLength: 8 }), (texts) => {
        const items = parseJsonItems(bytesOf(`[${texts.join(',')}]`));
        expect(items.map((item) => ('failure' in item ? item.failure.code : 'accepted'))).toEqual(
          texts.map((text) => verdict(text).split('@')[0]),
        );
      }),
      { seed: 6 },
    ));
});

describe('Lines of JSON', () => {
  const lines = (text: string) =>
    splitLines(bytesOf(text)).map(({ line, bytes }) => [line, new TextDecoder().decode(bytes)]);

  test.each<[text: string, expected: [number, string][]]>([
    ['', []],
    ['\n', []],
    ['1', [[1, '1']]],
    ['1\n', [[1, '1']]],
    [
      '1\r\n2\r\n',
      [
        [1, '1'],
        [2, '2'],
      ],
    ],
    [
      '\n\r\n \t\n1\n\n2',
      [
        [4, '1'],
        [6, '2'],
      ],
    ],
    ['{"a":\r1}', [[1, '{"a":\r1}']]],
    [
      'سجل\n😀',
      [
        [1, 'سجل'],
        [2, '😀'],
      ],
    ],
    ['\r\n1\r', [[2, '1']]],
  ])('%p are numbered as an editor shows them', (text, expected) => {
    expect(lines(text)).toEqual(expected);
  });
});
