import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource, EntityManager } from 'typeorm';
import {
  type DataSet,
  type DescribedPage,
  dataSets,
  describedServices,
  elsewhere,
  inSnapshot,
  type Outline,
  type SnapshotPlace,
  smallCountOn,
} from '#read-models';
import type { FileLimits } from '../limits.js';
import {
  type ShareCounts,
  type ShareWindow,
  sharePublished,
  sharesAsked,
  shareWindow,
} from '../releases/public-share.js';
import { FILES, READ_SOURCE, TODAY } from '../tokens.js';
import type { Addresses } from './addresses.js';
import { catalogueNodes } from './dataset-nodes.js';
import { LinkedFile, type LinkedFormat } from './linked-file.js';
import { bundleNodes, entityNodes } from './owner-nodes.js';
import { danglingOf, outlineNodes, serviceNodes } from './service-nodes.js';
import { shareNodes } from './share-nodes.js';

const PROJECTION = 'catalogue';
const SHARES = dataSets.get('electronic_share') as DataSet;

/** A graph as a file, with the tag of what it stands for; without the file where the reader has it already. */
export interface LinkedAnswer {
  readonly tag: string;
  readonly file?: Buffer;
}

/** The catalogue, or part of it, by CPSV-AP 3.2.0: whole, within one snapshot. Undefined: no service fits, where one was named. */
export class WriteCatalogue extends Query<LinkedAnswer | undefined> {
  constructor(
    readonly question: Parameters<typeof describedServices>[0],
    readonly as: {
      readonly format: LinkedFormat;
      readonly at: Addresses;
      readonly isKnown: (tag: string) => boolean;
      /** One service was named: that there is none is an error, not an empty catalogue. */
      readonly isOne?: true;
    },
  ) {
    super();
  }
}

@QueryHandler(WriteCatalogue)
export class WriteCatalogueHandler implements IQueryHandler<WriteCatalogue> {
  constructor(
    @Inject(READ_SOURCE) private readonly source: DataSource,
    @Inject(FILES) private readonly limits: FileLimits,
    @Inject(TODAY) private readonly today: () => string,
  ) {}

  execute({ question, as }: WriteCatalogue): Promise<LinkedAnswer | undefined> {
    return inSnapshot(this.source, PROJECTION, async (manager, place) => {
      // It tells of two projections and of a year that is over on a day, so both positions and the day are in the tag.
      const counted = await elsewhere(manager, SHARES.projection, async (position) => position ?? 'empty');
      const tag = tagOf(place, `${counted ?? 'none'}-${this.today()}`, as.format);
      if (as.isKnown(tag)) return { tag };
      const graph = new LinkedFile(as.format, this.limits);
      const totals = await this.write(graph, { question, as }, manager);
      if (as.isOne && totals.services === 0) return undefined;
      for (const node of catalogueNodes(as.at, { ...totals, position: place.position })) graph.add(node);
      return { tag, file: graph.end() };
    });
  }

  private async write(graph: LinkedFile, { question, as: { at } }: WriteCatalogue | Asked, manager: EntityManager) {
    const described = new Set<string>();
    const named = new Map<string, Outline>();
    const totals = { services: 0, dangling: 0, effectiveAt: '', knownAt: '' };
    for await (const page of describedServices(question, manager)) {
      const window = shareWindow(page, this.today());
      const observed = await observedShares(page, window, manager);
      const recorded = new Set([...page.outlines.keys(), ...page.services.map(({ entry }) => entry.serviceId)]);
      for (const service of page.services) {
        const { serviceId } = service.entry;
        for (const node of serviceNodes(at, service, page)) graph.add(node);
        for (const node of shareNodes(at, service, { window, counts: observed.get(serviceId) })) graph.add(node);
        described.add(serviceId);
        totals.dangling += danglingOf(service, (id) => recorded.has(id)).length;
      }
      for (const entity of page.entities) for (const node of entityNodes(at, entity)) graph.add(node);
      for (const bundle of page.bundles) for (const node of bundleNodes(at, bundle)) graph.add(node);
      for (const [id, outline] of page.outlines) named.set(id, outline);
      totals.services += page.services.length;
      Object.assign(totals, { effectiveAt: page.effectiveAt, knownAt: page.knownAt });
    }
    // Last, since a service that one page names may be described on a later one.
    for (const [id, outline] of named)
      if (!described.has(id)) for (const node of outlineNodes(at, outline)) graph.add(node);
    return totals;
  }
}
type Asked = Pick<WriteCatalogue, 'question' | 'as'>;

/** Service → steps of a year, as everybody may read them. None where nothing has counted yet. */
const observedShares = async (
  { services }: DescribedPage,
  window: ShareWindow,
  manager: EntityManager,
): Promise<ReadonlyMap<string, ShareCounts | undefined>> => {
  if (services.length === 0) return new Map();
  const question = sharesAsked(
    window,
    services.map(({ entry }) => entry.serviceId),
  );
  const counted = await elsewhere(manager, SHARES.projection, async () => {
    const threshold = await smallCountOn(manager, window.knownAt);
    const { rows } = await SHARES.rows(question, manager);
    return rows.map((row) => [String(row.service), sharePublished(row, threshold)] as const);
  });
  return new Map(counted);
};

const tagOf = ({ position, version }: SnapshotPlace, counted: string, format: LinkedFormat): string =>
  `"${PROJECTION}-${version}-${position ?? 'empty'}-${counted}-${format}"`;
