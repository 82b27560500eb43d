import type { EventLog } from './event-log.js';

/** What a user may do. Reading `$all` takes `all`, as it takes an administrator or a policy of a real server. */
export type Right = 'append' | 'read' | 'all';

export interface Settings {
  /** Version that the server says it has. */
  readonly version: string;
  /** Without it the list of features lacks batch append, as of an old server. */
  readonly hasBatchAppend: boolean;
  /** HTTP/2 streams a connection may have open at once. */
  readonly maxConcurrentStreams: number;
  /** A forward read from a position where no event begins: on with the next event, or refused. Real servers: not verified. */
  readonly betweenEvents: 'next' | 'refused';
  /** Empty: everybody may everything. Needs TLS, because the client sends no credentials without. */
  readonly users: Readonly<Record<string, { readonly password: string; readonly rights: readonly Right[] }>>;
  /** PEM. */
  readonly tls?: { readonly key: string; readonly certificate: string };
}

/** What the calls of all nodes share. */
export interface ServerState {
  readonly settings: Settings;
  readonly log: EventLog;
  /** Ports of the nodes, on the loopback. */
  readonly ports: readonly number[];
  /** Index of the node that leads. */
  leader: number;
  /** Nodes that are gone: nobody listens on their ports, and gossip says so. */
  readonly down: Set<number>;
  /** Milliseconds that the clock of the server is ahead of the machine's. */
  clockStepMs: number;
  /** So many of the next appends are written and never answered. */
  answersToLose: number;
  /** So many of the next appends are neither written nor answered. */
  appendsToLose: number;
  /** Behind the next answer of a batch append come bytes that are no message. */
  isSendingGarbage: boolean;
  /** The next append is written, and then the process is gone. */
  isDyingAfterAppend: boolean;
  /** Subscriptions hear nothing: no confirmation, no event. Reads are answered. */
  isMute: boolean;
  /** Calls taken so far. */
  calls: number;
  /** Calls that are open on the server: each is one HTTP/2 stream. */
  readonly openCalls: Set<string>;
}

export const HOST = '127.0.0.1';
export const nowMs = (state: ServerState): number => Date.now() + state.clockStepMs;

/** What a test can ask of the running process. Everything else (freeze, kill, restart) it does to the process. */
export type Command =
  | { readonly do: 'openCalls' }
  | { readonly do: 'connections' }
  | { readonly do: 'dropConnections' }
  | { readonly do: 'elect'; readonly node: number }
  | { readonly do: 'takeDown' | 'bringUp'; readonly node: number }
  | { readonly do: 'stepClock'; readonly ms: number }
  | { readonly do: 'loseAnswers' | 'loseAppends'; readonly count: number }
  | { readonly do: 'dieAfterAppend' | 'sendGarbage' }
  | { readonly do: 'mute'; readonly isMute: boolean }
  | { readonly do: 'inject'; readonly stream: string; readonly events: readonly Injected[]; readonly revision?: number }
  | { readonly do: 'remove'; readonly position: number };

/** An event that no client of ours would write. */
export interface Injected {
  readonly type: string;
  readonly id?: string;
  readonly contentType?: string;
  readonly data?: string;
  readonly metadata?: string;
  /** A prepare position that differs from the commit position. */
  readonly prepare?: number;
}

/** What the process says: first its ports, then an answer a command. */
export type Report =
  | { readonly is: 'ready'; readonly ports: readonly number[] }
  | { readonly is: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly is: 'failed'; readonly id: number; readonly message: string };
