/**
 * All that the adapter asks of a client library. Exact: no options, no types and no errors of any library, so that a second
 * client can take the place of the first, and an argument that it does not know does not compile.
 */
export interface EsdbDriver {
  /**
   * Appends in one go, at exactly that revision, and is durable when it resolves.
   *
   * @throws DriverFault within {@link APPEND_TIMEOUT_MS}.
   */
  append(stream: string, expected: 'empty' | bigint, events: readonly ProposedEvent[]): Promise<Place>;
  /** @throws DriverFault `missing` for a stream that does not exist or was deleted. */
  readStream(stream: string, from: 'start' | 'end' | bigint, options: ReadOptions): Promise<ReadEnd>;
  /** Forwards from a position, which is included; backwards from before it. */
  readAll(from: 'start' | 'end' | bigint, options: ReadOptions): Promise<ReadEnd>;
  /** What is appended from now on, but the server's own events. Resolves when the server has confirmed it. */
  subscribeAll(options: { readonly onEvent: () => void; readonly onEnd: (fault: DriverFault) => void }): Promise<{
    /** The server's stream is given back when it resolves; `onEnd` is not called. */
    end(): Promise<void>;
  }>;
  /** How often a way to append was lost; where nobody tells of that, it rises with every append. */
  readonly losses: number;
  /** After the answers that are due: whoever waits has his within {@link APPEND_TIMEOUT_MS}. Then nothing is left open. */
  close(): Promise<void>;
}

/** No answer within this: the outcome is unknown. */
export const APPEND_TIMEOUT_MS = 5_000;
/** Of a read, with the wait for its turn. */
export const READ_TIMEOUT_MS = 10_000;

export interface ProposedEvent {
  /** UUID. */
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  /** JSON. */
  readonly metadata: string;
}

export interface Place {
  /** Of the last event. */
  readonly revision: bigint;
  readonly position: bigint;
}

export interface RecordedEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
  /** Of a JSON event: nothing of ours, and not looked at. */
  readonly isJson: boolean;
  readonly data: Uint8Array;
  /** JSON, where we wrote them. */
  readonly metadata: string;
  readonly commit: bigint;
  readonly prepare: bigint;
}

export interface ReadOptions {
  readonly max: number;
  readonly isBackwards?: boolean;
  /** Called for each event in order; false: enough. What it throws ends the read. */
  readonly take: (event: RecordedEvent) => boolean;
}

/** `end`: nothing followed at the moment of reading. `max`: so many were asked for. */
export type ReadEnd = 'end' | 'max' | 'enough';

export type FaultKind =
  /** The stream is at another revision; nothing was written. */
  | 'conflict'
  /** Tombstoned by somebody else. */
  | 'deleted'
  | 'missing'
  | 'denied'
  | 'tooLarge'
  /** No event begins at that position. */
  | 'position'
  /** Nobody was reached: nothing was sent. */
  | 'unreachable'
  /** The connection, the answer or the leader was lost on the way. */
  | 'lost'
  /** Our own time limit. */
  | 'silent'
  /** Anything else that was answered, or thrown. */
  | 'strange';

/** What goes wrong, in our words. */
export class DriverFault extends Error {
  constructor(
    readonly kind: FaultKind,
    message: string,
    /** Of a conflict: where the stream is. */
    readonly actual?: 'empty' | bigint,
  ) {
    super(message);
    this.name = 'DriverFault';
  }
}
