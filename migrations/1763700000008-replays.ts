import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
set local role sijill_owner;

-- A fold of the journal from its first event into tables of its own (schema replay_<id>), beside the live ones: up to a position
-- that somebody asks about, or as far as the live one stands, to take its place. The api asks, a worker does.
create table projector.replay (
  id bigint generated always as identity primary key,
  kind text not null constraint replay_kind_is_known check (kind in ('asof', 'rebuild')),
  projection text collate "C" not null,
  version int,                                                  -- of the read model that folds; null until a worker has begun
  client text collate "C" not null,                             -- who asked
  idempotency_key text collate "C",
  request json not null,                                        -- as asked
  target bigint,                                                -- last event to take in; of a rebuild: where the live one stood
  rows_max bigint,                                              -- more rows than this end it; null: no limit
  compare_id bigint references projector.replay,
  state text not null default 'waiting' constraint replay_state_is_known
    check (state in ('waiting', 'running', 'held', 'done', 'failed', 'cancelled', 'expired')),
  cancelled_by text collate "C",
  confirmed_by text collate "C",                                -- who lets a rebuild take its place although rows differ
  position bigint not null default -1,                          -- its checkpoint: moves with the rows, or neither moves
  recorded_max text collate "C",
  applied bigint not null default 0,
  token bigint not null default 0,
  owner text,
  lease_until timestamptz not null default '-infinity',
  claimed_at timestamptz,                                       -- rate and time left are told from here
  claimed_position bigint,
  hash text,                                                    -- canonical dump, SHA-256
  rows bigint,
  report json,
  failure_code text,
  failure_position bigint,
  made_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  expires_at timestamptz                                        -- then its tables are dropped; the row stays
) with (fillfactor = 50);
create index replay_of_client on projector.replay (client, id);
-- What a worker looks for twice a second: few rows, whatever the history.
create index replay_open on projector.replay (id) where state not in ('failed', 'cancelled', 'expired');
`;

const GRANTS = `
grant select, insert, update on projector.replay to sijill_worker;
grant select, insert, update (state, cancelled_by, confirmed_by) on projector.replay to sijill_api;
reset role;
`;

/** Jobs that fold the journal beside the live tables. */
export class Replays1763700000008 implements MigrationInterface {
  readonly name = 'Replays1763700000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
