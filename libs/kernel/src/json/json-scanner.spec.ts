import fc from 'fast-check';
import { bytesOf, members, nested, verdict } from './json.contract.js';
import { parseJson } from './strict-json.js';

describe('The strict JSON parser under load and damage', () => {
  test('accepts its limits and refuses one past them', () => {
    expect(verdict(nested(32))).toBe('accepted');
    expect(verdict(nested(33))).toBe('json.tooDeep@32');
    expect(verdict(nested(32, '1'))).toBe('accepted');
    expect(verdict(members(10_000))).toBe('accepted');
    expect(verdict(members(10_001))).toMatch(/^json\.tooLarge@/);
    expect(verdict(`[${members(5000)},${members(5001)}]`)).toMatch(/^json\.tooLarge@/);
    for (const [letter, count] of [
      ['a', 65_536],
      ['é', 32_768],
      ['\\n', 65_536],
      ['\\u0061', 65_536],
      ['\\u0633', 32_768],
      ['\\ud83d\\ude00', 16_384],
    ] as const) {
      expect(verdict(`"${letter.repeat(count)}"`)).toBe('accepted');
      expect(verdict(`["a${letter.repeat(count)}"]`)).toBe('json.tooLarge@1');
    }
    expect(verdict(`{"${'n'.repeat(65_537)}":1}`)).toBe('json.tooLarge@1');
  });

  test('survives any depth and any number of names without a deep stack or a quadratic search', () => {
    expect(verdict('['.repeat(2_000_000))).toBe('json.malformed@2000000');
    expect(verdict('{"a":'.repeat(500_000))).toBe('json.malformed@2500000');
    expect(verdict(nested(1_000_000))).toBe('json.tooDeep@32');
    const last = `${members(9_998).slice(0, -1)},"m7":1}`;
    expect(verdict(last)).toBe(`json.duplicateKey@${last.length - 7}`);
  });

  test('tells names apart whose hashes collide', () => {
    const names = new Map<number, string>(); // 32-bit FNV-1a: a few hundred thousand names hold some pairs
    const pairs: [string, string][] = [];
    for (let at = 0; pairs.length < 3; at++) {
      const name = `k${at.toString(36)}`;
      let hash = 0x811c9dc5 | 0;
      for (const byte of bytesOf(name)) hash = Math.imul(hash ^ byte, 0x01000193);
      const other = names.get(hash);
      if (other === undefined) names.set(hash, name);
      else pairs.push([other, name]);
    }
    for (const [one, two] of pairs) {
      expect(verdict(`{"${one}":1,"${two}":2}`)).toBe('accepted');
      expect(verdict(`{"${one}":1,"${two}":2,"${one}":3}`)).toMatch(/^json\.duplicateKey@/);
    }
  });

  test('finds a repeated name wherever and however it is written, and only that', () => {
    const written = (name: string, isEscaped: boolean) =>
      isEscaped ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"` : `"${name}"`;
    const name = fc.record({ text: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzسجلé'), isEscaped: fc.boolean() });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 30 }), (list) => {
        const text = `{${list.map(({ text, isEscaped }) => `${written(text, isEscaped)}:{"a":0}`).join(',')}}`;
        const isRepeated = new Set(list.map(({ text }) => text)).size < list.length;
        expect(verdict(text).split('@')[0]).toBe(isRepeated ? 'json.duplicateKey' : 'accepted');
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  test('agrees with JSON.parse on documents and on damaged documents', () =>
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 5 }),
        fc.nat(),
        fc.constantFrom('', '"', ',', ']', '}', '{', ':', '1', '\\', ' ', '-', 'e'),
        (text, at, damage) => {
          const place = at % (text.length + 1);
          for (const candidate of [text, text.slice(0, place) + damage + text.slice(place + 1)]) {
            let expected: unknown;
            let isJson = true;
            try {
              expected = JSON.parse(candidate);
            } catch {
              isJson = false; // the platform's parser is the reference here
            }
            const outcome = verdict(candidate);
            if (outcome === 'accepted') expect(parseJson(bytesOf(candidate))).toEqual(expected);
            else if (isJson) expect(outcome).not.toMatch(/malformed/);
            else expect(outcome).toMatch(/malformed|encoding/);
            if (!isJson) expect(outcome).not.toBe('accepted');
          }
        },
      ),
      { seed: 5, numRuns: 3000 },
    ));

  test('reads a view into a larger buffer and leaves it as it was', () => {
    const whole = bytesOf('xx{"سجل":1}yy');
    const before = whole.slice();
    expect(parseJson(whole.subarray(2, whole.length - 2))).toEqual({ سجل: 1 });
    expect(whole).toEqual(before);
  });
});
