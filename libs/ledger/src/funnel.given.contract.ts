import { createHmac, randomBytes } from 'node:crypto';
import { type Appended, type EventStore, MemoryEventStore, type NewEvent, type StoredEvent } from '#event-store';
import { canonicalBytes, Failure, type Json } from '#kernel';
import { record } from './funnel.js';
import type { Answer, Provenance, Submitted } from './judgement.js';
import { streamNameOf } from './references.js';
import type { Fact, Stream } from './stream.js';
import type { StreamMemory } from './stream-memory.js';
import { context } from './transaction/transaction.given.contract.js';
import { transactionStream } from './transaction/transaction.stream.js';

export const STREAM = 'transaction-rta:T-1';

/** What the api adds to a fact: secrets and chance. */
export const provenanceOf = (fact: Fact, id: string): Provenance & { readonly pauses: number[] } => {
  const data = canonicalBytes(fact.data as unknown as Json);
  const macOf = (salt: Uint8Array) =>
    createHmac('sha256', salt).update(fact.type).update(fact.source).update(id).update(fact.time).update(data).digest();
  const pauses: number[] = [];
  return {
    id,
    actor: 'client-1',
    data,
    pauses,
    stamp: () => {
      const salt = randomBytes(32);
      return { salt, requestMac: macOf(salt) };
    },
    matches: ({ salt, requestMac }) => macOf(salt).equals(requestMac),
    pause: async (attempt) => {
      pauses.push(attempt);
    },
  };
};

export const submitted = (fact: Fact, isSteward = false): Submitted => ({ ...context, isSteward, fact });

/** Records one fact alone. What refuses it is thrown. */
export const execute = async (
  store: EventStore,
  stream: Stream,
  command: Submitted,
  provenance: Provenance,
  memory?: StreamMemory,
): Promise<Answer> => {
  const name = streamNameOf(stream, command.fact.data);
  const [outcome] = await record(store, stream, name, [{ command, provenance }], memory);
  if (outcome === undefined) throw new TypeError('no outcome');
  if ('failure' in outcome) throw outcome.failure;
  return outcome.answer;
};

let ids = 0;
/** A fresh event id at each call. */
export const nextId = (): string => `e-${++ids}`;
export const post = (store: EventStore, fact: Fact, id = nextId(), memory?: StreamMemory) =>
  execute(store, transactionStream, submitted(fact), provenanceOf(fact, id), memory);
export const failureCodeOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    (answer) => answer,
    (error: unknown) => (error instanceof Failure ? error.code : Promise.reject(error)),
  );

/** Counts what the funnel asks of the store, and lets others win first. */
export class ObservedStore extends MemoryEventStore {
  readonly calls: string[] = [];
  /** Runs once before the next append. */
  before: (() => Promise<unknown>) | undefined;

  override async append(stream: string, expected: 'empty' | bigint, events: readonly NewEvent[]): Promise<Appended> {
    this.calls.push(`append ${expected}`);
    const { before } = this;
    this.before = undefined;
    await before?.();
    return super.append(stream, expected, events);
  }

  override async readWhole(stream: string): Promise<readonly StoredEvent[]> {
    this.calls.push('read');
    return super.readWhole(stream);
  }
}

const TRIES_MAX = 20; // one racer more than there are others

/** Sends again after `stream.conflict`, as clients do: the failure says that it may. */
export const patient = async (store: EventStore, fact: Fact) => {
  const id = nextId();
  for (let tries = 1; ; tries++) {
    try {
      return await execute(store, transactionStream, submitted(fact), provenanceOf(fact, id));
    } catch (error) {
      const mayRetry = error instanceof Failure && error.code === 'stream.conflict' && tries < TRIES_MAX;
      if (!mayRetry) throw error;
    }
  }
};
