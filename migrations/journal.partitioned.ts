/**
 * Lets the ordinary vacuum come for any number of new rows, freeze them at once and read nothing else: a partition is
 * frozen for good a minute after its last event, by nobody's order. Rows that came while it was at work may be left;
 * it comes back for them after ten million transactions, long before the server would have to.
 */
export const FREEZE_AT_ONCE = `autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 0,
  autovacuum_freeze_min_age = 0, autovacuum_freeze_table_age = 0, autovacuum_freeze_max_age = 10000000`;

/**
 * Makes the next partition. `attach` holds up neither readers nor appends, as `create … partition of` would. There is
 * no default partition: attaching would have to read it.
 */
export const EXTEND = `
create function journal.extend() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  h journal.head%rowtype;
  part text;
begin
  select * into strict h from journal.head for update;       -- one makes it, others find it made
  part := 'event_from_' || h.partitioned_to;
  execute format('create table journal.%1$I (like journal.event including all, constraint %2$I unique (stream, revision))
    with (${FREEZE_AT_ONCE})', part, part || '_revision_follows');
  execute format('create trigger event_is_never_truncated before truncate on journal.%I
    for each statement execute function journal.refuse_change()', part);
  execute format('alter table journal.event attach partition journal.%I for values from (%s) to (%s)',
                 part, h.partitioned_to, h.partitioned_to + h.partition_events);
  update journal.head set partitioned_to = partitioned_to + partition_events;
end $$;
`;

/**
 * Sees to it that positions up to `next` have a place, and the half partition behind them too. Making one ahead waits
 * a tenth of a second at most for whoever works on the table (analyze, a new index), and is tried again each sixteenth of a
 * partition; making the one that is needed now waits as long as the append may.
 */
export const FIT = `
create function journal.extend_soon() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
begin
  perform journal.extend();
exception
  when lock_not_available then null;
end $$;

create function journal.fit(first bigint, next bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  h journal.head%rowtype;
begin
  select * into strict h from journal.head;
  while h.partitioned_to < next loop
    perform journal.extend();
    h.partitioned_to := h.partitioned_to + h.partition_events;
  end loop;
  if first * 16 / h.partition_events <> next * 16 / h.partition_events
     and next > h.partitioned_to - h.partition_events / 2 then
    perform journal.extend_soon();
  end if;
end $$;
`;

// Where a stream is: its last revision, -1 when it has none. The newest partition is asked first.
const ACTUAL = (stream: string) =>
  `coalesce((select e.revision from journal.event e where e.stream = ${stream} order by e.revision desc limit 1), -1)`;

/** Takes the head row and with it the only right to write, and `many` positions. A rollback gives them back. */
const TAKE = (many: string) => `
  update journal.head
     set next_position = next_position + ${many},
         last_recorded = greatest(last_recorded, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
   returning next_position - ${many}, last_recorded, next_position > partitioned_to - partition_events / 2,
             case when (next_position - ${many}) / partition_events = (next_position - 1) / partition_events
                  then (next_position - ${many}) / partition_events * partition_events else next_position end
        into strict first, recorded, is_late, here;         -- waits here for the group before
  if is_late then
    perform journal.fit(first, first + ${many});
  end if;`;

// Whether an event is there: in the partition that is written to, or before it. A limit, so that it is never read as a whole.
const HELD = (stream: string, revision: string, where: '<' | '>=') => `(select true from journal.event e
        where e.stream = ${stream} and e.revision = ${revision} and e.position ${where} here limit 1)`;

/**
 * What the unique index of the partition that is written to will not refuse by itself: a revision that an older partition
 * holds, and one that leaves a hole. A new stream costs nothing to look for in the first partition.
 */
const MISSED = (stream: string, expected: string) => `(here > 0 and ${HELD(stream, `${expected} + 1`, '<')}
      or ${expected} >= 0 and coalesce(${HELD(stream, expected, '>=')}, ${HELD(stream, expected, '<')}) is null)`;

const COLUMNS = `position, stream, revision, recorded, source, id, type, time, actor, correlation, causation,
    salt, request_mac, data`;

// Arrays are taken apart in the list of columns, value by value; a function in FROM would first keep each of them as a table.
const REFUSED = `
  select u.place, ${ACTUAL('u.stream')} as actual, u.stream
    from (select unnest(streams) as stream, unnest(expected) as expected, generate_subscripts(streams, 1) as place) u
   where u.expected is not null and u.expected <> ${ACTUAL('u.stream')}`;

const VALUES = (position: string) => `${position} as position, unnest(streams) as stream, unnest(revisions) as revision,
         recorded, unnest(sources) as source, unnest(ids) as id, unnest(types) as type, unnest(times) as time,
         unnest(actors) as actor, unnest(correlations) as correlation, unnest(causations) as causation,
         unnest(salts) as salt, unnest(macs) as mac, unnest(datas) as data`;
const POSITIONS = 'generate_series(first, first + cardinality(ids) - 1)';

const INSERT_ALL = `
  insert into journal.event (${COLUMNS})
  select ${VALUES(POSITIONS)}`;

const INSERT = (position: string, wanted: string) => `
  insert into journal.event (${COLUMNS})
  select ${position}, ev.stream, ev.revision, ev.recorded, ev.source, ev.id, ev.type, ev.time, ev.actor,
         ev.correlation, ev.causation, ev.salt, ev.mac, ev.data
    from (select ${VALUES(POSITIONS)}) ev
   where ${wanted}`;

const ONE = `first, a_stream, a_expected + 1, recorded, a_source, a_id, a_type, a_time, a_actor, a_correlation,
         a_causation, a_salt, a_mac, a_data`;

const GROUP = `
  streams text[],
  expected bigint[],                        -- before an append's first event, -1 = an empty stream; null for its others
  revisions bigint[], sources text[], ids text[], types text[], times text[], actors text[], correlations text[],
  causations text[], salts bytea[], macs bytea[], datas bytea[]`;

/** Of each function that appends: what it answers with, and what {@link TAKE} fills. */
const BEGINNING = `returns bigint[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  first bigint;
  recorded bigint;
  is_late boolean;
  here bigint;                                    -- the unique index sees from this position on
`;

const REFUSED_AS_A_WHOLE = `
  raise unique_violation using message = 'the stream is not where the append expected it';`;

/**
 * Appends a group, one append of a stream at most, or nothing of it: `unique_violation` when anybody is refused. Volatile,
 * so that every statement inside has a snapshot of its own: what it looks up is looked up after the head row is held, and
 * every append that was committed before is seen.
 *
 * Mostly nobody is refused, and the index that each row goes into looks for its revision anyway: looking first would
 * be a fifth of a group of sixteen.
 *
 * Answers with one value, which costs less than a row: the position of the first event, the recording time.
 */
export const APPEND_ALL = `
create function journal.append_all(${GROUP})
${BEGINNING}begin
  ${TAKE('cardinality(ids)')}
  if here = 0 and (0 <= any (expected)) is not true then    -- new streams, nothing behind: the index looks
    ${INSERT_ALL};
  else
    ${INSERT(
      'ev.position',
      `not exists (
     select from (select unnest(streams) as stream, unnest(expected) as expected) u
      where u.expected is not null and ${MISSED('u.stream', 'u.expected')})`,
    )};
  end if;
  if found then return array[first, recorded]; end if;${REFUSED_AS_A_WHOLE}
end $$;
`;

/**
 * Appends of a group those that are where they expect to be: names the refused ones, writes the others. The same answer,
 * then the places of the refused appends' first events, from 1, then the last revision of each of their streams.
 */
export const APPEND = `
drop function journal.append;
create function journal.append(${GROUP})
${BEGINNING}  refused text[];
  places bigint[];
  actuals bigint[];
  added bigint;
begin
  ${TAKE('cardinality(ids)')}
  select coalesce(array_agg(r.stream), '{}'), array_agg(r.place), array_agg(r.actual) into refused, places, actuals
    from (${REFUSED}) r;
  ${INSERT('first + row_number() over (order by ev.position) - 1', 'ev.stream <> all (refused)')};
  get diagnostics added = row_count;
  update journal.head set next_position = first + added;
  return array[first, recorded] || places || actuals;
end $$;
`;

/** Appends one event or nothing: the same as {@link APPEND_ALL} with plain values, at less of the server's work. */
export const APPEND_ONE = `
drop function journal.append_one;
create function journal.append_one(
  a_stream text, a_expected bigint, a_source text, a_id text, a_type text, a_time text, a_actor text,
  a_correlation text, a_causation text, a_salt bytea, a_mac bytea, a_data bytea)
${BEGINNING}begin
  ${TAKE('1')}
  if here = 0 and a_expected < 0 then
    insert into journal.event (${COLUMNS}) values (${ONE});
  else
    insert into journal.event (${COLUMNS})
    select ${ONE}
     where ${MISSED('a_stream', 'a_expected')} is not true;
  end if;
  if found then return array[first, recorded]; end if;${REFUSED_AS_A_WHOLE}
end $$;
`;
