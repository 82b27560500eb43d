import type { EntityManager } from 'typeorm';
import { normaliseArabic, searchTerms } from '../arabic.js';
import { MULTIPLE, selectServices } from './answer.js';
import { asOfDays } from './as-of.js';
import { COMPLETENESS_MAX, gramsOf, type Lang, type ServiceEntry } from './entry.js';
import { OWNER } from './graph-sql.js';

export interface ServiceSearch {
  /** Words in any language; undefined: every service. */
  readonly q?: string;
  /** Dimension of the catalogue → accepted values. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** What the page before gave as `next`. */
  readonly after?: readonly (string | null)[];
  readonly limit: number;
  readonly effectiveAt?: string;
  readonly knownAt?: string;
}

export interface FoundService {
  readonly serviceId: string;
  readonly title: Lang;
  readonly ownerEntityId: string;
  readonly ownerTitle: Lang | null;
  readonly kind: string;
  readonly flow: string;
  readonly status: string;
  readonly critical: boolean;
  readonly audience: readonly string[];
  readonly channels: readonly string[];
  readonly completeness: { readonly num: string; readonly den: string };
  readonly effectiveFrom: string;
  /** `exact` title or id, every word `prefix` of an indexed one, `similar` letters; null without a query. */
  readonly match: 'exact' | 'prefix' | 'similar' | null;
}

export interface ServiceSearchAnswer {
  readonly services: readonly FoundService[];
  readonly next?: readonly string[];
  readonly total: number;
  /** Dimension → value → services found, were it chosen beside the other filters. */
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly effectiveAt: string;
  readonly knownAt: string;
}

/** Share of letter triples from which a title counts as similar. */
const SIMILARITY_MIN = 0.3;
const FACET_VALUES_MAX = 100;

/** Dimension → SQL of the list of a service's values. */
const FACETS: Readonly<Record<string, string>> = {
  audience: MULTIPLE.audience ?? '',
  channel: MULTIPLE.channel ?? '',
  entity: `array[${OWNER}]`,
  kind: 'array[s.kind]',
  status: 'array[s.status]',
  language: MULTIPLE.language ?? '',
};

const SIMILARITY = `(select count(*) from unnest(s.grams) g where g = any(:grams::text[]))::float
  / greatest(cardinality(array(select unnest(s.grams) union select unnest(:grams::text[]))), 1)`;
// 3 exact, 2 each word begins an indexed word, below 1 similar letters.
const RANK = `case when :words = '' then 0 when :words = any(s.names) or s.service = :id then 3
  when not exists (select from unnest(:prefixes::text[]) w where not exists (select from unnest(s.terms) t where starts_with(t, w))) then 2
  else ${SIMILARITY} end`;

interface FoundRow {
  service: string;
  rank: number;
  status: string;
  audience: string[];
  channels: string[];
  completeness: number;
  entry: ServiceEntry;
  owner_id: string;
  owner: Lang | null;
  effective_from: string;
}

/**
 * Services by words, in Arabic and other languages alike: exact before prefix before similar, equals by id. Words are compared
 * without vowels, hamza forms, articles and plural endings. Runs in a snapshot of the projection `catalogue`.
 */
export const searchServices = async (search: ServiceSearch, manager: EntityManager): Promise<ServiceSearchAnswer> => {
  const days = await asOfDays(manager, 'catalogue', search);
  const terms = searchTerms(search.q ?? '');
  const words = terms.join(' ');
  const parameters = {
    ...days,
    words,
    prefixes: terms,
    grams: gramsOf(words),
    id: normaliseArabic(search.q ?? '').trim(),
  };
  const found = matching(manager, search.filters).select('s.service', 'service').addSelect(RANK, 'rank');
  for (const column of ['status', 'audience', 'channels', 'completeness', 'entry'])
    found.addSelect(`s.${column}`, column);
  found
    .addSelect(`(${OWNER})`, 'owner_id')
    .addSelect('e.title', 'owner')
    .addSelect('s.effective_from::text', 'effective_from');
  found.setParameters(parameters);
  const page = manager
    .createQueryBuilder()
    .select('*')
    .from(`(${found.getQuery()})`, 'f')
    .setParameters(found.getParameters());
  const [rank, service] = search.after ?? [];
  if (rank && service) page.where('(f.rank < :rank or (f.rank = :rank and f.service > :service))', { rank, service });
  const rows = await page
    .orderBy('f.rank', 'DESC')
    .addOrderBy('f.service', 'ASC')
    .limit(search.limit + 1)
    .getRawMany<FoundRow>();
  const last = rows[search.limit - 1];
  return {
    services: rows.slice(0, search.limit).map((row) => foundOf(row, words !== '')),
    ...(rows.length > search.limit && last && { next: [String(last.rank), last.service] }),
    ...(await facetsOf(manager, search.filters, parameters)),
    ...days,
  };
};

const matching = (manager: EntityManager, filters: ServiceSearch['filters']) =>
  selectServices(manager, filters, false).andWhere(`(:words = '' or ${RANK} >= ${SIMILARITY_MIN})`);

const foundOf = (row: FoundRow, isSearched: boolean): FoundService => {
  const { serviceId, title, kind, flow, critical } = row.entry;
  const { rank, owner_id: ownerEntityId } = row;
  const match = rank >= 3 ? 'exact' : rank >= 2 ? 'prefix' : 'similar';
  return {
    ...{ serviceId, title, ownerEntityId, kind, flow, critical, ownerTitle: row.owner, status: row.status },
    ...{ audience: row.audience, channels: row.channels, effectiveFrom: row.effective_from },
    completeness: { num: String(row.completeness), den: String(COMPLETENESS_MAX) },
    match: isSearched ? match : null,
  };
};

/** Each facet counts under the other filters, so that a reader sees what choosing another value would give. */
const facetsOf = async (
  manager: EntityManager,
  filters: ServiceSearch['filters'],
  parameters: Readonly<Record<string, unknown>>,
): Promise<Pick<ServiceSearchAnswer, 'total' | 'facets'>> => {
  const whole = matching(manager, filters).select('count(*)', 'total').setParameters(parameters);
  const { total } = (await whole.getRawOne<{ total: string }>()) ?? { total: '0' };
  const facets: Record<string, Record<string, number>> = {};
  for (const [dimension, sql] of Object.entries(FACETS)) {
    const { [dimension]: _, ...others } = filters;
    const values = matching(manager, others).select(`unnest(${sql})`, 'value').setParameters(parameters);
    const counted = await manager
      .createQueryBuilder()
      .select('v.value', 'value')
      .addSelect('count(*)', 'services')
      .from(`(${values.getQuery()})`, 'v')
      .setParameters(values.getParameters())
      .groupBy('v.value')
      .orderBy('count(*)', 'DESC')
      .addOrderBy('v.value', 'ASC')
      .limit(FACET_VALUES_MAX)
      .getRawMany<{ value: string; services: string }>();
    facets[dimension] = Object.fromEntries(counted.map(({ value, services }) => [value, Number(services)]));
  }
  return { total: Number(total), facets };
};
