import { type AppendToStreamOptions, binaryEvent, NO_STREAM } from '@eventstore/db-client';
import type { ClusterAddress } from './connection-string.js';
import { APPEND_TIMEOUT_MS, DriverFault, type FaultKind, type Place, type ProposedEvent } from './driver.js';
import { faultOf } from './driver-faults.js';
import { GuardedClient } from './guarded-client.js';
import { inTime, SendRoom } from './turns.js';

/**
 * Answers about one append, and faults after which the client finds its way by itself. After any other it is replaced: one that could
 * not ask a cluster what it supports keeps that answer for ever, and appends nothing however long the cluster is back.
 */
const HARMLESS: ReadonlySet<FaultKind> = new Set(['conflict', 'deleted', 'tooLarge', 'lost']);

/**
 * The client keeps who waits for an answer in one table of its module, whichever instance was asked. The end of any stream of
 * appends rejects all of the table, and an answer to nobody ends the process. So nobody waits while one is ended.
 */
class AnswerTable {
  private waiting = 0;
  private ending: Promise<void> | undefined;
  private readonly emptied: (() => void)[] = [];

  async use<T>(append: () => Promise<T>): Promise<T> {
    while (this.ending) await this.ending;
    this.waiting++;
    try {
      return await append();
    } finally {
      if (--this.waiting === 0) for (const resolve of this.emptied.splice(0)) resolve();
    }
  }

  /** Runs `end` when nobody waits; who comes meanwhile waits for it. */
  async empty(end: () => Promise<void>): Promise<void> {
    while (this.ending) await this.ending;
    this.ending = this.endAlone(end).finally(() => {
      this.ending = undefined;
    });
    await this.ending;
  }

  private async endAlone(end: () => Promise<void>): Promise<void> {
    if (this.waiting > 0) await new Promise<void>((resolve) => this.emptied.push(resolve));
    await end();
  }
}

const answers = new AnswerTable();

/** One client, and how many of its appends have no answer. */
class Lane {
  readonly client: GuardedClient;
  readonly room = new SendRoom(() => this.client.unsent ?? this.unanswered);
  private unanswered = 0;
  private alone: Promise<unknown> | undefined;

  constructor(address: ClusterAddress) {
    this.client = new GuardedClient(address, 'append');
  }

  /**
   * Hands appends over in the order of the calls. The one that opens the stream of appends goes alone, since the client lets a second
   * one overtake it; where there is no such stream each goes alone, since calls of their own have no order.
   */
  async send<T>(append: () => Promise<T>): Promise<T> {
    this.unanswered++;
    try {
      while (this.alone) await this.alone;
      if (this.client.unsent !== undefined) return await append();
      const answer = append();
      this.alone = answer.then(
        () => undefined,
        () => undefined,
      );
      void this.alone.then(() => {
        this.alone = undefined;
      });
      return await answer;
    } finally {
      this.unanswered--;
    }
  }
}

/** The one client that appends. After a fault that it might not survive it is replaced, once everybody has his answer. */
export class AppendClient {
  private lane: Lane | undefined;

  constructor(
    private readonly address: ClusterAddress,
    private readonly onReplace: () => void,
  ) {}

  /** @throws DriverFault within {@link APPEND_TIMEOUT_MS}; `unreachable`: nothing was sent. */
  append(stream: string, expected: 'empty' | bigint, events: readonly ProposedEvent[]): Promise<Place> {
    const options: AppendToStreamOptions = {
      expectedRevision: expected === 'empty' ? NO_STREAM : expected,
      requiresLeader: true,
    };
    return answers.use(async () => {
      this.lane ??= new Lane(this.address);
      const { lane } = this;
      const end = performance.now() + APPEND_TIMEOUT_MS;
      const left = () => end - performance.now();
      try {
        await inTime(lane.room.enter(), left(), () => new DriverFault('unreachable', 'appends are not sent any more'));
        const answer = lane.send(() => lane.client.appendToStream(stream, events.map(binaryEvent), options));
        return placeOf(await inTime(answer, left(), () => new DriverFault('silent', 'no answer to an append')));
      } catch (error) {
        const fault = faultOf(error);
        if (!HARMLESS.has(fault.kind)) this.replace(lane);
        throw fault;
      }
    });
  }

  async close(): Promise<void> {
    const { lane } = this;
    this.lane = undefined;
    if (lane) await answers.empty(() => lane.client.discard());
  }

  private replace(lane: Lane): void {
    if (this.lane !== lane) return;
    this.lane = undefined;
    this.onReplace();
    void answers.empty(() => lane.client.discard());
  }
}

function placeOf({
  success,
  nextExpectedRevision,
  position,
}: Awaited<ReturnType<GuardedClient['appendToStream']>>): Place {
  if (!success || position === undefined || position.commit !== position.prepare) {
    throw new DriverFault('strange', 'the answer to an append does not say where it is');
  }
  return { revision: nextExpectedRevision, position: position.commit };
}
