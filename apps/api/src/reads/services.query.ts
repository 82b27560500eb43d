import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource, EntityManager } from 'typeorm';
import { addDays, decimalText } from '#kernel';
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
} from '#read-models';
import { READ_SOURCE } from '../tokens.js';
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
  /** What the steps of the completed transactions of a year up to the day asked were. */
  readonly observed: AnswerRow & { readonly from: string; readonly to: string; readonly asOfPosition: string | null };
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

const DAYS_BACK = 364;

@QueryHandler(ReadService)
export class ReadServiceHandler implements IQueryHandler<ReadService> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

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
  private observed({ entry, effectiveAt: to, knownAt }: CatalogueEntry): Promise<ElectronicShares['observed']> {
    const from = addDays(to, -DAYS_BACK);
    const filters = { service: [entry.serviceId] };
    const query = { from, to, knownAt, effectiveAt: to, group: [], filters, kpis: [], limit: 1 };
    return inSnapshot(this.source, SHARES.projection, async (manager, { position }) => {
      const { rows } = await SHARES.rows(query, manager);
      const { steps_electronic = 0, steps_manual = 0, gap = null } = rows[0] ?? {};
      const [electronic, manual] = [BigInt(Number(steps_electronic)), BigInt(Number(steps_manual))];
      const steps = electronic + manual;
      const share =
        steps === 0n
          ? null
          : { num: String(electronic), den: String(steps), value: decimalText({ num: electronic, den: steps }) };
      return { from, to, share, gap, asOfPosition: position };
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
