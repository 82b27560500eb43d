import type { EntityManager } from 'typeorm';
import { endOf } from '../freezes/late.js';
import type { DataSetQuery } from '../read-model.js';
import { NO_END } from '../spans.js';
import { literal, mergedSql, momentSql } from '../transaction/merged.js';

/** Which facts count: those known on a day, or those recorded before the freeze of an edition. */
export interface View {
  readonly is: 'current' | 'frozen';
  /** The last moment of knowledge that counts. */
  readonly moment: string;
  /** The campaign whose freeze it is. */
  readonly campaign?: string;
  /** Mergers up to this day count. Left out: up to the last day of each edition. */
  readonly mergedBy?: string;
}

/** After every day that anything is known on, and before {@link NO_END}. */
const NOW = '2200-12-31';

export const viewOf = ({ knownAt, recordedAt, effectiveAt }: DataSetQuery): View => {
  const [day = NOW] = [knownAt, recordedAt].filter((one) => one !== undefined).sort();
  return { is: 'current', moment: endOf(day), ...(effectiveAt !== undefined && { mergedBy: effectiveAt }) };
};

/** The day of the moment of a view. */
export const dayOf = ({ moment }: View): string => moment.slice(0, DAY_CHARACTERS);
const DAY_CHARACTERS = 10;

/** SQL: the row of alias `of` was believed. */
export const believedSql = (of: string, { moment }: View): string =>
  `${of}.known_from <= ${momentSql(moment)} and ${of}.known_to > ${momentSql(moment)}`;

/** SQL: the cell of alias `of` is counted. */
export const countedSql = (of: string, view: View): string =>
  `(${of}.known_day, ${of}.freezes) <= (${literal(dayOf(view))}, ${Number(view.moment.slice(DAY_CHARACTERS + 1))})`;

/** An edition that was not cancelled, as believed. */
export interface Edition {
  readonly campaign: string;
  readonly series: string;
  readonly edition: number;
  readonly first_day: string;
  readonly last_day: string;
  readonly is_fee_bearing_only: boolean;
  readonly headline: string | null;
  readonly weeks: number | null;
  /** The last moment before its freeze; null while it is not frozen. */
  readonly frozen_at: string | null;
  /** Whether its scope lists services. If not, all services of its entities are in it. */
  readonly by_service: boolean;
}

/** SQL of a subselect of all editions, with whether their scopes list services. */
export const editionsSql = (view: View): string => `(select e.campaign, e.series, e.edition, e.first_day, e.last_day,
  e.is_fee_bearing_only, e.headline, e.weeks, e.frozen_at, exists (select from campaign_scope s where s.campaign = e.campaign
    and s.kind = 'service' and ${believedSql('s', view)}) as by_service
  from campaign_edition e where e.phase <> 'cancelled' and ${believedSql('e', view)})`;

const EDITIONS_PER_READ = 50;

/** Editions that a question selects, by name, after one of them; a period counts only if it lies wholly inside. */
export const selectEditions = async (
  query: Pick<DataSetQuery, 'from' | 'to' | 'filters'>,
  manager: EntityManager,
  {
    view,
    notBefore = '',
    limit = EDITIONS_PER_READ,
  }: { readonly view: View; readonly notBefore?: string; readonly limit?: number },
): Promise<readonly Edition[]> => {
  const values: unknown[] = [notBefore, query.from ?? '1900-01-01', query.to ?? NO_END];
  const filters = ['campaign', 'series', 'edition'].flatMap((dimension) => {
    const accepted = query.filters[dimension];
    return accepted ? [`and e.${dimension}::text = any($${values.push(accepted)})`] : [];
  });
  return manager.query<Edition[]>(
    `select e.campaign, e.series, e.edition, e.first_day::text, e.last_day::text, e.is_fee_bearing_only, e.headline,
       e.weeks, e.frozen_at, e.by_service from ${editionsSql(view)} e
      where e.campaign >= $1 and e.first_day >= $2 and e.last_day <= $3 ${filters.join(' ')}
      order by e.campaign limit ${limit}`,
    values,
  );
};

/** An edition in SQL: columns of a row, or values. */
export interface EditionColumns {
  readonly campaign: string;
  readonly lastDay: string;
  readonly isFeeBearingOnly: string;
  readonly byService: string;
}

export const columnsOf = (e: string): EditionColumns => ({
  ...{
    campaign: `${e}.campaign`,
    lastDay: `${e}.last_day`,
    isFeeBearingOnly: `${e}.is_fee_bearing_only`,
    byService: `${e}.by_service`,
  },
});

/** The same of one edition; its name stands at a place for a parameter. */
export const valuesOf = (
  { last_day: lastDay, is_fee_bearing_only: isFeeBearingOnly, by_service: byService }: Edition,
  place: string,
): EditionColumns => ({
  ...{ campaign: place, lastDay: literal(lastDay) },
  ...{ isFeeBearingOnly: String(isFeeBearingOnly), byService: String(byService) },
});

/** SQL: ids of one kind that are in the scope of an edition. */
export const scopeSql = ({ campaign }: Pick<EditionColumns, 'campaign'>, kind: string, view: View): string =>
  `(select s.id from campaign_scope s where s.campaign = ${campaign} and s.kind = '${kind}' and ${believedSql('s', view)})`;

/** SQL of a subselect: who went up in whom by the last day of an edition, on which its entities are looked at. */
export const heirsSql = ({ lastDay }: Pick<EditionColumns, 'lastDay'>, { moment, mergedBy }: View): string =>
  mergedSql(mergedBy === undefined ? lastDay : literal(mergedBy), momentSql(moment));

/**
 * SQL: the cell of alias `c` is in the scope of an edition. A service that is listed is in it whoever owns it. With an entity those
 * are in it that went up in it by the last day, on all days: a year before the merger is set against the same people.
 */
export const inScopeSql = (c: string, edition: EditionColumns, view: View): string => {
  const entities = scopeSql(edition, 'entity', view);
  return `((not ${edition.isFeeBearingOnly} or ${c}.is_fee_bearing) and case when ${edition.byService}
    then ${c}.service in ${scopeSql(edition, 'service', view)} else ${c}.entity in (select s.id from ${entities} s union select h.entity from ${heirsSql(edition, view)} h
      join ${entities} s on s.id = h.into_entity) end)`;
};

/** SQL of the instant, as text, at which the hour of a cell begins, or its day where no hour is known; with `more`, some hours later. */
const instantSql = (c: string, more: string): string =>
  `to_char(${c}.effective_day + make_interval(hours => coalesce(${c}.hour, 0) + ${more} - 4), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * SQL of the mode that the centre of a cell had for the whole hour (the whole day where no hour is known), `changed` where it
 * changed within; null without a centre.
 */
export const centreModeSql = (c: string, view: View): string => {
  const [start, end] = [instantSql(c, '0'), instantSql(c, `case when ${c}.hour is null then 24 else 1 end`)];
  return `(select case when m.effective_to >= ${end} then m.mode else 'changed' end from centre_mode m
    where m.centre = ${c}.centre and m.effective_from <= ${start} and m.effective_to > ${start} and ${believedSql('m', view)})`;
};
