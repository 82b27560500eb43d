import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { binaryEvent, convertToCommandError, NO_STREAM } from '@eventstore/db-client';
import { type AppendAnswer, type AppendRequest, appendAnswerIn, appendRequest, placeAt } from './append-message.js';
import { Waiters } from './append-queue.js';
import type { ClusterAddress } from './connection-string.js';
import { APPEND_TIMEOUT_MS, DriverFault, type FaultKind, type Place, type ProposedEvent } from './driver.js';
import { faultOf } from './driver-faults.js';
import { GuardedClient } from './guarded-client.js';

/**
 * Answers about one append, and faults after which the client finds its way by itself. After any other it is replaced: one that could
 * not ask a cluster what it supports keeps that answer for ever, and appends nothing however long the cluster is back.
 */
const HARMLESS: ReadonlySet<FaultKind> = new Set(['conflict', 'deleted', 'tooLarge', 'lost']);
/** By when the server must have begun an append, by our clock: longer than anybody waits here, so that it never decides. */
const SERVER_TIMEOUT_MS = 2 * APPEND_TIMEOUT_MS;

interface Unanswered {
  readonly resolve: (place: Place) => void;
  readonly reject: (fault: DriverFault) => void;
}

/**
 * One client, and its appends that have no answer. They leave in the order of the calls, on one call of the connection, without
 * waiting for each other; what they are, and what is answered, is written and read here: the client takes twice as long, keeps
 * those who wait in one table for all clients, and ends the process when it answers nobody.
 */
class Lane {
  private readonly client: GuardedClient;
  private readonly unanswered = new Waiters<string, Unanswered>(APPEND_TIMEOUT_MS, ({ reject }) =>
    reject(new DriverFault('silent', 'no answer to an append')),
  );
  /** While there is a way to send: undefined before the first append, and when the call has ended. */
  private send: ((request: AppendRequest) => void) | undefined;
  /** Those for whom a way is being opened. */
  private held: AppendRequest[] = [];

  constructor(
    address: ClusterAddress,
    private readonly onLoss: () => void,
  ) {
    this.client = new GuardedClient(address, 'append');
  }

  /** @throws DriverFault within {@link APPEND_TIMEOUT_MS}. */
  append(stream: string, expected: 'empty' | bigint, events: readonly ProposedEvent[]): Promise<Place> {
    return new Promise((resolve, reject) => {
      const request = { correlation: randomUUID(), stream, expected, events };
      this.unanswered.add(request.correlation, { resolve, reject });
      if (this.send) return this.send(request);
      this.held.push(request);
      if (this.held.length === 1) void this.open();
    });
  }

  /** When everybody has his answer. */
  async discard(): Promise<void> {
    await this.unanswered.empty();
    await nextTurn(); // not while its bytes are handed over, which has ended processes: https://github.com/grpc/grpc-node/issues/1652
    await this.client.discard();
  }

  /** Who was told meanwhile that there is no answer is not sent: he may have sent it again by now. */
  private async open(): Promise<void> {
    try {
      this.send = await this.way();
    } catch (error) {
      this.end(faultOf(error));
    }
    for (const request of this.held.splice(0)) if (this.unanswered.has(request.correlation)) this.send?.(request);
  }

  private async way(): Promise<(request: AppendRequest) => void> {
    const call = await this.client.openAppends();
    if (call === undefined) return this.oneByOne();
    let isOver = false;
    const end = (error: unknown): void => {
      if (!isOver) this.end(faultOf(error));
      isOver = true;
    };
    call.on('error', (error) => end(convertToCommandError(error)));
    call.on('end', () => end(new DriverFault('lost', 'the server ended the call of appends')));
    call.on('data', (message: Buffer) => {
      try {
        this.answer(appendAnswerIn(message));
      } catch (error) {
        end(error);
        // Nobody may wait for whom the client would be replaced. Not while its bytes are handed over: as in `discard`.
        setImmediate(() => call.cancel());
      }
    });
    return (request) => void call.write(appendRequest(request, Date.now() + SERVER_TIMEOUT_MS));
  }

  /** A call for each: they have no order among each other, so that one waits for the answer to the one before. */
  private oneByOne(): (request: AppendRequest) => void {
    let last = Promise.resolve();
    const utf8 = new TextEncoder();
    return ({ correlation, stream, expected, events }) => {
      this.onLoss(); // between two calls nobody hears of it
      last = last.then(async () => {
        if (!this.unanswered.has(correlation)) return;
        const made = events.map((event) => binaryEvent({ ...event, metadata: utf8.encode(event.metadata) }));
        const expectedRevision = expected === 'empty' ? NO_STREAM : expected;
        const outcome = await this.client
          .appendToStream(stream, made, { expectedRevision, requiresLeader: true })
          .then(({ nextExpectedRevision, position }) => placeAt(nextExpectedRevision, position), faultOf);
        this.answer({ correlation, outcome });
      });
    };
  }

  private answer({ correlation, outcome }: AppendAnswer): void {
    const waiting = this.unanswered.take(correlation); // undefined: it came too late
    if (outcome instanceof DriverFault) waiting?.reject(outcome);
    else waiting?.resolve(outcome);
  }

  /** Nobody gets an answer any more. */
  private end(fault: DriverFault): void {
    this.send = undefined;
    this.onLoss();
    for (const { reject } of this.unanswered.takeAll()) reject(fault);
  }
}

/** The one client that appends. After a fault that it might not survive it is replaced; who waits for the old one has his answer first. */
export class AppendClient {
  /** How often a way to append was lost. */
  losses = 0;
  private lane: Lane | undefined;
  /** Those that are used no more, until nothing of them is left open. */
  private readonly leaving = new Set<Promise<void>>();

  constructor(
    private readonly address: ClusterAddress,
    private readonly onReplace: () => void,
  ) {}

  /** @throws DriverFault within {@link APPEND_TIMEOUT_MS}; `unreachable`: nothing was sent. */
  async append(stream: string, expected: 'empty' | bigint, events: readonly ProposedEvent[]): Promise<Place> {
    this.lane ??= new Lane(this.address, () => this.losses++);
    const { lane } = this;
    try {
      return await lane.append(stream, expected, events);
    } catch (error) {
      const fault = faultOf(error);
      if (!HARMLESS.has(fault.kind)) this.replace(lane);
      throw fault;
    }
  }

  async close(): Promise<void> {
    if (this.lane) this.leave(this.lane);
    await Promise.all(this.leaving);
  }

  private replace(lane: Lane): void {
    if (this.lane !== lane) return;
    this.losses++;
    this.onReplace();
    this.leave(lane);
  }

  private leave(lane: Lane): void {
    this.lane = undefined;
    const gone = lane.discard().finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }
}
