import type { EntityManager } from 'typeorm';
import { instantMicros, instantText } from '#kernel';
import { type ClassRules, classOnSql, isRemoteSql } from '../transaction/class-rules.js';
import { literal } from '../transaction/merged.js';
import type { Plan } from './days.js';
import type { Sight } from './load.js';
import {
  believedSql,
  centreModeSql,
  countedSql,
  dayOf,
  type Edition,
  heirsSql,
  inScopeSql,
  scopeSql,
  type View,
  valuesOf,
} from './views.js';

/** What holds for an edition as a whole, whatever the yardstick. */
export type EditionCounts = {
  readonly entities_in_scope: number;
  /** Took part on a day of the edition. */
  readonly entities_joined: number;
  /** Last said that they do not. */
  readonly entities_left: number;
  /** Never answered. */
  readonly entities_silent: number;
  /** Said before the first day that every channel they named is ready. */
  readonly entities_ready: number;
  /** Of those who joined: with a request in scope. */
  readonly entities_active: number;
  /** Services that participants say they bring in; null where none says. */
  readonly services_declared: number | null;
  /** Null where the scope lists entities alone. */
  readonly services_in_scope: number | null;
  /** Services of the scope that have a channel without a visit; null of a frozen view, for the catalogue is not frozen. */
  readonly services_remote: number | null;
  /** Services with money settled. */
  readonly services_paid: number;
  readonly centres_in_scope: number;
  /** Of the scope: in awareness on every day. */
  readonly centres_awareness: number;
  /** Of the scope: with requests at a counter in hours of awareness. */
  readonly centres_served_anyway: number;
  readonly kiosks_in_scope: number;
  readonly awareness_acts: number;
  readonly attendance: number;
};

const COUNTER = 'counter';

/** All counts in one statement. `$1` campaign, `$2` first day, `$3` last day, `$4` and `$5` start and end of each working day. */
const countsSql = (edition: Edition, view: View, rules: ClassRules): string => {
  const scope = valuesOf(edition, '$1');
  const inScope = (kind: string) => scopeSql(scope, kind, view);
  // Who went up in another entity by the last day is one with it.
  const party = (entity: string) =>
    `coalesce((select h.into_entity from ${heirsSql(scope, view)} h where h.entity = ${entity}), ${entity})`;
  const parties = `(select distinct ${party('s.id')} as party from ${inScope('entity')} s)`;
  const answers = `(select p.*, ${party('p.entity')} as party from campaign_participant p
    where p.campaign = $1 and ${believedSql('p', view)} and p.entity in ${inScope('entity')})`;
  const joined = `(select p.party, p.entity, max(p.services) as services from ${answers} p
    where p.answer = 'joined' and p.effective_from <= $3 and p.effective_to > $2 group by 1, 2)`;
  const last = `(select distinct on (p.party) p.party, p.answer from ${answers} p where p.effective_from <= $3
    order by p.party, p.effective_from desc, p.answer)`;
  const cells = `select c.* from campaign_hour c where c.effective_day between $2 and $3 and ${countedSql('c', view)}`;
  const counted = `(${cells} and ${inScopeSql('c', scope, view)})`;
  const known = literal(dayOf(view));
  const remote = `(select count(distinct v.service) from service_span v where v.service in ${inScope('service')} and
    exists (select from unnest(v.channels) as o (channel) where ${isRemoteSql('o.channel', '$3::date', rules)})
    and v.effective_from <= $3 and v.effective_to > $3 and v.known_from <= ${known}
    and v.known_to > ${known})`;
  const acts = `campaign_activity a where a.campaign = $1 and ${believedSql('a', view)}`;
  return `select
    (select count(*) from ${parties} s) as entities_in_scope,
    (select count(distinct j.party) from ${joined} j) as entities_joined,
    (select count(*) from ${last} l where l.answer = 'left') as entities_left,
    (select count(*) from ${parties} s where s.party not in (select p.party from ${answers} p)) as entities_silent,
    (select count(distinct p.party) from ${answers} p where p.answer = 'joined' and p.effective_from < $2 and p.effective_to >= $2
      and cardinality(p.ready) > 0 and cardinality(p.not_ready) = 0) as entities_ready,
    (select count(*) from (select ${party('e.entity')} as party from (select c.entity, sum(c.received) as received
      from ${counted} c group by 1) e group by 1 having sum(e.received) > 0) a
      where a.party in (select j.party from ${joined} j)) as entities_active,
    (select sum(j.services) from ${joined} j) as services_declared,
    ${edition.by_service ? `(select count(*) from ${inScope('service')} s)` : 'null'} as services_in_scope,
    ${edition.by_service && view.is === 'current' ? remote : 'null'} as services_remote,
    (select count(*) from (select c.service from ${counted} c group by 1 having sum(c.settled) > 0) p) as services_paid,
    (select count(*) from ${inScope('centre')} s) as centres_in_scope,
    (select count(*) from ${inScope('centre')} s where not exists (
      select from unnest($4::text[], $5::text[]) as d (starts, ends) where not exists (
        select from centre_mode m where m.centre = s.id and m.mode = 'awareness' and m.effective_from < d.ends
           and m.effective_to > d.starts and ${believedSql('m', view)}))) as centres_awareness,
    (select count(*) from (select c.centre from (${cells}) c where ${classOnSql('c.channel', 'c.effective_day', rules)} = '${COUNTER}'
      and c.centre in ${inScope('centre')} and ${centreModeSql('c', view)} = 'awareness'
      group by 1 having sum(c.received) > 0) o) as centres_served_anyway,
    (select count(*) from ${inScope('kiosk')} s) as kiosks_in_scope,
    (select count(*) from ${acts}) as awareness_acts,
    (select coalesce(sum(a.attendance), 0) from ${acts}) as attendance`;
};

export const countsOf = async (
  edition: Edition,
  { days }: Plan,
  { view, classes }: Sight,
  manager: EntityManager,
): Promise<EditionCounts> => {
  const starts = days.map((day) => instantText(instantMicros(`${day}T00:00:00+04:00`)));
  const ends = starts.map((start) => instantText(instantMicros(start) + MICROS_PER_DAY));
  const values = [edition.campaign, edition.first_day, edition.last_day, starts, ends];
  const rows = await manager.query<Record<string, string | null>[]>(countsSql(edition, view, classes), values);
  const counts = Object.entries(rows[0] ?? {}).map(([name, count]) => [name, count === null ? null : Number(count)]);
  return Object.fromEntries(counts) as EditionCounts;
};

const MICROS_PER_DAY = 86_400_000_000n;
