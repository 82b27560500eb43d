import type { EntityManager } from 'typeorm';
import { holdsSql } from '../spans.js';
import { asOfDays } from './as-of.js';
import { COMPLETENESS_MAX, type Lang, missingPoints, type ServiceEntry } from './entry.js';
import { HEIRS, OWNER, RELATIONS } from './graph-sql.js';
import { type AttributeSpan, type EntryHistory, HISTORY } from './history.js';

/** A service as another one names it. Title and owner are null where it has no stream yet. */
export interface NamedService {
  readonly serviceId: string;
  readonly title: Lang | null;
  readonly ownerEntityId: string | null;
  readonly ownerTitle: Lang | null;
}

/** Whether the owner of a service needs another entity for it, or one that is not recorded. */
export type Side = 'inside' | 'outside' | 'dangling';

export interface NamedBundle {
  readonly bundleId: string;
  readonly kind: string;
  readonly title: Lang;
  readonly priority: number | null;
  /** Of a path in order. */
  readonly services: readonly (NamedService & { readonly isOptional: boolean })[];
}

/** First services of a list, with the number of all. */
export interface ServiceList {
  readonly total: number;
  readonly services: readonly NamedService[];
}

export interface CatalogueEntry {
  readonly entry: ServiceEntry;
  readonly owner: {
    readonly entityId: string;
    readonly title: Lang;
    readonly kind: string;
    readonly jurisdiction: string;
  } | null;
  /** Platforms that list the service. */
  readonly platforms: readonly { readonly platformId: string; readonly title: Lang }[];
  readonly bundles: readonly NamedBundle[];
  /** Services that this one cannot do without. */
  readonly dependencies: readonly (NamedService & { readonly side: Side })[];
  readonly relations: readonly (NamedService & { readonly side: Side })[];
  /** Services that cannot do without this one. */
  readonly dependents: ServiceList;
  readonly sharedServices: readonly NamedService[];
  /** Services that use this shared one. */
  readonly sharedBy: ServiceList;
  readonly successors: readonly NamedService[];
  readonly completeness: { readonly num: string; readonly den: string; readonly missing: readonly string[] };
  /** First day of this span, and first day on which it no longer holds; null: no end. */
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly knownFrom: string;
  readonly effectiveAt: string;
  readonly knownAt: string;
}

/** Services of a list that an answer shows; what a popular shared service is used by can be asked of the data set. */
export const LISTED_MAX = 200;

/** Parameters of every statement: $1 the service, $2 the effective day, $3 the knowledge day. */
export const positional = (sql: string): string => sql.replaceAll(':effectiveAt', '$2').replaceAll(':knownAt', '$3');

const SPAN = positional(`select s.effective_from::text as "effectiveFrom", s.entry,
       nullif(s.effective_to, '9999-12-31')::text as "effectiveTo", s.known_from::text as "knownFrom", ${OWNER} as "ownerId"
  from service_span s left join ${HEIRS} h on h.entity = s.entity where s.service = $1 and ${holdsSql('s')}`);
const OWNED = positional(`select e.entity as "entityId", e.title, e.kind, e.jurisdiction
  from entity_span e where e.entity = $1 and ${holdsSql('e')}`);
const PLATFORMS = positional(`select p.platform as "platformId", p.title
  from platform_span p where $1 = any(p.services) and ${holdsSql('p')} order by 1`);

const BUNDLES = positional(`select b.bundle as "bundleId", b.kind, b.title, b.priority, b.services, b.optional
  from bundle_span b where $1 = any(b.services) and not b.is_retired and ${holdsSql('b')}
 order by b.priority nulls last, b.bundle limit ${LISTED_MAX}`);
const DEPENDENCIES = positional(`select d.to_service as service, count(*) over () as total from edge_span d
 where d.from_service = $1 and d.kind = 'dependency' and ${holdsSql('d')} order by 1 limit ${LISTED_MAX}`);
const DEPENDENTS = positional(`select d.from_service as service, count(*) over () as total from edge_span d
 where d.to_service = $1 and d.kind = 'dependency' and ${holdsSql('d')} order by 1 limit ${LISTED_MAX}`);
const RELATED = positional(`select r.other as service, count(*) over () as total from ${RELATIONS} r
 where r.service = $1 order by 1 limit ${LISTED_MAX}`);
const SHARED_BY = positional(`select s.service, count(*) over () as total from service_span s
 where $1 = any(s.shared_services) and s.status <> 'retired' and ${holdsSql('s')} order by 1 limit ${LISTED_MAX}`);

// A service that has not begun yet is named by what it begins as.
const NAMES = positional(`select l.service as "serviceId", s.entry -> 'title' as title, e.title as "ownerTitle",
       case when s.service is not null then ${OWNER} end as "ownerEntityId"
  from unnest($1::text[]) l (service) left join lateral (
    select a.service, a.entity, a.entry from service_span a
     where a.service = l.service and a.known_from <= :knownAt and a.known_to > :knownAt
     order by (a.effective_from <= :effectiveAt) desc,
           case when a.effective_from <= :effectiveAt then a.effective_from end desc, a.effective_from limit 1) s on true
  left join ${HEIRS} h on h.entity = s.entity left join entity_span e on e.entity = ${OWNER} and ${holdsSql('e')}`);

interface Listed {
  readonly service: string;
  readonly total: string;
}
interface BundleRow extends Omit<NamedBundle, 'services'> {
  readonly services: readonly string[];
  readonly optional: readonly string[];
}
interface SpanRow extends Pick<CatalogueEntry, 'entry' | 'effectiveFrom' | 'effectiveTo' | 'knownFrom'> {
  readonly ownerId: string;
}

/** One service of the catalogue on a day, as known on a day; undefined: it is not in it, or was not known. */
export const serviceEntry = async (
  serviceId: string,
  asOf: { readonly effectiveAt?: string; readonly knownAt?: string },
  manager: EntityManager,
): Promise<CatalogueEntry | undefined> => {
  const days = await asOfDays(manager, 'catalogue', asOf);
  const { effectiveAt, knownAt } = days;
  const ask = async <R>(sql: string, of: unknown = serviceId): Promise<readonly R[]> =>
    manager.query(sql, [of, effectiveAt, knownAt]);
  const [span] = await ask<SpanRow>(SPAN);
  if (!span) return undefined;
  const { ownerId, ...found } = span;
  const { entry } = found;
  const [owner = null] = await ask<NonNullable<CatalogueEntry['owner']>>(OWNED, ownerId);
  const platforms = await ask<CatalogueEntry['platforms'][number]>(PLATFORMS);
  const bundles = await ask<BundleRow>(BUNDLES);
  const [dependencies, related] = [await ask<Listed>(DEPENDENCIES), await ask<Listed>(RELATED)];
  const [dependents, sharedBy] = [await ask<Listed>(DEPENDENTS), await ask<Listed>(SHARED_BY)];
  const edges = [...dependencies, ...related, ...dependents, ...sharedBy].map(({ service }) => service);
  const ids = [...edges, ...entry.sharedServiceIds, ...(entry.successorIds ?? [])];
  const all = new Set([...ids, ...bundles.flatMap(({ services }) => services)]);
  const names = new Map((await ask<NamedService>(NAMES, [...all])).map((one) => [one.serviceId, one]));
  const named = (id: string): NamedService => names.get(id) as NamedService;
  const sided = ({ service }: Listed) => ({ ...named(service), side: sideOf(named(service), ownerId) });
  const missing = missingPoints(entry);
  return {
    ...found,
    owner,
    platforms,
    bundles: bundles.map(({ services, optional, ...bundle }) => ({
      ...bundle,
      services: services.map((id) => ({ ...named(id), isOptional: optional.includes(id) })),
    })),
    dependencies: dependencies.map(sided),
    relations: related.map(sided),
    dependents: listOf(dependents, named),
    sharedServices: entry.sharedServiceIds.map(named),
    sharedBy: listOf(sharedBy, named),
    successors: (entry.successorIds ?? []).map(named),
    completeness: { num: String(COMPLETENESS_MAX - missing.length), den: String(COMPLETENESS_MAX), missing },
    ...days,
  };
};

const sideOf = ({ ownerEntityId }: NamedService, owner: string): Side => {
  if (ownerEntityId === null) return 'dangling';
  return ownerEntityId === owner ? 'inside' : 'outside';
};

const listOf = (listed: readonly Listed[], named: (id: string) => NamedService): ServiceList => ({
  total: Number(listed[0]?.total ?? 0),
  services: listed.map(({ service }) => named(service)),
});

type HistoryRow = AttributeSpan & { readonly about: string };

/** How an entry came to be what it is, as known on a day: every attribute with its days and its event, oldest first. */
export const serviceHistory = async (
  serviceId: string,
  {
    knownAt: asked,
    after,
    limit,
  }: { readonly knownAt?: string; readonly after?: readonly string[]; readonly limit: number },
  manager: EntityManager,
): Promise<EntryHistory | undefined> => {
  const { knownAt } = await asOfDays(manager, 'catalogue', asked === undefined ? {} : { knownAt: asked });
  const [day = null, attribute = '', about = ''] = after ?? [];
  const rows: readonly HistoryRow[] = await manager.query(HISTORY, [
    serviceId,
    knownAt,
    day,
    attribute,
    about,
    limit + 1,
  ]);
  if (rows.length === 0 && after === undefined) return undefined;
  const last = rows[limit - 1];
  return {
    spans: rows.slice(0, limit).map(({ about: _, ...span }) => span),
    ...(rows.length > limit && last && { next: [last.effectiveFrom, last.attribute, last.about] }),
    knownAt,
  };
};
