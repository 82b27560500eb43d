import { holdsSql } from '../spans.js';

/**
 * SQL: entity → entity under which it appears, for those that went up in another one by `:effectiveAt`. Mergers follow one
 * another; no rule keeps them from going round in a circle, so the depth ends them.
 */
export const HEIRS = `(with recursive heir (entity, holder, depth) as (
    select e.entity, e.successor, 1 from entity_span e where e.successor is not null and ${holdsSql('e')}
    union all
    select h.entity, e.successor, h.depth + 1 from heir h join entity_span e on e.entity = h.holder
     where e.successor is not null and h.depth < 20 and ${holdsSql('e')})
  select distinct on (entity) entity, holder from heir order by entity, depth desc)`;

/** SQL: the entity under which a service of alias `s` appears, beside its heirs of alias `h`. */
export const OWNER = 'coalesce(h.holder, s.entity)';

/**
 * SQL: service → entity that owns it, for services that have a stream by `:knownAt`: its owner on `:effectiveAt`, and before
 * its first day the first one. What others depend on may begin later than they do.
 */
const TARGETS = `(select t.service, coalesce(h.holder, t.entity) as entity from (
    select distinct on (a.service) a.service, a.entity from service_span a
     where a.known_from <= :knownAt and a.known_to > :knownAt and a.service in (select to_service from edge_span)
     order by a.service, (a.effective_from <= :effectiveAt) desc,
           case when a.effective_from <= :effectiveAt then a.effective_from end desc, a.effective_from) t
  left join ${HEIRS} h on h.entity = t.entity)`;

/** SQL: each dependency in force as `service`, `target`, and the target's `entity`; null where the target has no stream. */
export const DEPENDENCIES = `(select d.from_service as service, d.to_service as target, t.entity
   from edge_span d left join ${TARGETS} t on t.service = d.to_service where d.kind = 'dependency' and ${holdsSql('d')})`;

/** SQL: each relation in force from both of its ends, as `service` and `other`. */
export const RELATIONS = `(select u.service, u.other from edge_span r
   cross join lateral (values (r.from_service, r.to_service), (r.to_service, r.from_service)) u (service, other)
  where r.kind = 'relation' and ${holdsSql('r')})`;

/** SQL: service → how many dependencies and relations it has, the dependencies by who owns what they need. */
export const EDGE_COUNTS = `(select s.service,
    count(*) filter (where d.entity = ${OWNER}) as inside,
    count(*) filter (where d.entity <> ${OWNER}) as outside,
    count(*) filter (where d.entity is null) as dangling
   from service_span s join ${DEPENDENCIES} d on d.service = s.service left join ${HEIRS} h on h.entity = s.entity
  where ${holdsSql('s')} group by s.service)`;
export const RELATION_COUNTS = `(select service, count(*) as relations from ${RELATIONS} e group by service)`;
