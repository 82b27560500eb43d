import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create schema projector authorization sijill_owner;
set local role sijill_owner;
revoke all on schema projector from public;

-- How far each read model has come. Moves in the transaction that writes the rows, so that both move or neither.
create table projector.projection (
  name text collate "C" not null,
  version int not null,
  partition int not null default 0,
  position bigint not null default -1,                          -- last event taken in; -1 = none yet
  recorded_max text collate "C",                                -- running maximum of recording times up to position
  token bigint not null default 0,                              -- fencing: rises with each lease, checked by each batch
  owner text,
  lease_until timestamptz not null default '-infinity',
  state text not null default 'live' constraint projection_state_is_known
    check (state in ('live', 'building', 'parked', 'stopped')),
  parked_position bigint,
  parked_code text,
  parked_at timestamptz,
  applied bigint not null default 0,                            -- events its handlers took
  updated_at timestamptz not null default now(),
  primary key (name, version, partition),
  constraint projection_parked_says_where
    check (state <> 'parked' or (parked_position is not null and parked_code is not null))
) with (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
`;

const NOTIFY = `
-- Wakes readers that wait for their own write. Delivered at commit; a hint, they look at the row.
create function projector.tell_move() returns trigger language plpgsql as $$
begin
  perform pg_notify('sijill_projection', new.name);
  return null;
end $$;
create trigger projection_moved after update of position on projector.projection
  for each row when (new.position is distinct from old.position) execute function projector.tell_move();
`;

const GRANTS = `
grant usage on schema projector to sijill_worker, sijill_api;
grant select, insert, update, delete on projector.projection to sijill_worker;
grant select on projector.projection to sijill_api;
reset role;
do $$ begin
  execute format('grant create on database %I to sijill_worker', current_database());
end $$;
-- What the worker makes (a schema a read model) the api may read.
alter default privileges for role sijill_worker grant usage on schemas to sijill_api;
alter default privileges for role sijill_worker grant select on tables to sijill_api;
`;

/** Checkpoints of the read models. */
export class Projector1763700000002 implements MigrationInterface {
  readonly name = 'Projector1763700000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, NOTIFY, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
