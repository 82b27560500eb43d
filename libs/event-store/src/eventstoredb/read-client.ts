import { convertToCommandError } from '@eventstore/db-client';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'; // modules whose names cannot be told before they run
import streamMessages from '@eventstore/db-client/generated/streams_pb.js';
import { DriverFault, READ_TIMEOUT_MS, type ReadEnd, type ReadOptions } from './driver.js';
import { faultOf } from './driver-faults.js';
import type { GuardedClient, ReadCall } from './guarded-client.js';
import { answerIn } from './read-answer.js';

const { ReadReq } = streamMessages;
const { Empty, StreamIdentifier } = sharedMessages;
const { Options } = ReadReq;

/** A connection carries 100 calls; the next one hangs without a word, and the others with it. */
const READS_MAX = 40;
const FORWARDS = 0;
const BACKWARDS = 1;

/**
 * Reads with a time limit, so many at once, and each gives its call back to the server however it ends.
 *
 * They stand below the client's own: those keep a call open when their reader leaves, and take each message apart twice.
 */
export class ReadClient {
  private readonly places = new Places(READS_MAX);

  constructor(private readonly client: GuardedClient) {}

  stream(name: string, from: 'start' | 'end' | bigint, options: ReadOptions): Promise<ReadEnd> {
    const stream = new Options.StreamOptions();
    const identifier = new StreamIdentifier();
    identifier.setStreamName(Buffer.from(name, 'utf8'));
    stream.setStreamIdentifier(identifier);
    if (from === 'start') stream.setStart(new Empty());
    else if (from === 'end') stream.setEnd(new Empty());
    else stream.setRevision(String(from));
    return this.read(options, (question) => question.setStream(stream));
  }

  all(from: 'start' | 'end' | bigint, options: ReadOptions): Promise<ReadEnd> {
    const all = new Options.AllOptions();
    if (from === 'start') all.setStart(new Empty());
    else if (from === 'end') all.setEnd(new Empty());
    else {
      const position = new Options.Position();
      position.setCommitPosition(String(from));
      position.setPreparePosition(String(from));
      all.setPosition(position);
    }
    return this.read(options, (question) => question.setAll(all));
  }

  private async read(options: ReadOptions, ask: (question: InstanceType<typeof Options>) => void): Promise<ReadEnd> {
    const started = performance.now();
    const noPlace = () => new DriverFault('unreachable', `${READS_MAX} reads are under way and do not end`);
    const giveBack = await this.places.take(READ_TIMEOUT_MS, noPlace);
    try {
      const request = requestOf(options, ask);
      return await take(this.client.read(request), options, READ_TIMEOUT_MS - (performance.now() - started));
    } finally {
      giveBack();
    }
  }
}

function requestOf({ max, isBackwards = false }: ReadOptions, ask: (question: InstanceType<typeof Options>) => void) {
  const options = new Options();
  ask(options);
  options.setReadDirection(isBackwards ? BACKWARDS : FORWARDS);
  options.setCount(String(max));
  options.setNoFilter(new Empty());
  const identities = new Options.UUIDOption();
  identities.setString(new Empty());
  options.setUuidOption(identities);
  const request = new ReadReq();
  request.setOptions(options);
  return request;
}

/** Takes in what is read. A call that was left goes on flowing until it ends: one that is paused is never given back. */
function take(opening: Promise<ReadCall>, { max, take: wants }: ReadOptions, milliseconds: number): Promise<ReadEnd> {
  return new Promise((resolve, reject) => {
    let call: ReadCall | undefined;
    let events = 0;
    let isOver = false;
    const end = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (call === undefined || call.readableEnded) settle();
      // Not while its bytes are handed over, which has ended processes: https://github.com/grpc/grpc-node/issues/1652
      else
        setImmediate(() => {
          call?.cancel();
          settle();
        });
    };
    const failed = (error: unknown) => end(() => reject(faultOf(error)));
    const timer = setTimeout(() => failed(new DriverFault('silent', 'no answer to a read')), Math.max(milliseconds, 0));
    const read = (message: Buffer): void => {
      const event = answerIn(message);
      if (event === 'other') return;
      events++;
      if (event !== 'link' && !wants(event)) end(() => resolve('enough'));
    };
    opening.then((opened) => {
      call = opened;
      call.on('error', (error) => failed(convertToCommandError(error)));
      call.on('end', () => end(() => resolve(events < max ? 'end' : 'max')));
      call.on('data', (message: Buffer) => {
        if (isOver) return;
        try {
          read(message);
        } catch (error) {
          end(() => reject(error)); // a fault of the answer, or whatever the taker throws
        }
      });
      if (isOver) call.cancel();
    }, failed);
  });
}

/** So many at a time; the others wait in the order in which they came. */
class Places {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly places: number) {}

  /** @returns what gives the place back. Rejects with `fault` when none is free in time. */
  async take(milliseconds: number, fault: () => Error): Promise<() => void> {
    if (this.taken < this.places) {
      this.taken++;
      return this.giveBack;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(turn), 1);
        reject(fault());
      }, milliseconds);
      this.waiting.push(turn);
    });
    return this.giveBack;
  }

  private readonly giveBack = (): void => {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken--;
  };
}
