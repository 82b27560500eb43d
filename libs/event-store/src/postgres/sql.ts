/**
 * A page has a limit that the planner cannot see; it would compile the plan for half a second to run it for a
 * millisecond.
 */
export const PREPARE_SESSION = 'set jit = off';

/**
 * A small group looks cheap enough to be planned anew each time, for a third of what it costs to run; there is but one
 * plan.
 */
export const PREPARE_APPENDS = 'set plan_cache_mode = force_generic_plan';

/** Salt, MAC and data travel as one value: one hex text to decode an event. Withheld: the MAC alone. */
const COLUMNS = `e.position, e.stream, e.revision, e.recorded, e.source, e.id, e.type, e.time, e.actor,
  e.correlation, e.causation, coalesce(e.salt || e.request_mac || e.data, e.request_mac)`;

/** A page stops before the event that would take its data beyond this; the first event always fits. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;
/**
 * How far one page looks for events of a category, which have no index: a page is bounded even when nothing matches.
 */
export const CATEGORY_WINDOW_EVENTS = 20_000;

// What filtered pages share. Head and events come from one snapshot: a position at or below this head that is missing does
// not exist. Columns: head, how far the page looked, how many matched, then the event; one row with nulls when nothing
// matched.
const PAGE = (from: string, reach: string) => `
select h.head, ${reach}, coalesce(e.matches, 0), ${COLUMNS}
  from (select next_position - 1 as head from journal.head) h
  left join lateral (
    select p.*, count(*) over () as matches,
           sum(coalesce(octet_length(p.data), 0)) over (order by p.position)
             - coalesce(octet_length(p.data), 0) as before
      from (${from}) p) e on e.before < ${PAGE_BYTES_MAX}
 order by e.position`;

// `offset 0` keeps the planner from turning the look-ups by primary key into a scan of the whole table.
const HITS = (hit: string) => `select p.* from (${hit}) hit
  cross join lateral (select * from journal.event s where s.position = hit.position offset 0) p`;

/**
 * A page of everything, as a copy: rows in binary form are half of the work of a result with rows, on both sides. It
 * cannot be prepared, so the numbers stand in the text.
 *
 * `position > …`, never by time or sequence: positions are gapless in commit order, nothing can appear behind the cursor
 * later. Head and events come from one snapshot; one row with nulls when there is nothing.
 *
 * @param start,max whole numbers, which the port has checked.
 */
export const COPY_ALL = (start: bigint, max: number) => `copy (
select h.next_position - 1, e.position, e.stream, e.revision, e.recorded, e.source, e.id, e.type, e.time, e.actor,
       e.correlation, e.causation, e.salt, e.request_mac, e.data
  from journal.head h
  left join lateral (
    select p.*, sum(octet_length(p.data)) over (order by p.position rows unbounded preceding)
                - octet_length(p.data) as before
      from (select * from journal.event s where s.position > ${start} order by s.position limit ${max}) p) e
    on coalesce(e.before, 0) < ${PAGE_BYTES_MAX}
 order by e.position) to stdout (format binary)`;

/**
 * One index range a type, merged: sparse types cost what they hold, not what lies between. Compared as rows and ordered
 * by both columns, because then only the index (type, position) serves: with `type = …` the planner may walk the
 * primary key to the end of the journal in search of a type that is not there.
 */
export const READ_TYPES = PAGE(
  HITS(`select r.position from unnest($3::text[]) as t (type) cross join lateral (
     select s.position from journal.event s
      where (s.type, s.position) > (t.type, $1::bigint) and (s.type, s.position) <= (t.type, h.head)
      order by s.type, s.position limit $2) r
   order by r.position limit $2`),
  'h.head',
);

const CATEGORY_REACH = `least(h.head, $1::bigint + ${CATEGORY_WINDOW_EVENTS})`;
export const READ_CATEGORIES = PAGE(
  HITS(`select s.position from journal.event s
    where s.position > $1 and s.position <= ${CATEGORY_REACH} and split_part(s.stream, '-', 1) = any ($3::text[])
    order by s.position limit $2`),
  CATEGORY_REACH,
);

export const READ_STREAM = `select ${COLUMNS} from journal.event e
  where e.stream = $1 and e.revision >= $2 order by e.revision limit $3`;
export const READ_STREAM_BACKWARDS = `select ${COLUMNS} from journal.event e
  where e.stream = $1 and e.revision <= $2 order by e.revision desc limit $3`;

/** Many streams in one question; the first column says which of the asked. */
export const READ_WHOLES = `select w.ord, ${COLUMNS}
  from unnest($1::text[]) with ordinality as w (stream, ord) cross join lateral (
    select * from journal.event s where s.stream = w.stream order by s.revision limit $2) e
 order by w.ord, e.revision`;

export const READ_AT = `select ${COLUMNS} from journal.event e where e.position = $1`;
export const READ_HEAD = 'select next_position - 1 from journal.head';

/** Events right behind the expected revision, for the salts of repeated attempts. */
export const FIND_OWN = `select w.ord, e.position, e.recorded, e.salt
  from unnest($1::text[], $2::bigint[]) with ordinality as w (stream, revision, ord)
  join journal.event e on e.stream = w.stream and e.revision = w.revision
 order by w.ord`;
