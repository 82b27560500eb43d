import type { CubeJoin } from '../cube-query.js';
import type { DataSetQuery, Dimension } from '../read-model.js';
import { entitySql, literal } from '../transaction/merged.js';
import { WHOLE_ENTITY } from './tables.js';

export const SIZE_CLASSES = ['large', 'medium', 'small'] as const;

/** Null where no baseline of an earlier year is known: the entity is unclassed. */
export const SIZE_CLASS: Dimension = {
  title: { ar: 'فئة الجهة بحسب حجم الورق', en: 'Size class of the entity' },
  values: SIZE_CLASSES,
};

type Clocks = Pick<DataSetQuery, 'knownAt' | 'recordedAt'>;

/** The day before the one that stands for "no end yet": whoever asks for no day of knowledge asks for all that is known. */
const ALL_KNOWN = '9999-12-30';

/** Knowledge day of a question as SQL. Baselines and policies are known when they are recorded. */
export const knownOn = ({ knownAt, recordedAt }: Clocks): string =>
  literalDay([knownAt, recordedAt].flatMap((day) => (day === undefined ? [] : [day])).sort()[0]);

const literalDay = (day: string | undefined): string => (day === undefined ? `date '${ALL_KNOWN}'` : literal(day));

/** SELECT of the days on which the class of an entity may change: the first of a year after a baseline, a turn of the policy, a merger. */
export const classTurns = (): string =>
  `select make_date(year + 1, 1, 1) as day from paper_baseline
   union select from_day from merged_entity
   union select from_day from register_version where kind = 'policy' and id = 'size-class'
   union select retired_from from register_version where kind = 'policy' and id = 'size-class' and retired_from is not null`;

/**
 * Subselect in brackets: entity, size class, first day and first day after, as known when the question asks. By the latest baseline
 * of a year that has ended, together with those of all that went up in the entity, and the borders of policy `size-class` in force on
 * that day (domain.md, sections 6.2 and 6.3).
 */
export const sizeClassesSql = ({ knownAt, recordedAt }: Clocks): string => {
  const known = knownOn({ knownAt, recordedAt });
  return `(select entity, size_class, day as from_day, lead(day, 1, 'infinity') over (partition by entity order by day) as to_day
    from (select b.entity, b.day, case
             when b.sheets > (p.borders ->> 'largeAboveSheets')::bigint then 'large'
             when b.sheets > (p.borders ->> 'mediumAboveSheets')::bigint then 'medium'
             when p.borders is not null then 'small' end as size_class
      from (select ${entitySql('e.entity', 't.day', { knownAt, recordedAt })} as entity, t.day, sum(y.sheets) as sheets
        from (select distinct entity from paper_baseline) e cross join (${classTurns()}) t
        left join lateral (select sheets from paper_baseline l
           where l.entity = e.entity and l.service = '${WHOLE_ENTITY}' and l.year < extract(year from t.day)
             and l.known_from <= ${known} and l.known_to > ${known} order by l.year desc limit 1) y on true
        group by 1, 2) b
      left join lateral (select content -> 'parameters' as borders from register_version v
         where v.kind = 'policy' and v.id = 'size-class' and v.known_day <= ${known}
           and v.from_day <= b.day and coalesce(v.until_day, 'infinity') >= b.day
           and (v.retired_known is null or v.retired_known > ${known} or v.retired_from > b.day)
         order by v.version desc limit 1) p on b.sheets is not null) classes)`;
};

/** Class of the entity of a cell on the cell's own day, or on the day whose attributes the question asks for. Alias `sc`. */
export const sizeClassJoin = (entity: string, day: string, query: DataSetQuery): CubeJoin => {
  const on = query.effectiveAt === undefined ? day : literal(query.effectiveAt);
  return {
    sql: sizeClassesSql(query),
    alias: 'sc',
    on: `sc.entity = ${entitySql(entity, day, query)} and sc.from_day <= ${on} and sc.to_day > ${on}`,
  };
};
