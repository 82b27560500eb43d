import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource, EntityManager } from 'typeorm';
import {
  type AnswerRow,
  type CatalogueEntry,
  type DataSet,
  dataSets,
  inSnapshot,
  type ServiceSearch,
  type SnapshotPlace,
  searchServices,
  serviceEntry,
  serviceHistory,
  smallCountOn,
} from '#read-models';
import { shareFigures, sharePublished, sharesAsked, shareWindow } from '../releases/public-share.js';
import { READ_SOURCE, TODAY } from '../tokens.js';
import type { AsOf } from './parameters.js';

const PROJECTION = 'catalogue';
const SHARES = dataSets.get('electronic_share') as DataSet;

/** Services by words and facets, with the position that the answer stands for. */
export class SearchServices extends Query<
  Awaited<ReturnType<typeof searchServices>> & { readonly asOfPosition: string | null }
> {
  constructor(readonly search: ServiceSearch) {
    super();
  }
}

@QueryHandler(SearchServices)
export class SearchServicesHandler implements IQueryHandler<SearchServices> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

  execute({ search }: SearchServices) {
    return inSnapshot(this.source, PROJECTION, async (manager, { position }) => ({
      ...(await searchServices(search, manager)),
      asOfPosition: position,
    }));
  }
}

/** Declared and observed electronic share of the procedure, side by side: neither replaces the other. */
export interface ElectronicShares {
  readonly declared: NonNullable<CatalogueEntry['entry']['shares']> | null;
  /** What the steps of the completed transactions of the last whole year were, in whole thresholds: the entry is public. */
  readonly observed: AnswerRow & {
    readonly from: string;
    readonly to: string;
    /** Counts are rounded down to a multiple of it; null where one is below it. */
    readonly threshold: number;
    readonly asOfPosition: string | null;
  };
}

export type ServiceAnswer = CatalogueEntry & {
  readonly electronicShares: ElectronicShares;
  readonly asOfPosition: string | null;
};

/** One service on a day, as known on a day; undefined: not in the catalogue then. */
export class ReadService extends Query<ServiceAnswer | undefined> {
  constructor(
    readonly id: string,
    readonly asOf: AsOf,
  ) {
    super();
  }
}

@QueryHandler(ReadService)
export class ReadServiceHandler implements IQueryHandler<ReadService> {
  constructor(
    @Inject(READ_SOURCE) private readonly source: DataSource,
    @Inject(TODAY) private readonly today: () => string,
  ) {}

  async execute({ id, asOf }: ReadService): Promise<ServiceAnswer | undefined> {
    const read = async (manager: EntityManager, { position }: SnapshotPlace) => {
      const entry = await serviceEntry(id, asOf, manager);
      return entry && { ...entry, asOfPosition: position };
    };
    const entry = await inSnapshot(this.source, PROJECTION, read);
    if (entry === undefined) return undefined;
    const observed = await this.observed(entry);
    return { ...entry, electronicShares: { declared: entry.entry.shares ?? null, observed } };
  }

  /** Asked through the port of the data sets, where it is counted, at a position of its own. */
  private observed({ entry, effectiveAt, knownAt }: CatalogueEntry): Promise<ElectronicShares['observed']> {
    const window = shareWindow({ effectiveAt, knownAt }, this.today());
    return inSnapshot(this.source, SHARES.projection, async (manager, { position }) => {
      const threshold = await smallCountOn(manager, window.knownAt);
      const { rows } = await SHARES.rows(sharesAsked(window, [entry.serviceId]), manager);
      const figures = shareFigures(sharePublished(rows[0], threshold), entry.shares?.electronicBp);
      return { from: window.from, to: window.to, threshold, ...figures, asOfPosition: position };
    });
  }
}

type History = NonNullable<Awaited<ReturnType<typeof serviceHistory>>>;

/** How an entry came to be what it is; undefined: no such service was known. */
export class ReadServiceHistory extends Query<(History & { readonly asOfPosition: string | null }) | undefined> {
  constructor(
    readonly id: string,
    readonly asked: Parameters<typeof serviceHistory>[1],
  ) {
    super();
  }
}

@QueryHandler(ReadServiceHistory)
export class ReadServiceHistoryHandler implements IQueryHandler<ReadServiceHistory> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

  execute({ id, asked }: ReadServiceHistory) {
    return inSnapshot(this.source, PROJECTION, async (manager, { position }) => {
      const history = await serviceHistory(id, asked, manager);
      return history && { ...history, asOfPosition: position };
    });
  }
}

export const serviceQueryHandlers = [SearchServicesHandler, ReadServiceHandler, ReadServiceHistoryHandler];
