import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Failure } from '#kernel';
import { LEDGER } from '../access/caller.js';
import type { Intake } from '../intake/intake.js';
import type { DueErasure, ErasureDesk } from './erasure-desk.js';

/** CloudEvents source of what erasures record. */
const SOURCE = 'urn:sijill:sijill:erasures';
const IDLE_MILLISECONDS = 500;
/** After a turn in which something failed: one line in the log for each, while it lasts. */
const TROUBLED_MILLISECONDS = 5_000;

/**
 * Takes the steps of erasures that are due, in every api process: a step counts once whoever takes it, so a process that dies leaves
 * nothing that the next turn of any other does not go on with.
 */
export class Eraser {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly desk: ErasureDesk,
    private readonly intake: Intake,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  /** Finishes the step that is being taken. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const waitMilliseconds = await this.turn().catch((error: unknown) => this.troubledBy(error));
      await pause(waitMilliseconds, undefined, { signal }).catch(() => undefined); // ends early when we stop
    }
  }

  /** One step of each erasure that is due. @returns milliseconds until the next turn. */
  private async turn(): Promise<number> {
    let waitMilliseconds = IDLE_MILLISECONDS;
    for (const erasure of await this.desk.due()) {
      if (this.stopping.signal.aborted) break;
      const { id, subjectId, state } = erasure;
      try {
        if (!(await this.step(erasure))) continue; // another process was first
        if (waitMilliseconds === IDLE_MILLISECONDS) waitMilliseconds = 0;
        this.logger.info({ audit: 'erasure', erasure: id, subjectId, after: state }, 'a step of an erasure was taken');
      } catch (error) {
        waitMilliseconds = this.troubledBy(error, id);
      }
    }
    return waitMilliseconds;
  }

  private troubledBy(error: unknown, erasure?: string): number {
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn({ erasure, reason }, 'erasures wait: a later turn tries again');
    return TROUBLED_MILLISECONDS;
  }

  private async step(erasure: DueErasure): Promise<boolean> {
    const { id, state } = erasure;
    switch (state) {
      case 'blocked':
        return this.begin(erasure);
      case 'erasing': {
        // Durable in the journal when it returns. A crash before the note finds the same event again, by its id.
        const position = await this.record(erasure);
        return this.desk.step('note_erasure($1, $2)', [id, position]);
      }
      case 'recorded':
        return this.desk.step('destroy_key($1)', [id]); // key and state in one transaction; the event is there already
      case 'erased':
        return this.desk.step('forget_subject($1)', [id]); // the tombstone: nothing ties the id to the person any more
      default:
        return false;
    }
  }

  /** From here on it cannot be cancelled. What the law came to hold since it was confirmed is not erased. */
  private async begin({ id, subjectId }: DueErasure): Promise<boolean> {
    try {
      await this.desk.checkErasable(subjectId);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'subject.legalHold') throw error;
      return this.desk.step('cancel_erasure($1, $2)', [id, error.code]);
    }
    return this.desk.step('begin_erasure($1)', [id]);
  }

  /** The same bytes in every try. @returns the position in the journal. */
  private async record({ id, subjectId, legalBasis, dueAt, keyHash }: DueErasure): Promise<string> {
    const event = {
      specversion: '1.0',
      type: 'gov.sijill.subject.erased.v1',
      source: SOURCE,
      id: `erasure-${id}`,
      time: dueAt,
      data: { subjectId, legalBasis, keyHash },
    };
    const [outcome] = await this.intake.take([{ event }], LEDGER, false);
    if (outcome === undefined || 'failure' in outcome)
      throw outcome?.failure ?? new Error('an event without an outcome');
    return String(outcome.answer.position);
  }
}
