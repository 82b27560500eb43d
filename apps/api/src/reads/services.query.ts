import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource } from 'typeorm';
import { type CatalogueEntry, inSnapshot, type ServiceSearch, searchServices, serviceEntry } from '#read-models';
import { READ_SOURCE } from '../tokens.js';

const PROJECTION = 'catalogue';

export interface AsOf {
  readonly effectiveAt?: string;
  readonly knownAt?: string;
}

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

/** One service on a day, as known on a day; undefined: not in the catalogue then. */
export class ReadService extends Query<CatalogueEntry | undefined> {
  constructor(
    readonly id: string,
    readonly asOf: AsOf,
  ) {
    super();
  }
}

@QueryHandler(ReadService)
export class ReadServiceHandler implements IQueryHandler<ReadService> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

  execute({ id, asOf }: ReadService): Promise<CatalogueEntry | undefined> {
    return inSnapshot(this.source, PROJECTION, (manager) => serviceEntry(id, asOf, manager));
  }
}

export const serviceQueryHandlers = [SearchServicesHandler, ReadServiceHandler];
