import { randomBytes } from 'node:crypto';
import type { NewEvent } from '#event-store';
import { canonicalText } from '#kernel';

/** Size of the data of one event: what a receipt with its names comes to. */
export const SAMPLE_DATA_BYTES = 460;
const NUMBER_DIGITS = 12;
const NUMBER = '0'.repeat(NUMBER_DIGITS);
const PAD_MEMBER = 'note';

const RECEIPT = {
  assisted: false,
  centreId: 'bench-centre-karama',
  channel: 'counter',
  customerCategory: 'citizen',
  documentsRequired: 3,
  dueBy: '2025-06-04T16:00:00+04:00',
  entityId: 'bench-entity',
  feeDue: '12000',
  flow: 'customer',
  number: NUMBER,
  serviceId: 'bench-residence-permit-renewal',
};

const template = (): Buffer => {
  const short = canonicalText({ ...RECEIPT, [PAD_MEMBER]: '' });
  return Buffer.from(canonicalText({ ...RECEIPT, [PAD_MEMBER]: 'x'.repeat(SAMPLE_DATA_BYTES - short.length) }));
};
const TEMPLATE = template();
const NUMBER_AT = TEMPLATE.indexOf(NUMBER);

/** Salts in blocks: a call to the system for each would be measured with the store. */
const RANDOM_BLOCK_BYTES = 64 * 1024;
const SALT_BYTES = 32;
let block = randomBytes(RANDOM_BLOCK_BYTES);
let blockAt = 0;
export const salt = (): Uint8Array => {
  if (blockAt === RANDOM_BLOCK_BYTES) {
    block = randomBytes(RANDOM_BLOCK_BYTES);
    blockAt = 0;
  }
  blockAt += SALT_BYTES;
  return block.subarray(blockAt - SALT_BYTES, blockAt);
};

/** An event of {@link SAMPLE_DATA_BYTES} bytes of canonical JSON; `number` makes it unlike every other. */
export const sampleEvent = (number: number): NewEvent => {
  const digits = String(number).padStart(NUMBER_DIGITS, '0');
  const data = Buffer.from(TEMPLATE);
  data.write(digits, NUMBER_AT, 'latin1');
  return {
    type: 'gov.sijill.transaction.received.v1',
    source: 'urn:sijill:bench-entity:counter',
    id: `bench-${digits}`,
    time: '2025-06-01T09:30:00+04:00',
    actor: 'bench',
    data,
    salt: salt(),
    requestMac: salt(),
  };
};

export const sampleStream = (number: number): string =>
  `transaction-bench-entity:${String(number).padStart(NUMBER_DIGITS, '0')}`;

const expected = Buffer.from(TEMPLATE);

/** The number of the sample event that this one is, stream and data of the same number; undefined: it is none as they were made. */
export const sampleNumberOf = (stream: string, data: Uint8Array): number | undefined => {
  const number = Number(stream.slice(-NUMBER_DIGITS));
  expected.write(stream.slice(-NUMBER_DIGITS), NUMBER_AT, 'latin1');
  return stream === sampleStream(number) && expected.equals(data) ? number : undefined;
};
