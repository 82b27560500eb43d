import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { EventStore, ReadPage, StoredEvent } from '#event-store';
import { EVENT_STORE } from '../tokens.js';

export interface JournalFilter {
  readonly types: readonly string[];
  readonly stream?: string;
}

/** A page of the journal in order, strictly after a position. */
export class ReadJournal extends Query<ReadPage> {
  constructor(
    readonly after: bigint | undefined,
    readonly max: number,
    readonly filter: JournalFilter,
  ) {
    super();
  }
}

@QueryHandler(ReadJournal)
export class ReadJournalHandler implements IQueryHandler<ReadJournal> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ after, max, filter: { types, stream } }: ReadJournal): Promise<ReadPage> {
    if (stream === undefined) {
      return this.store.readAll({
        ...(after !== undefined && { after }),
        max,
        ...(types.length > 0 && { filter: { types } }),
      });
    }
    const fitting = (await this.store.readWhole(stream)).filter(
      ({ position, type }) => position > (after ?? -1n) && (types.length === 0 || types.includes(type)),
    );
    const events = fitting.slice(0, max);
    return { events, next: events.at(-1)?.position ?? after, atHead: events.length === fitting.length };
  }
}

/** The event at one position; undefined: there is none. */
export class ReadEventAt extends Query<StoredEvent | undefined> {
  constructor(readonly position: bigint) {
    super();
  }
}

@QueryHandler(ReadEventAt)
export class ReadEventAtHandler implements IQueryHandler<ReadEventAt> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  execute({ position }: ReadEventAt): Promise<StoredEvent | undefined> {
    return this.store.readAt(position);
  }
}

/** Events of one stream from a revision on, at most `max`. */
export class ReadStream extends Query<readonly StoredEvent[]> {
  constructor(
    readonly stream: string,
    readonly from: bigint,
    readonly max: number,
  ) {
    super();
  }
}

@QueryHandler(ReadStream)
export class ReadStreamHandler implements IQueryHandler<ReadStream> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  execute({ stream, from, max }: ReadStream): Promise<readonly StoredEvent[]> {
    return this.store.readStream(stream, { from, max });
  }
}

export const journalQueryHandlers = [ReadJournalHandler, ReadEventAtHandler, ReadStreamHandler];
