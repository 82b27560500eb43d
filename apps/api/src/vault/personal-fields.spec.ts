import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { openField, type PersonalEnvelope, requestKey, sealField } from './personal-fields.js';

const key = Buffer.alloc(32, 1);
const salt = Buffer.alloc(32, 2);
const place = { source: 'urn:sijill:rta:counter', id: 'e-1', pointer: '/data/customerRef', subjectId: 's-1' };

describe('A personal value', () => {
  test('comes back as it was, and never seals to the same bytes twice', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const [first, second] = [sealField(value, key, salt, place), sealField(value, key, salt, place)];
        expect(openField(first, key, salt, place)).toBe(value);
        expect(second.$personal.ct).not.toBe(first.$personal.ct);
        expect(second.$personal.opening).not.toBe(first.$personal.opening);
      }),
      { seed: 2026, numRuns: 100 },
    ));

  const sealed = sealField('784-1990-1234567-1', key, salt, place);

  test.each([
    ['under another key', { key: Buffer.alloc(32, 9) }, {}],
    ['with the salt of another event', { salt: Buffer.alloc(32, 9) }, {}],
    ['in another event', {}, { id: 'e-2' }],
    ['from another source', {}, { source: 'urn:sijill:dm:counter' }],
    ['as another member', {}, { pointer: '/data/name' }],
    ['of another person', {}, { subjectId: 's-2' }],
  ])('does not open %s', (_, secrets, moved) => {
    const used = { key, salt, ...secrets };
    expect(() => openField(sealed, used.key, used.salt, { ...place, ...moved })).toThrow();
  });

  test.each(['commit', 'ct', 'nonce', 'opening'] as const)('with a changed %s does not open', (member) => {
    const bytes = Buffer.from(sealed.$personal[member], 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ 1;
      const envelope: PersonalEnvelope = { ...sealed.$personal, [member]: altered.toString('base64url') };
      expect(() => openField({ $personal: envelope }, key, salt, place)).toThrow();
    }
  });

  test('tells nothing of itself but its length', () => {
    expect(Object.keys(sealed.$personal)).toEqual(['alg', 'commit', 'ct', 'key', 'nonce', 'opening']);
    expect(JSON.stringify(sealed)).not.toContain('784');
  });
});

describe('The request key', () => {
  test('depends on the salt and on every person, in their order', () => {
    const [a, b] = [randomBytes(32), randomBytes(32)];
    const keys = [
      requestKey([a], salt),
      requestKey([b], salt),
      requestKey([a, b], salt),
      requestKey([b, a], salt),
      requestKey([a], a),
    ];
    expect(new Set(keys.map((bytes) => bytes.toString('hex'))).size).toBe(5);
    expect(keys[0]).toHaveLength(32);
  });
});
