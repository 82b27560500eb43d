import { createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { StoredEvent } from '#event-store';
import { canonicalBytes, canonicalText } from '#kernel';
import { provenanceOf, type Request, requestMac, requestOf } from './provenance.js';

const envelope = {
  id: 'e-0',
  source: 'urn:sijill:vectors:kiosk-1',
  time: '2026-01-01T00:00:00.000000Z',
  type: 'gov.sijill.vector.recorded.v1',
  data: { amount: '0', unit: 'fils' },
};
const stored = (over: Partial<StoredEvent>): StoredEvent => ({ ...({} as StoredEvent), ...over });
const bytesOf = ({ before, data, after }: Request) => Buffer.concat([Buffer.from(before), data, Buffer.from(after)]);

describe('The request MAC', () => {
  test('is that of the published vector', () => {
    const salt = createHash('sha256').update('sijill vector salt\0').update('0').digest();
    const mac = requestMac(salt, requestOf(envelope, canonicalBytes(envelope.data)));
    expect(mac.toString('base64url')).toBe('r1iBTA4DewBe_Llo64ZafkKLBiwLCajMGph0WLA6orM');
  });

  test('covers correlation and causation, in canonical order', () => {
    const full = { ...envelope, correlation: 'c', causation: 'd' };
    const { correlation, causation, data, id, source, time, type } = full;
    expect(bytesOf(requestOf(full, canonicalBytes(data))).toString()).toBe(
      canonicalText({ correlation, causation, data, id, source, time, type }),
    );
  });

  test('is HMAC-SHA-256 as node:crypto computes it, for data and keys of any length', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' });
    const text = fc.string({ unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(bytes(64), text, bytes(20_000), text, (key, before, data, after) => {
        const request = { before, data, after };
        const expected = createHmac('sha256', key).update('sijill/v1/request\0').update(bytesOf(request)).digest();
        expect(requestMac(key, request).equals(expected)).toBe(true);
      }),
      { seed: 11, numRuns: 300 },
    );
    expect(() => requestMac(randomBytes(65), requestOf(envelope, randomBytes(1)))).toThrow(RangeError);
  });

  test('is fresh for every attempt and recognises the same request by the stored salt', () => {
    const provenance = provenanceOf(envelope, 'client');
    const [first, second] = [provenance.stamp(), provenance.stamp()];
    expect(Buffer.compare(first.salt, second.salt)).not.toBe(0);
    expect(first.salt).toHaveLength(32);
    expect(provenance.matches(stored(first))).toBe(true);
    expect(provenance.matches(stored({ ...first, salt: second.salt }))).toBe(false);
    expect(provenanceOf({ ...envelope, data: { amount: '1', unit: 'fils' } }, 'client').matches(stored(first))).toBe(
      false,
    );
  });
});
