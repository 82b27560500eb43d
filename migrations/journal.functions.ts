/**
 * Appends a group. Volatile, so that every statement inside has a snapshot of its own: the revision check runs after
 * the head row is held and sees every append that was committed before. Check, insert and counter are one statement.
 *
 * Events meet their append by equality of the ordinal: a range join is planned as a nested loop, five times slower.
 * Answer: one row an append; first_position null = conflict, `actual` says where the stream is (-1 = empty).
 */
export const APPEND = `
create function journal.append(
  streams text[], expected bigint[], counts int[],                                       -- one entry an append
  of_append int[], nth int[], sources text[], ids text[], types text[], times text[],    -- one entry an event
  actors text[], correlations text[], causations text[], offs int[], lens int[],
  salts bytea, macs bytea, blob bytea)                                                   -- 32, 32, lens[i] bytes each
returns table (ord int, first_position bigint, actual bigint, recorded bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  h journal.head%rowtype;
  t bigint;
begin
  select * into strict h from journal.head for update;      -- the only lock; waits here for the group before
  t := greatest(h.last_recorded, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
  return query
  with a as materialized (
    select u.ord::int, u.stream, u.expected, u.cnt,
           coalesce((select e.revision from journal.event e where e.stream = u.stream
                      order by e.revision desc limit 1), -1) as actual
      from unnest(streams, expected, counts) with ordinality as u (stream, expected, cnt, ord)),
  ok as materialized (
    select a.*, h.next_position + (sum(a.cnt) over (order by a.ord) - a.cnt) as pos0
      from a where a.actual = a.expected),
  ins as (
    insert into journal.event (position, stream, revision, recorded, source, id, type, time, actor,
                               correlation, causation, salt, request_mac, data)
    select ok.pos0 + ev.nth, ok.stream, ok.expected + 1 + ev.nth, t, ev.source, ev.id, ev.type, ev.time, ev.actor,
           ev.correlation, ev.causation, substr(salts, (ev.i::int - 1) * 32 + 1, 32),
           substr(macs, (ev.i::int - 1) * 32 + 1, 32), substr(blob, ev.off + 1, ev.len)
      from unnest(of_append, nth, sources, ids, types, times, actors, correlations, causations, offs, lens)
           with ordinality as ev (a, nth, source, id, type, time, actor, correlation, causation, off, len, i)
      join ok on ok.ord = ev.a
    returning 1),
  n as (select count(*) as added from ins),
  up as (
    update journal.head set next_position = head.next_position + n.added, last_recorded = t
      from n where n.added > 0 returning 1)
  select a.ord, ok.pos0::bigint, a.actual, t
    from a left join ok using (ord) cross join (select count(*) from up) done order by 1;
  perform pg_notify('sijill_journal', '');                  -- delivered at commit; a hint, readers poll
end $$;
`;

/**
 * Appends one event: the same guarantee with two plain statements, at less than half of the server's work.
 * The update takes the head row; the insert after it has a newer snapshot. On a conflict the number goes back.
 */
export const APPEND_ONE = `
create function journal.append_one(
  a_stream text, a_expected bigint, a_source text, a_id text, a_type text, a_time text, a_actor text,
  a_correlation text, a_causation text, a_salt bytea, a_mac bytea, a_data bytea,
  out first_position bigint, out actual bigint, out recorded bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  p bigint;
  t bigint;
begin
  update journal.head set next_position = next_position + 1,
         last_recorded = greatest(last_recorded, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
   returning next_position - 1, last_recorded into strict p, t;
  insert into journal.event (position, stream, revision, recorded, source, id, type, time, actor,
                             correlation, causation, salt, request_mac, data)
  select p, a_stream, a_expected + 1, t, a_source, a_id, a_type, a_time, a_actor, a_correlation, a_causation,
         a_salt, a_mac, a_data
   where a_expected = coalesce((select e.revision from journal.event e where e.stream = a_stream
                                 order by e.revision desc limit 1), -1);
  recorded := t;
  if found then
    first_position := p;
    actual := a_expected;
    perform pg_notify('sijill_journal', '');
  else
    update journal.head set next_position = p;
    actual := coalesce((select e.revision from journal.event e where e.stream = a_stream
                         order by e.revision desc limit 1), -1);
  end if;
end $$;
`;
