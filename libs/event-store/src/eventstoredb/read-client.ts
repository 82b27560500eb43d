import {
  BACKWARDS,
  type Direction,
  END,
  FORWARDS,
  type RecordedEvent as GivenEvent,
  START,
  type StreamingRead,
} from '@eventstore/db-client';
import { DriverFault, READ_TIMEOUT_MS, type ReadEnd, type ReadOptions, type RecordedEvent } from './driver.js';
import { faultOf } from './driver-faults.js';
import type { GuardedClient } from './guarded-client.js';
import { Places } from './turns.js';

/** A connection carries 100 calls; the next one hangs without a word, and the others with it. */
const READS_MAX = 40;

/** What a read or a subscription hands out. A link event has no event of its own unless links are resolved; we do not ask. */
export interface Given {
  readonly event?: GivenEvent;
}

/** Reads with a time limit, so many at once, and each gives its call back to the server however it ends. */
export class ReadClient {
  private readonly places = new Places(READS_MAX);

  constructor(private readonly client: GuardedClient) {}

  stream(stream: string, from: 'start' | 'end' | bigint, options: ReadOptions): Promise<ReadEnd> {
    const fromRevision = typeof from === 'bigint' ? from : from === 'start' ? START : END;
    return this.read(options, () => this.client.readStream(stream, { ...askedFor(options), fromRevision }));
  }

  all(from: 'start' | 'end' | bigint, options: ReadOptions): Promise<ReadEnd> {
    const place = typeof from === 'bigint' ? { commit: from, prepare: from } : from === 'start' ? START : END;
    return this.read(options, () => this.client.readAll({ ...askedFor(options), fromPosition: place }));
  }

  private async read(options: ReadOptions, open: () => StreamingRead<Given>): Promise<ReadEnd> {
    const started = performance.now();
    const noPlace = () => new DriverFault('unreachable', `${READS_MAX} reads are under way and do not end`);
    const giveBack = await this.places.take(READ_TIMEOUT_MS, noPlace);
    try {
      return await take(open(), options, READ_TIMEOUT_MS - (performance.now() - started));
    } finally {
      giveBack();
    }
  }
}

/** Takes in what is read, with a listener: an iterator of the client is half as fast, and keeps its call open when left. */
function take(
  reading: StreamingRead<Given>,
  { max, take: wants }: ReadOptions,
  milliseconds: number,
): Promise<ReadEnd> {
  return new Promise((resolve, reject) => {
    let events = 0;
    let isOver = false;
    const end = (settle: () => void, isServerDone = false): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      reading.pause();
      if (isServerDone) settle();
      else reading.cancel().then(settle, settle); // there is no call to give back where there was no connection
    };
    const silent = () => end(() => reject(new DriverFault('silent', 'no answer to a read')));
    const timer = setTimeout(silent, Math.max(milliseconds, 0));
    reading.on('error', (error) => end(() => reject(faultOf(error))));
    reading.on('end', () => end(() => resolve(events < max ? 'end' : 'max'), true));
    reading.on('data', (given: Given) => {
      if (isOver) return;
      events++;
      try {
        if (given.event && !wants(recordedEvent(given.event))) end(() => resolve('enough'));
      } catch (error) {
        end(() => reject(error));
      }
    });
  });
}

const askedFor = ({ max, isBackwards = false }: ReadOptions) => ({
  maxCount: max,
  direction: (isBackwards ? BACKWARDS : FORWARDS) as Direction,
  requiresLeader: true,
});

export const recordedEvent = (event: GivenEvent): RecordedEvent => ({
  stream: event.streamId,
  revision: event.revision,
  type: event.type,
  isJson: event.isJson,
  data: event.data as Uint8Array,
  metadata: event.metadata,
  commit: event.position?.commit,
  prepare: event.position?.prepare,
});
