import type { EntityManager } from 'typeorm';
import { holdsSql } from '../spans.js';
import { selectServices } from './answer.js';
import { type AsOf, asOfDays } from './as-of.js';
import { COMPLETENESS_MAX, type Lang, type ServiceEntry } from './entry.js';
import { positional } from './entry-answer.js';
import { HEIRS, OWNER } from './graph-sql.js';

/** What must be told of a service so that others can name it. */
export interface Outline {
  readonly entry: ServiceEntry;
  readonly ownerEntityId: string;
}
export interface DescribedService extends Outline {
  readonly completeness: { readonly num: bigint; readonly den: bigint };
  /** Services that it cannot do without, and those it is near to. Whether they are recorded is said by the outlines. */
  readonly requires: readonly string[];
  readonly related: readonly string[];
}
export interface DescribedEntity {
  readonly entityId: string;
  readonly title: Lang;
  readonly kind: string;
  readonly jurisdiction: string;
}
export interface DescribedBundle {
  readonly bundleId: string;
  readonly kind: string;
  readonly title: Lang;
  readonly description: Lang | null;
  readonly priority: number | null;
  /** Of a path in order. */
  readonly services: readonly string[];
}

/** Some services with all that their description names. */
export interface DescribedPage extends AsOf {
  readonly services: readonly DescribedService[];
  /** Recorded services that the page names and does not describe. What is in neither nobody has recorded. */
  readonly outlines: ReadonlyMap<string, Outline>;
  readonly entities: readonly DescribedEntity[];
  readonly bundles: readonly DescribedBundle[];
}

const SERVICES_PER_PAGE = 200;

const EDGES = positional(`select d.from_service as "from", d.to_service as "to", d.kind from edge_span d
 where (d.from_service = any($1::text[]) or (d.kind = 'relation' and d.to_service = any($1::text[]))) and ${holdsSql('d')}
 order by 1, 2`);
const BUNDLES = positional(`select b.bundle as "bundleId", b.kind, b.title, b.description, b.priority, b.services
  from bundle_span b where b.services && $1::text[] and not b.is_retired and ${holdsSql('b')} order by b.bundle`);

/** SQL: the span of a subject that holds on the day; before its first day the one that it begins with. */
const nearest = (table: string, subject: string): string => `select a.* from ${table} a
  where a.${subject} = l.id and a.known_from <= :knownAt and a.known_to > :knownAt
  order by (a.effective_from <= :effectiveAt) desc,
        case when a.effective_from <= :effectiveAt then a.effective_from end desc, a.effective_from limit 1`;
const OUTLINES = positional(`select s.service, s.entry, ${OWNER} as "ownerEntityId" from unnest($1::text[]) l (id)
  cross join lateral (${nearest('service_span', 'service')}) s left join ${HEIRS} h on h.entity = s.entity`);
// The ledger takes no service before its owner, so each has a span, though perhaps a later one.
const ENTITIES =
  positional(`select e.entity as "entityId", e.title, e.kind, e.jurisdiction from unnest($1::text[]) l (id)
  cross join lateral (${nearest('entity_span', 'entity')}) e order by 1`);

/** Which services, on which day, as known on which. */
export interface DescribedQuestion {
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Retired ones as well; else only where the filters name the status. */
  readonly isEveryStatus?: true;
  readonly effectiveAt?: string;
  readonly knownAt?: string;
}
type Ask = <R>(sql: string, ids: Iterable<string>) => Promise<readonly R[]>;
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
}
interface ServiceRow {
  readonly service: string;
  readonly entry: ServiceEntry;
  readonly owner: string;
  readonly completeness: number;
}

/** The services that a question selects, whole, by id, a bounded number at a time. At least one page. Runs in a snapshot of `catalogue`. */
export async function* describedServices(
  question: DescribedQuestion,
  manager: EntityManager,
): AsyncGenerator<DescribedPage> {
  const days = await asOfDays(manager, 'catalogue', question);
  const ask: Ask = (sql, ids) => manager.query(sql, [[...ids], days.effectiveAt, days.knownAt]);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly ServiceRow[] = await selectServices(manager, question.filters, question.isEveryStatus ?? false)
      .select('s.service', 'service')
      .addSelect('s.entry', 'entry')
      .addSelect('s.completeness', 'completeness')
      .addSelect(`(${OWNER})`, 'owner')
      .andWhere('s.service > :after', { after, ...days })
      .orderBy('s.service')
      .limit(SERVICES_PER_PAGE)
      .getRawMany();
    yield { ...(await pageOf(rows, ask)), ...days };
    after = rows.length < SERVICES_PER_PAGE ? undefined : rows.at(-1)?.service;
  }
}

const pageOf = async (rows: readonly ServiceRow[], ask: Ask): Promise<Omit<DescribedPage, keyof AsOf>> => {
  const ids = rows.map(({ service }) => service);
  const bundles = await ask<DescribedBundle>(BUNDLES, ids);
  const edges = edgesBySource(await ask<Edge>(EDGES, ids));
  const services = rows.map(({ service, entry, owner, completeness }) => ({
    ...{ entry, ownerEntityId: owner },
    completeness: { num: BigInt(completeness), den: BigInt(COMPLETENESS_MAX) },
    requires: edges.get(`dependency ${service}`) ?? [],
    related: edges.get(`relation ${service}`) ?? [],
  }));
  const named = new Set(services.flatMap(namedBy));
  for (const { kind, services: members } of bundles) if (kind === 'path') for (const id of members) named.add(id);
  for (const id of ids) named.delete(id);
  const found = await ask<Outline & { readonly service: string }>(OUTLINES, named);
  const outlines = new Map(found.map(({ service, ...outline }) => [service, outline]));
  const owners = [...services, ...found].map(({ ownerEntityId }) => ownerEntityId);
  const issuers = services.flatMap(({ entry }) => (entry.documents ?? []).flatMap((one) => one.issuerEntityId ?? []));
  const entities = await ask<DescribedEntity>(ENTITIES, new Set([...owners, ...issuers]));
  return { services, outlines, entities, bundles };
};

const namedBy = ({ entry, requires, related }: DescribedService): string[] => [
  ...[...requires, ...related, ...entry.sharedServiceIds],
  ...(entry.successorIds ?? []),
];

/** `<kind> <service>` → services at the other ends. A relation is seen from both of its ends. */
const edgesBySource = (edges: readonly Edge[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  const note = (key: string, to: string) => found.set(key, [...(found.get(key) ?? []), to]);
  for (const { from, to, kind } of edges) {
    note(`${kind} ${from}`, to);
    if (kind === 'relation') note(`${kind} ${to}`, from);
  }
  return found;
};
