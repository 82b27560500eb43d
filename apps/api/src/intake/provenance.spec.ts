import { createHash } from 'node:crypto';
import type { StoredEvent } from '#event-store';
import { canonicalText } from '#kernel';
import { provenanceOf, requestMac, requestText } from './provenance.js';

const envelope = {
  id: 'e-0',
  source: 'urn:sijill:vectors:kiosk-1',
  time: '2026-01-01T00:00:00.000000Z',
  type: 'gov.sijill.vector.recorded.v1',
  data: { amount: '0', unit: 'fils' },
};
const stored = (over: Partial<StoredEvent>): StoredEvent => ({ ...({} as StoredEvent), ...over });

describe('The request MAC', () => {
  test('is that of the published vector', () => {
    const salt = createHash('sha256').update('sijill vector salt\0').update('0').digest();
    const mac = requestMac(salt, requestText(envelope, canonicalText(envelope.data)));
    expect(mac.toString('base64url')).toBe('r1iBTA4DewBe_Llo64ZafkKLBiwLCajMGph0WLA6orM');
  });

  test('covers correlation and causation, in canonical order', () => {
    const full = { ...envelope, correlation: 'c', causation: 'd' };
    const { correlation, causation, data, id, source, time, type } = full;
    expect(requestText(full, canonicalText(data))).toBe(
      canonicalText({ correlation, causation, data, id, source, time, type }),
    );
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
