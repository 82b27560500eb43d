import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource, EntityManager } from 'typeorm';
import type { AnswerRow, Contribution, DataSet, DataSetAnswer, DataSetQuery, SnapshotPlace } from '#read-models';
import { inSnapshot } from '#read-models';
import { refuse } from '../problems/failures.js';
import { READ_SOURCE } from '../tokens.js';

/** Rows of one file. Larger sets are a job, not an answer. */
export const ROWS_PER_FILE_MAX = 250_000;
const ROWS_PER_READ = 10_000;

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
  ) {
    super();
  }
}

@QueryHandler(AskDataSet)
export class AskDataSetHandler implements IQueryHandler<AskDataSet> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

  execute({ dataSet, query, isWhole, isKnown }: AskDataSet): Promise<Told<DataSetAnswer>> {
    return inSnapshot(this.source, dataSet.projection, async (manager, place) => {
      if (isKnown(place)) return { place };
      const answer = isWhole ? await wholeSet(dataSet, query, manager) : await dataSet.rows(query, manager);
      return { place, answer };
    });
  }
}

/** Every row within one snapshot: the whole set or a refusal, never a silent part. */
async function wholeSet(dataSet: DataSet, query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> {
  const rows: AnswerRow[] = [];
  let page: DataSetAnswer = await dataSet.rows({ ...query, limit: ROWS_PER_READ }, manager);
  for (;;) {
    rows.push(...page.rows);
    if (rows.length > ROWS_PER_FILE_MAX)
      throw refuse('export.tooLarge', { params: { most: String(ROWS_PER_FILE_MAX) } });
    const { next: after, ...rest } = page;
    if (after === undefined) return { ...rest, rows };
    page = await dataSet.rows({ ...query, limit: ROWS_PER_READ, after }, manager);
  }
}

export interface Contributions {
  readonly events: readonly Contribution[];
  readonly next?: readonly (string | null)[];
}

/** The events behind a figure. */
export class AskContributions extends Query<Told<Contributions>> {
  constructor(
    readonly dataSet: DataSet,
    readonly query: DataSetQuery,
  ) {
    super();
  }
}

@QueryHandler(AskContributions)
export class AskContributionsHandler implements IQueryHandler<AskContributions> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

  execute({ dataSet, query }: AskContributions): Promise<Told<Contributions>> {
    return inSnapshot(this.source, dataSet.projection, async (manager, place) => ({
      place,
      answer: await dataSet.contributions(query, manager),
    }));
  }
}

export const dataSetQueryHandlers = [AskDataSetHandler, AskContributionsHandler];
