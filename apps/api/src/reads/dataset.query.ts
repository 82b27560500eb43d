import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource, EntityManager } from 'typeorm';
import type { EventStore } from '#event-store';
import type { AnswerRow, DataSet, DataSetAnswer, DataSetQuery, ReplayReader, SnapshotPlace } from '#read-models';
import { inSnapshot } from '#read-models';
import { tooLarge } from '../files/dataset-csv.js';
import type { FileLimits } from '../limits.js';
import { EVENT_STORE, FILES, READ_SOURCE } from '../tokens.js';
import { type ContributingEvent, eventsOf, type IsShown } from './contributing-events.js';

const ROWS_PER_READ = 10_000;
const EVENTS_PER_READ = 1_000;

/** An answer with the state of the journal that it stands for; without one when the reader holds that state already. */
export interface Told<A> {
  readonly place: SnapshotPlace;
  readonly answer?: A;
}

/** Tells from the place alone whether the reader has this answer already. */
export type IsKnown = (place: SnapshotPlace) => boolean;

/** One page of a data set, or all of it. */
export class AskDataSet extends Query<Told<DataSetAnswer>> {
  constructor(
    readonly dataSet: DataSet,
    readonly query: DataSetQuery,
    readonly isWhole: boolean,
    readonly isKnown: IsKnown,
    readonly replay?: ReplayReader,
  ) {
    super();
  }
}

@QueryHandler(AskDataSet)
export class AskDataSetHandler implements IQueryHandler<AskDataSet> {
  constructor(
    @Inject(READ_SOURCE) private readonly source: DataSource,
    @Inject(FILES) private readonly limits: FileLimits,
  ) {}

  execute({ dataSet, query, isWhole, isKnown, replay }: AskDataSet): Promise<Told<DataSetAnswer>> {
    const read = async (manager: EntityManager, place: SnapshotPlace): Promise<Told<DataSetAnswer>> => {
      if (isKnown(place)) return { place };
      const answer = isWhole ? await this.wholeSet(dataSet, query, manager) : await dataSet.rows(query, manager);
      return { place, answer };
    };
    return inSnapshot(this.source, dataSet.projection, read, replay);
  }

  /** Every row within one snapshot: the whole set or a refusal, never a silent part. */
  private async wholeSet(dataSet: DataSet, query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> {
    const rows: AnswerRow[] = [];
    let page: DataSetAnswer = await dataSet.rows({ ...query, limit: ROWS_PER_READ }, manager);
    for (;;) {
      for (const row of page.rows) rows.push(row);
      if (rows.length > this.limits.rows) throw tooLarge(this.limits);
      const { next: after, ...rest } = page;
      if (after === undefined) return { ...rest, rows };
      page = await dataSet.rows({ ...query, limit: ROWS_PER_READ, after }, manager);
    }
  }
}

export interface ContributingEvents {
  readonly events: readonly ContributingEvent[];
  readonly next?: readonly (string | null)[];
}

/** The events behind a figure: one page of them, or all. */
export class AskContributions extends Query<Told<ContributingEvents>> {
  constructor(
    readonly dataSet: DataSet,
    readonly query: DataSetQuery,
    readonly isWhole: boolean,
    readonly isShown: IsShown,
    readonly replay?: ReplayReader,
  ) {
    super();
  }
}

@QueryHandler(AskContributions)
export class AskContributionsHandler implements IQueryHandler<AskContributions> {
  constructor(
    @Inject(READ_SOURCE) private readonly source: DataSource,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(FILES) private readonly limits: FileLimits,
  ) {}

  execute(asked: AskContributions): Promise<Told<ContributingEvents>> {
    const read = async (manager: EntityManager, place: SnapshotPlace): Promise<Told<ContributingEvents>> => ({
      place,
      answer: asked.isWhole ? await this.wholeSet(asked, manager) : await this.page(asked, manager),
    });
    return inSnapshot(this.source, asked.dataSet.projection, read, asked.replay);
  }

  private async page(
    { dataSet, query, isShown }: AskContributions,
    manager: EntityManager,
  ): Promise<ContributingEvents> {
    const { events, next } = await dataSet.contributions(query, manager);
    return { events: await eventsOf(this.store, events, isShown), ...(next !== undefined && { next }) };
  }

  private async wholeSet(asked: AskContributions, manager: EntityManager): Promise<ContributingEvents> {
    const all: ContributingEvent[] = [];
    let bytes = 0;
    let after: ContributingEvents['next'];
    do {
      const query = { ...asked.query, limit: EVENTS_PER_READ, ...(after !== undefined && { after }) };
      const { events, next } = await this.page({ ...asked, query }, manager);
      for (const event of events) {
        all.push(event);
        bytes += event.data?.length ?? 0;
      }
      if (all.length > this.limits.rows || bytes > this.limits.bytes) throw tooLarge(this.limits);
      after = next;
    } while (after !== undefined);
    return { events: all };
  }
}

export const dataSetQueryHandlers = [AskDataSetHandler, AskContributionsHandler];
