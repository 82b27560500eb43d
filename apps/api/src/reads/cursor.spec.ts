import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Cursors } from './cursor.js';

const cursors = new Cursors(Buffer.alloc(32, 7));
const refused = expect.objectContaining({ code: 'cursor.invalid' });

describe('A cursor', () => {
  test('brings back the place it was made of', () =>
    fc.assert(
      fc.property(fc.string(), fc.array(fc.option(fc.string({ unit: 'grapheme' }))), (question, place) => {
        expect(cursors.read(question, cursors.make(question, place))).toEqual(place);
      }),
      { seed: 2026 },
    ));

  test('belongs to its question and to its key', () => {
    const cursor = cursors.make('channel_volume?a', ['x']);
    expect(() => cursors.read('channel_volume?b', cursor)).toThrow(refused);
    expect(() => new Cursors(Buffer.alloc(32, 8)).read('channel_volume?a', cursor)).toThrow(refused);
  });

  test('with any character changed, dropped or added is refused', () => {
    const cursor = cursors.make('q', ['2026-01', null]);
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      expect(() => cursors.read('q', `${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`)).toThrow(refused);
      expect(() => cursors.read('q', `${cursor.slice(0, at)}${cursor.slice(at + 1)}`)).toThrow(refused);
    }
    for (const tail of ['A', '=', ' ', '\n', '.']) expect(() => cursors.read('q', `${cursor}${tail}`)).toThrow(refused);
  });

  test.each(['', 'a', 'null', '....', randomBytes(64).toString('base64url')])('made up as "%s" is refused', (text) =>
    expect(() => cursors.read('q', text)).toThrow(refused),
  );
});
