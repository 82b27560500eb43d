import type { AnswerValue } from '../read-model.js';

/** One attribute of an entry, or one tie to another service, a bundle or a platform, from one day to another. */
export interface AttributeSpan {
  /** Member of the entry; of a tie `dependency`, `relation`, `bundle` or `platform`. */
  readonly attribute: string;
  /** As in the entry; of a tie the id of its other end. */
  readonly value: AnswerValue;
  readonly effectiveFrom: string;
  /** First day on which it no longer holds; null: no end. */
  readonly effectiveTo: string | null;
  /** Event that made it so, the last of its day. */
  readonly event: {
    readonly stream: string;
    readonly revision: string;
    readonly type: string;
    readonly knownDay: string;
  };
}

export interface EntryHistory {
  readonly spans: readonly AttributeSpan[];
  /** Place of the last one when more follow. */
  readonly next?: readonly string[];
  readonly knownAt: string;
}

/** Last part of a service event's name → members of the entry that it sets. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  registered: ['title', 'ownerEntityId', 'kind', 'flow', 'critical', 'status', 'code'],
  described: ['title', 'definition', 'keywords', 'outputs', 'legalBasis', 'contact', 'processingMinutes'],
  classified: ['audience', 'scheme', 'themes'],
  requirementsSet: ['requirements'],
  documentsSet: ['documents'],
  channelOffered: ['channels'],
  channelWithdrawn: ['channels'],
  proceduresSet: ['steps'],
  sharesDeclared: ['shares'],
  feeSet: ['fees'],
  sharedUsed: ['sharedServiceIds'],
  sharedDropped: ['sharedServiceIds'],
  transferred: ['ownerEntityId'],
  activated: ['status'],
  suspended: ['status', 'reason'],
  resumed: ['status', 'reason'],
  retired: ['status', 'reason', 'successorIds'],
};
const TIES: Readonly<Record<string, string>> = {
  dependency: 'gov.sijill.dependency.declared.v1',
  relation: 'gov.sijill.relation.declared.v1',
  bundle: 'gov.sijill.bundle.serviceAdded.v1',
  platform: 'gov.sijill.platform.serviceAdded.v1',
};
const SETTERS = [
  ...Object.entries(SETS).flatMap(([past, members]) =>
    members.map((member) => `('${member}', 'gov.sijill.service.${past}.v1')`),
  ),
  ...Object.entries(TIES).map(([tie, type]) => `('${tie}', '${type}')`),
];

/** Lists that are empty from the beginning: empty, they say nothing. */
const BEGIN_EMPTY = `('channels', 'fees', 'sharedServiceIds')`;

const KNOWN = 'known_from <= $2 and known_to > $2';
/** Days on which something holds the service, without a break where only the rest of it changed. */
const held = (tie: string, table: string, more = ''): string =>
  `select '${tie}', ${tie}, to_jsonb(${tie}), lower(days), upper(days) from (
     select ${tie}, unnest(range_agg(daterange(effective_from, effective_to))) as days
       from ${table} where $1 = any(services) and ${KNOWN}${more} group by ${tie}) ${tie}_days`;

// A member is a span of its own wherever its value is another than that of the entry's span before.
export const HISTORY = `with setter (attribute, type) as (values ${SETTERS.join(', ')}),
 span as (select effective_from, entry from service_span where service = $1 and ${KNOWN}),
 told as (select m.attribute, s.effective_from,
     case when m.attribute in ${BEGIN_EMPTY} then nullif(s.entry -> m.attribute, '[]') else s.entry -> m.attribute end as value
   from span s cross join (select distinct attribute from setter) m),
 changed as (select *, lag(value) over (partition by attribute order by effective_from) as earlier from told),
 member as (select attribute, value, effective_from,
     lead(effective_from, 1, '9999-12-31') over (partition by attribute order by effective_from) as effective_to
   from changed where value is distinct from earlier),
 held (attribute, about, value, effective_from, effective_to) as (
   select attribute, '', value, effective_from, effective_to from member where value is not null
   union all select kind, to_service, to_jsonb(to_service), effective_from, effective_to
     from edge_span where from_service = $1 and ${KNOWN}
   union all select kind, from_service, to_jsonb(from_service), effective_from, effective_to
     from edge_span where to_service = $1 and kind = 'relation' and ${KNOWN}
   union all ${held('bundle', 'bundle_span', ' and not is_retired')}
   union all ${held('platform', 'platform_span')})
select h.attribute, h.about, h.value, h.effective_from::text as "effectiveFrom",
       nullif(h.effective_to, '9999-12-31')::text as "effectiveTo", e.event
  from held h cross join lateral (
    select jsonb_build_object('stream', v.stream, 'revision', v.revision::text, 'type', v.type, 'knownDay', v.known_day) as event
      from service_event v join setter m on m.type = v.type and m.attribute = h.attribute
     where v.service = $1 and v.known_day <= $2 and v.about = h.about
       and greatest(v.effective_day, (select min(effective_from) from span)) <= greatest(h.effective_from, (select min(effective_from) from span))
     order by greatest(v.effective_day, (select min(effective_from) from span)) desc, v.revision desc limit 1) e
 where ($3::date is null or (h.effective_from, h.attribute, h.about) > ($3::date, $4, $5))
 order by h.effective_from, h.attribute, h.about limit $6`;
