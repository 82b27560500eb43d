import { createHash, createHmac } from 'node:crypto';
import type { StoredEvent } from '#event-store';
import { canonicalBytes } from '#kernel';

const MICROS_PER_SECOND = 1_000_000;

/** Entry `nth` of the synthetic log whose roots were agreed on by two implementations in two languages. At most 999,999. */
export const vectorEvent = (nth: number): StoredEvent => {
  if (nth >= MICROS_PER_SECOND) throw new RangeError('its recording time has six digits');
  const data = { amount: String(nth), unit: 'fils' };
  const salt = createHash('sha256').update(`sijill vector salt\0${nth}`).digest();
  const told = {
    id: `e-${nth}`,
    source: 'urn:sijill:vectors:kiosk-1',
    time: '2026-01-01T00:00:00.000000Z',
    type: 'gov.sijill.vector.recorded.v1',
  };
  const requestMac = createHmac('sha256', salt)
    .update('sijill/v1/request\0')
    .update(canonicalBytes({ ...told, data }))
    .digest();
  return {
    ...told,
    data: canonicalBytes(data),
    salt,
    requestMac,
    actor: 'client-1',
    stream: `vector-${nth}`,
    revision: 0n,
    position: BigInt(nth),
    recorded: `2026-01-01T00:00:01.${String(nth).padStart(6, '0')}Z`,
    isWithheld: false,
  };
};
