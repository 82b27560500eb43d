import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EventStore } from '#event-store';
import { type Outcome, type Posted, type References, recordAll, StreamMemory } from '#ledger';
import { EVENT_STORE } from '../tokens.js';

/** The one command of the write side: checked facts of any streams, in the order in which they were posted. */
export class RecordFacts extends Command<readonly Outcome[]> {
  constructor(
    readonly posted: readonly Posted[],
    readonly references: References,
    /** A dry run's own copy of the journal; undefined: the journal. */
    readonly rehearsal?: EventStore,
  ) {
    super();
  }
}

/** Its one handler: the funnel. A second one would silently replace it. */
@CommandHandler(RecordFacts)
export class RecordFactsHandler implements ICommandHandler<RecordFacts> {
  private readonly memory = new StreamMemory();

  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  execute({ posted, references, rehearsal }: RecordFacts): Promise<readonly Outcome[]> {
    if (rehearsal !== undefined) return recordAll(rehearsal, posted, references);
    return recordAll(this.store, posted, references, this.memory);
  }
}
