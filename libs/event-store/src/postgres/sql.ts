import { PAGE_BYTES_MAX } from '../port.js';

/**
 * Each statement has one plan, made when it is first needed, perhaps when the journal had a page. Without the switches it would
 * read the table as a whole from then on, until somebody has analyzed it.
 */
const ONE_PLAN = 'set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off';

/**
 * A page has a limit that the planner cannot see: it would compile the plan for half a second to run it for a
 * millisecond, or share it among processes, whose rows come in any order. What is committed here is a hint, for which the
 * disk need not be waited for, before appends that do.
 */
export const PREPARE_READS = `${ONE_PLAN}; set jit = off; set max_parallel_workers_per_gather = 0;
  set synchronous_commit = off`;

/** A small group looks cheap enough to be planned anew each time, for a third of what it costs to run. */
export const PREPARE_APPENDS = `${ONE_PLAN};
prepare append as
  select journal.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);
prepare append_all as
  select journal.append_all($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);
prepare append_one as
  select journal.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** In the order in which event-row.ts reads them: what has a fixed length first, then the data, then the texts. */
const COLUMNS = `e.position, e.revision, e.recorded, e.request_mac, e.salt, e.data, e.stream, e.type, e.source, e.id,
  e.time, e.actor, e.correlation, e.causation`;

/**
 * How far one page looks for events of a category, which have no index: a page is bounded even when nothing matches.
 */
export const CATEGORY_WINDOW_EVENTS = 20_000;

// The limit tells the planner that there is one row: for several it would keep the page to read it again.
const HEAD = '(select next_position - 1 as head from journal.head limit 1)';

// What filtered pages share. Head and events come from one snapshot: a position at or below this head that is missing does
// not exist. Columns: head, how far the page looked, how many matched, then the event; one row with nulls when nothing
// matched.
const PAGE = (from: string, reach: string) => `
select h.head, ${reach}, coalesce(e.matches, 0), ${COLUMNS}
  from ${HEAD} h
  left join lateral (
    select p.*, count(*) over () as matches,
           sum(coalesce(octet_length(p.data), 0)) over (order by p.position)
             - coalesce(octet_length(p.data), 0) as before
      from (${from}) p) e on e.before < ${PAGE_BYTES_MAX}
 order by e.position`;

// `offset 0` keeps the planner from turning the look-ups by primary key into a scan of the whole table.
const HITS = (hit: string) => `select p.* from (${hit}) hit
  cross join lateral (select * from journal.event s where s.position = hit.position offset 0) p`;

const PAGE_OF_ALL = 'from journal.event p where p.position > $1 and p.position <= $1::bigint + $2::int';

/**
 * A page of everything. `position > $1`, never by time or sequence: positions are gapless in commit order, nothing can
 * appear behind the cursor later. Head and events come from one snapshot; one row with nulls when there is nothing.
 *
 * The limit is null, and the running sum never made, unless the data of all that was asked for pass the limit of a page:
 * a running sum costs as much as the page itself, a sum a quarter of it, and that one is not made either when the reader says
 * by $3 that it will stop taking rows there itself. The join keeps the order of its inner side, and the reader asserts it:
 * sorting again would cost as much once more.
 */
export const READ_ALL = `
select h.head, ${COLUMNS}
  from ${HEAD} h
  left join lateral (
    select p.* ${PAGE_OF_ALL} order by p.position limit (
      select case when $3 then null else (
        select case when sum(octet_length(p.data)) > ${PAGE_BYTES_MAX} then (
          select count(*) from (
            select sum(coalesce(octet_length(p.data), 0)) over (order by p.position rows unbounded preceding)
                     - coalesce(octet_length(p.data), 0) as before ${PAGE_OF_ALL}) p
           where p.before < ${PAGE_BYTES_MAX}) end ${PAGE_OF_ALL}) end)) e on true`;

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

/** Many streams in one question; the first column says which of the asked. The join keeps the order within each. */
export const READ_WHOLES = `select w.ord, ${COLUMNS}
  from unnest($1::text[]) with ordinality as w (stream, ord) cross join lateral (
    select * from journal.event s where s.stream = w.stream order by s.revision limit $2) e`;

export const READ_AT = `select ${COLUMNS} from journal.event e where e.position = $1`;
export const READ_HEAD = 'select next_position - 1 from journal.head';

/** Events right behind the expected revision, for the salts of repeated attempts. */
export const FIND_OWN = `select w.ord, e.position, e.recorded, e.salt
  from unnest($1::text[], $2::bigint[]) with ordinality as w (stream, revision, ord)
  join journal.event e on e.stream = w.stream and e.revision = w.revision
 order by w.ord`;
