import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND, APPEND_ONE } from './journal.functions.js';

const SCHEMA = `
create schema journal authorization sijill_owner;
set local role sijill_owner;
revoke all on schema journal from public;
-- default privileges, because functions are executable by everybody unless told otherwise
alter default privileges in schema journal revoke all on functions from public;
`;

const TABLES = `
-- One row: the next free position. It is the only lock of an append, so commit order is position order and a rollback
-- gives the numbers back. Half-empty page: every update stays on it (HOT).
create table journal.head (
  one boolean primary key default true constraint head_is_one_row check (one),
  journal_id uuid not null default gen_random_uuid(),
  next_position bigint not null default 0,
  last_recorded bigint not null default 0                       -- microseconds since 1970 UTC; never falls
) with (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
insert into journal.head default values;

create table journal.event (
  position bigint primary key,
  stream text collate "C" not null,
  revision bigint not null,
  recorded bigint not null,
  source text collate "C" not null,
  id text collate "C" not null,
  type text collate "C" not null,
  time text collate "C" not null,
  actor text collate "C" not null,
  correlation text collate "C",
  causation text collate "C",
  salt bytea constraint event_salt_has_32_bytes check (octet_length(salt) = 32),
  request_mac bytea not null constraint event_mac_has_32_bytes check (octet_length(request_mac) = 32),
  data bytea,
  -- Backstop only: append checks revisions under the head row, a violation here is a fault to be alarmed.
  constraint event_revision_follows unique (stream, revision),
  constraint event_withheld_as_a_whole check ((data is null) = (salt is null))
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 10000,
        autovacuum_freeze_min_age = 0);
-- Canonical bytes are small or incompressible: compressing would cost every append and hide a full disk.
alter table journal.event alter data set storage external;

create index event_type on journal.event (type, position);
`;

const GUARDS = `
-- Guards against mistakes. An owner can drop them; what guards against owners is the log of signed checkpoints.
create function journal.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only: % on %', tg_op, tg_table_name using errcode = '42501';
end $$;

create function journal.withhold_only() returns trigger language plpgsql as $$
begin
  if new.data is null and new.salt is null
     and to_jsonb(new) - array['data', 'salt'] = to_jsonb(old) - array['data', 'salt'] then
    return new;
  end if;
  raise exception 'the journal is append-only: % on %', tg_op, tg_table_name using errcode = '42501';
end $$;

create trigger event_is_never_changed before update on journal.event
  for each row execute function journal.withhold_only();
create trigger event_is_never_deleted before delete on journal.event
  for each row execute function journal.refuse_change();
create trigger event_is_never_truncated before truncate on journal.event
  for each statement execute function journal.refuse_change();
create trigger head_is_never_deleted before delete on journal.head
  for each row execute function journal.refuse_change();
create trigger head_is_never_truncated before truncate on journal.head
  for each statement execute function journal.refuse_change();
`;

const GRANTS = `
revoke all on all tables in schema journal from public;
revoke all on all functions in schema journal from public;
grant usage on schema journal to sijill_api, sijill_worker;
grant select on journal.event, journal.head to sijill_api, sijill_worker;
grant execute on function journal.append, journal.append_one to sijill_api;
reset role;
`;

/** The journal: two tables, two functions that append, and guards. */
export class Journal1763700000001 implements MigrationInterface {
  readonly name = 'Journal1763700000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [SCHEMA, TABLES, APPEND, APPEND_ONE, GUARDS, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
