import { createHash } from 'node:crypto';
import type { StoredEvent } from '#event-store';
import { canonicalBytes, canonicalText, type Json } from '#kernel';
import { contentsOf, entryOf } from './entry.js';
import { leafHash } from './tree.js';
import { vectorEvent } from './vectors.contract.js';

const text = (entry: Uint8Array): string => Buffer.from(entry).toString('utf8');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const changed = (change: Partial<StoredEvent>): StoredEvent => ({ ...vectorEvent(0), ...change });

/** Every member of a stored event but its place in the store, and what another value of it looks like. */
const CHANGES: Partial<StoredEvent> = {
  type: 'gov.sijill.vector.recorded.v2',
  source: 'urn:sijill:vectors:kiosk-2',
  id: 'e-x',
  time: '2026-01-01T00:00:00.000001Z',
  actor: 'client-2',
  correlation: 'c',
  causation: 'c',
  data: Buffer.from('{"amount":"1","unit":"fils"}'),
  salt: createHash('sha256').digest(),
  requestMac: createHash('sha256').digest(),
  stream: 'vector-x',
  revision: 1n,
  recorded: '2026-01-01T00:00:01.000001Z',
};

describe('The entry of an event', () => {
  test('is the published one, and so is its leaf', () => {
    expect(text(entryOf(vectorEvent(0), 0n))).toBe(
      '{"actor":"client-1","data_len":"28","data_mac":"_52E6bGYZToduxhpDh8nEGbOTOTj3hXPJ5SW-ou4iLo","id":"e-0","recorded":"2026-01-01T00:00:01.000000Z","request_mac":"r1iBTA4DewBe_Llo64ZafkKLBiwLCajMGph0WLA6orM","seq":"0","source":"urn:sijill:vectors:kiosk-1","stream":"vector-0","stream_seq":"0","time":"2026-01-01T00:00:00.000000Z","type":"gov.sijill.vector.recorded.v1","v":"1"}',
    );
    expect(hex(leafHash(entryOf(vectorEvent(0), 0n)))).toBe(
      '80715a0dce4a07164366498a04e158a354f9a08dc4a9385c201eba6857cdaf75',
    );
  });

  test('is canonical JSON, with correlation and causation too', () => {
    const entry = text(entryOf(changed({ correlation: 'order-7', causation: 'e-1' }), 12n));
    expect(entry).toBe(canonicalText(JSON.parse(entry) as Json));
    expect(JSON.parse(entry)).toMatchObject({ correlation: 'order-7', causation: 'e-1', seq: '12' });
  });

  test.each(Object.keys(CHANGES) as (keyof StoredEvent)[])('is another one with another %s', (member) => {
    const other = entryOf(changed({ [member]: CHANGES[member] }), 0n);
    expect(text(other)).not.toBe(text(entryOf(vectorEvent(0), 0n)));
  });

  test('is another one at another place of the journal, and the same at another position of a store', () => {
    expect(text(entryOf(vectorEvent(0), 1n))).not.toBe(text(entryOf(vectorEvent(0), 0n)));
    expect(text(entryOf(changed({ position: 99n }), 0n))).toBe(text(entryOf(vectorEvent(0), 0n)));
  });

  test('cannot be made once the payload was destroyed', () => {
    expect(() => entryOf(changed({ isWithheld: true }), 0n)).toThrow(RangeError);
  });
});

describe('What an event told', () => {
  const CHANCE: readonly (keyof StoredEvent)[] = ['salt', 'requestMac', 'recorded'];
  test.each(Object.keys(CHANGES) as (keyof StoredEvent)[])('with another %s', (member) => {
    const isSame = hex(contentsOf(changed({ [member]: CHANGES[member] }))) === hex(contentsOf(vectorEvent(0)));
    expect(isSame).toBe(CHANCE.includes(member)); // what chance and our clock gave was not told
  });
});

describe('What an event told of a person', () => {
  const sealed = (nonce: string, more: object = {}) => {
    const data = { by: 'customer', text: [{ $personal: { alg: 'A256GCM', nonce } }], ...more };
    return hex(contentsOf(changed({ data: canonicalBytes(data as Json) })));
  };

  test('is that something was told, and where, whatever it was sealed with', () => {
    expect(sealed('a')).toBe(sealed('b'));
    expect(sealed('a', { by: 'entity' })).not.toBe(sealed('a'));
    expect(sealed('a', { text: 'in the open' })).not.toBe(sealed('a'));
  });
});
