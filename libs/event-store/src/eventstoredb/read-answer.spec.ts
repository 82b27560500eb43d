import fc from 'fast-check';
import {
  caughtUp,
  checkpointAt,
  confirmation,
  ReadResp,
  StreamIdentifier,
  streamNotFound,
  UUID,
} from '../../../../test/support/eventstoredb/messages.js';
import type { RecordedEvent } from './driver.js';
import { answerIn } from './read-answer.js';

const RUNS = 500;
const TEXT = { unit: 'binary', maxLength: 200 } as const;
const WHOLE = { min: 0n, max: 2n ** 64n - 1n };

const anyEvent: fc.Arbitrary<RecordedEvent> = fc.record({
  stream: fc.string(TEXT),
  revision: fc.bigInt(WHOLE),
  type: fc.string(TEXT),
  isJson: fc.boolean(),
  data: fc.uint8Array({ maxLength: 300 }),
  metadata: fc.string(TEXT),
  commit: fc.bigInt(WHOLE),
  prepare: fc.bigInt(WHOLE),
});
const anEvent: RecordedEvent = {
  stream: 'sample-1',
  revision: 3n,
  type: 'gov.sijill.sample.made.v1',
  isJson: false,
  data: Buffer.from('{"sheets":1}'),
  metadata: '{"sijill":"1"}',
  commit: 4_711n,
  prepare: 4_700n,
};

/** As a server encodes it, by what the makers of the protocol have generated. */
function recorded({ stream, revision, type, isJson, data, metadata, commit, prepare }: RecordedEvent) {
  const event = new ReadResp.ReadEvent.RecordedEvent();
  const id = new UUID();
  id.setString('52391c38-16d6-8e8a-9fde-f5a97d73820d');
  event.setId(id);
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  event.setStreamIdentifier(identifier);
  event.setStreamRevision(String(revision));
  event.setCommitPosition(String(commit));
  event.setPreparePosition(String(prepare));
  const properties = event.getMetadataMap();
  properties.set('created', '17700000000000000').set('type', type);
  properties.set('content-type', isJson ? 'application/json' : 'application/octet-stream');
  event.setCustomMetadata(Buffer.from(metadata, 'utf8'));
  event.setData(data);
  return event;
}

function answered(fill: (event: InstanceType<typeof ReadResp.ReadEvent>) => unknown): Buffer {
  const event = new ReadResp.ReadEvent();
  fill(event);
  const answer = new ReadResp();
  answer.setEvent(event);
  return Buffer.from(answer.serializeBinary());
}
const encoded = (event: RecordedEvent): Buffer => answered((read) => read.setEvent(recorded(event)));
const plain = (said: ReturnType<typeof answerIn>) =>
  typeof said === 'string' ? said : { ...said, data: Buffer.from(said.data).toString('hex') };

describe('An answer to a read', () => {
  test('says of an event what the server encoded, whatever it is', () => {
    fc.assert(
      fc.property(anyEvent, (event) => expect(plain(answerIn(encoded(event)))).toEqual(plain(event))),
      { numRuns: RUNS },
    );
  });

  test('gives the data without a copy', () => {
    const message = encoded(anEvent);
    const said = answerIn(message) as RecordedEvent;
    expect(said.data.buffer).toBe(message.buffer);
  });

  test('is read the same when it stands within a longer piece', () => {
    const message = encoded(anEvent);
    const piece = Buffer.concat([Buffer.alloc(5, 1), message, Buffer.alloc(5, 2)]);
    expect(answerIn(piece.subarray(5, 5 + message.length))).toEqual(answerIn(message));
  });

  test('may carry what nobody knows yet, of every kind', () => {
    const number = Buffer.from([0xf8, 0x07, 0xff, 0x01]);
    const eight = Buffer.from([0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8]);
    const text = Buffer.from([0xfa, 0x07, 3, 1, 2, 3]);
    const four = Buffer.from([0xfd, 0x07, 1, 2, 3, 4]);
    const message = Buffer.concat([number, eight, encoded(anEvent), text, four]);
    expect(plain(answerIn(message))).toEqual(plain(anEvent));
  });

  test('of anything else than an event is nothing of an event', () => {
    const others = [confirmation('1'), checkpointAt(4_711), caughtUp(), Buffer.alloc(0)];
    expect(others.map((message) => answerIn(message))).toEqual(others.map(() => 'other'));
    expect(answerIn(answered((read) => read.setLink(recorded(anEvent))))).toBe('link');
  });

  test('says that there is no such stream', () => {
    expect(() => answerIn(streamNotFound('sample-1'))).toThrow(expect.objectContaining({ kind: 'missing' }));
  });

  test('that is cut off anywhere is no answer', () => {
    const message = encoded(anEvent);
    for (let length = 1; length < message.length; length++) {
      expect(() => answerIn(message.subarray(0, length))).toThrow(expect.objectContaining({ kind: 'strange' }));
    }
  });

  test.each<[what: string, bytes: readonly number[], said: string]>([
    ['is a number where an event is due', [0x08, 0x01], 'field 1 is of kind 0, not 2'],
    ['has a number that does not end', [0x38, ...Array<number>(11).fill(0xff)], 'a number does not end'],
    ['has a group', [0x0b, 0x0c], 'a field is of kind 3'],
    ['claims more bytes than there are', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], 'a message is cut off'],
  ])('that %s is none', (_what, bytes, said) => {
    const fault = expect.objectContaining({ kind: 'strange', message: expect.stringContaining(said) });
    expect(() => answerIn(Buffer.from(bytes))).toThrow(fault);
  });

  test('of any bytes at all ends, with what it says or with a fault', () => {
    const reads = (bytes: Uint8Array) => {
      try {
        answerIn(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ name: 'DriverFault' });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), reads), { numRuns: RUNS });
  });
});
