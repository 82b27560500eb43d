import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  AllStreamPosition,
  BatchAppendReq,
  BatchAppendResp,
  batchRefusal,
  batchSuccess,
  details,
  Empty,
  nameOf,
  proposedOf,
  UUID,
} from '../../../../test/support/eventstoredb/messages.js';
import { type AppendRequest, appendAnswerIn, appendRequest } from './append-message.js';
import { DriverFault, type FaultKind } from './driver.js';

const RUNS = 500;
const TEXT = { unit: 'binary', maxLength: 300 } as const;
const OCTETS = 'application/octet-stream';
const CORRELATION = '52391c38-16d6-8e8a-9fde-f5a97d73820d';

const anyRequest: fc.Arbitrary<AppendRequest> = fc.record({
  correlation: fc.uuid(),
  stream: fc.string(TEXT),
  expected: fc.oneof(fc.constant('empty' as const), fc.bigInt({ min: 0n, max: 2n ** 53n - 1n })),
  events: fc.array(
    fc.record({
      id: fc.uuid(),
      type: fc.string(TEXT),
      data: fc.uint8Array({ maxLength: 3_000 }),
      metadata: fc.string(TEXT),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});
const anyTime = fc.integer({ min: 0, max: 2 ** 42 });

/** What a server makes of the bytes, by what the makers of the protocol have generated. */
function understood(message: Buffer): { request: AppendRequest; deadlineMs: number } {
  const said = BatchAppendReq.deserializeBinary(message);
  const options = said.getOptions()!;
  expect([said.getIsFinal(), options.hasAny(), options.hasStreamExists()]).toEqual([true, false, false]);
  const events = said.getProposedMessagesList().map((event) => {
    const { id, type, contentType, data, metadata } = proposedOf(event);
    expect([contentType, event.getMetadataMap().getLength()]).toEqual([OCTETS, 2]);
    return { id, type, data, metadata: Buffer.from(metadata).toString('utf8') };
  });
  const request: AppendRequest = {
    correlation: said.getCorrelationId()!.getString(),
    stream: nameOf(options.getStreamIdentifier()),
    expected: options.hasNoStream() ? 'empty' : BigInt(options.getStreamPosition()),
    events,
  };
  return { request, deadlineMs: options.getDeadline()!.toDate().getTime() };
}

const answered = (answer: InstanceType<typeof BatchAppendResp>): Buffer => {
  const correlation = new UUID();
  correlation.setString(CORRELATION);
  if (!answer.hasCorrelationId()) answer.setCorrelationId(correlation);
  return Buffer.from(answer.serializeBinary());
};
const success = () => batchSuccess({ revision: 7, position: 4_711 } as Parameters<typeof batchSuccess>[0]);
const refused = (name: string, detail: { serializeBinary(): Uint8Array }) =>
  appendAnswerIn(answered(batchRefusal('sample-1', { code: 9, name, detail: detail.serializeBinary() }))).outcome;
const wrongVersion = (fill: (detail: InstanceType<typeof details.WrongExpectedVersion>) => unknown) => {
  const detail = new details.WrongExpectedVersion();
  fill(detail);
  return detail;
};

describe('An append', () => {
  test('is understood as it was meant, whatever it is', () => {
    const isUnderstood = (request: AppendRequest, deadlineMs: number) => {
      expect(understood(appendRequest(request, deadlineMs))).toEqual({ request, deadlineMs });
    };
    fc.assert(fc.property(anyRequest, anyTime, isUnderstood), { numRuns: RUNS });
  });

  test('may be longer than its texts have characters', () => {
    const event = { id: randomUUID(), type: 'ا'.repeat(2_000), data: new Uint8Array(), metadata: 'ب'.repeat(2_000) };
    const request: AppendRequest = { correlation: randomUUID(), stream: 'س'.repeat(99), expected: 0n, events: [event] };
    expect(understood(appendRequest(request, 0)).request).toEqual(request);
  });
});

describe('An answer to an append', () => {
  test('says where its last event is', () => {
    const place = { revision: 7n, position: 4_711n };
    expect(appendAnswerIn(answered(success()))).toEqual({ correlation: CORRELATION, outcome: place });
  });

  test('may name the append by two numbers, of which a negative one stands for a great one', () => {
    const isKnown = (bytes: Uint8Array) => {
      const [high, low] = [0, 8].map((at) => String(Buffer.from(bytes).readBigInt64BE(at)));
      const structured = new UUID.Structured();
      structured.setMostSignificantBits(high);
      structured.setLeastSignificantBits(low);
      const id = new UUID();
      id.setStructured(structured);
      const { correlation } = appendAnswerIn(answered(success().setCorrelationId(id)));
      expect(correlation.replaceAll('-', '')).toBe(Buffer.from(bytes).toString('hex'));
      expect(correlation).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    };
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), isKnown), { numRuns: RUNS });
  });

  test.each<[what: string, answer: () => InstanceType<typeof BatchAppendResp>]>([
    ['is nothing but a correlation', () => new BatchAppendResp()],
    ['has no position', () => success().setSuccess(success().getSuccess()!.setNoPosition(new Empty()))],
    ['has no revision', () => success().setSuccess(success().getSuccess()!.setNoStream(new Empty()))],
    [
      'was prepared elsewhere than committed',
      () => {
        const place = new AllStreamPosition();
        place.setCommitPosition('4711');
        place.setPreparePosition('4700');
        return success().setSuccess(success().getSuccess()!.setPosition(place));
      },
    ],
  ])('that %s says nothing for certain', (_what, answer) => {
    const { correlation, outcome } = appendAnswerIn(answered(answer()));
    expect([correlation, outcome]).toEqual([CORRELATION, expect.objectContaining({ kind: 'strange' })]);
  });

  test.each<[name: string, detail: { serializeBinary(): Uint8Array }, kind: FaultKind]>([
    ['WrongExpectedVersion', wrongVersion((detail) => detail.setCurrentStreamRevision('7')), 'conflict'],
    ['StreamDeleted', new details.StreamDeleted(), 'deleted'],
    ['AccessDenied', new details.AccessDenied(), 'denied'],
    ['Timeout', new details.Timeout(), 'lost'],
    ['MaximumAppendSizeExceeded', new details.MaximumAppendSizeExceeded(), 'tooLarge'],
    ['Unknown', new details.Unknown(), 'strange'],
    ['BadRequest', new details.BadRequest(), 'strange'],
  ])('that refuses it as %s', (name, detail, kind) => {
    const fault = refused(name, detail);
    expect(fault).toBeInstanceOf(DriverFault);
    expect(fault).toMatchObject({ kind, message: expect.stringContaining(name) });
  });

  test('that refuses it says where the stream is', () => {
    const at = (fill: Parameters<typeof wrongVersion>[0]) => refused('WrongExpectedVersion', wrongVersion(fill));
    expect(at((detail) => detail.setCurrentStreamRevision('0'))).toMatchObject({ actual: 0n });
    expect(at((detail) => detail.setCurrentStreamRevision('49999'))).toMatchObject({ actual: 49_999n });
    expect(at((detail) => detail.setCurrentNoStream(new Empty()))).toMatchObject({ actual: 'empty' });
  });

  test('that is late names the clocks: its time limit is one of ours, held against the clock of the server', () => {
    expect(refused('Timeout', new details.Timeout())).toMatchObject({ message: expect.stringContaining('clocks') });
  });

  test('that is cut off anywhere is none, or speaks of nobody or nothing', () => {
    const message = answered(success());
    for (let length = 0; length < message.length; length++) {
      const said = (() => {
        try {
          return appendAnswerIn(message.subarray(0, length));
        } catch (error) {
          expect(error).toMatchObject({ name: 'DriverFault', kind: 'strange' });
          return undefined;
        }
      })();
      if (said) expect([said.correlation, (said.outcome as DriverFault).kind]).toEqual([expect.any(String), 'strange']);
    }
  });

  test('of any bytes at all ends, with what it says or with a fault', () => {
    const reads = (bytes: Uint8Array) => {
      try {
        appendAnswerIn(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ name: 'DriverFault' });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), reads), { numRuns: RUNS });
  });
});
