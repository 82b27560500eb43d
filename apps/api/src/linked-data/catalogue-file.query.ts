import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource, EntityManager } from 'typeorm';
import {
  type AnswerRow,
  type DataSet,
  type DescribedPage,
  dataSets,
  describedServices,
  elsewhere,
  inSnapshot,
  type Outline,
  type SnapshotPlace,
} from '#read-models';
import type { FileLimits } from '../limits.js';
import { FILES, READ_SOURCE } from '../tokens.js';
import type { Addresses } from './addresses.js';
import { catalogueNodes } from './dataset-nodes.js';
import { LinkedFile, type LinkedFormat } from './linked-file.js';
import { bundleNodes, entityNodes } from './owner-nodes.js';
import { danglingOf, outlineNodes, serviceNodes } from './service-nodes.js';
import { shareNodes, sharesAsked } from './share-nodes.js';

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
  ) {}

  execute({ question, as }: WriteCatalogue): Promise<LinkedAnswer | undefined> {
    return inSnapshot(this.source, PROJECTION, async (manager, place) => {
      // It tells of two projections, so both positions are in the tag.
      const counted = await elsewhere(manager, SHARES.projection, async (position) => position ?? 'empty');
      const tag = tagOf(place, counted ?? 'none', as.format);
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
      const observed = await observedShares(page, manager);
      const recorded = new Set([...page.outlines.keys(), ...page.services.map(({ entry }) => entry.serviceId)]);
      for (const service of page.services) {
        const { serviceId } = service.entry;
        for (const node of serviceNodes(at, service, page)) graph.add(node);
        for (const node of shareNodes(at, service, page, observed.get(serviceId))) graph.add(node);
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

/** Service → steps of a year, as the data set counts them. None where nothing has counted yet. */
const observedShares = async (page: DescribedPage, manager: EntityManager): Promise<ReadonlyMap<string, AnswerRow>> => {
  if (page.services.length === 0) return new Map();
  const ask = () => SHARES.rows(sharesAsked(page), manager);
  const { rows } = (await elsewhere(manager, SHARES.projection, ask)) ?? { rows: [] };
  return new Map(rows.map((row) => [String(row.service), row]));
};

const tagOf = ({ position, version }: SnapshotPlace, counted: string, format: LinkedFormat): string =>
  `"${PROJECTION}-${version}-${position ?? 'empty'}-${counted}-${format}"`;
