import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
set local role sijill_owner;

alter table vault.subject
  -- An erasure was confirmed: nothing is sealed or opened any more.
  add column is_blocked boolean not null default false,
  -- Types of events that speak of the person: what the law holds is asked of them. Of rows from before, any may be.
  add column types text[] not null default '{gov.sijill.enquiry.received.v1,gov.sijill.feedback.given.v1,
    gov.sijill.sharing.proposed.v1,gov.sijill.suggestion.submitted.v1,gov.sijill.transaction.received.v1}';
alter table vault.subject alter column types drop default;
-- A row that was changed leaves its key behind until the table is vacuumed: within a minute or so.
alter table vault.subject set (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- A person to be erased. Each step is a change of state that happens once, whoever tries it and however often.
create table vault.erasure (
  id bigint generated always as identity primary key,
  subject_id text collate "C" not null,
  legal_basis text not null,
  erase_after_days int not null constraint erasure_comes_within_30_days check (erase_after_days between 0 and 30),
  state text not null default 'waiting' constraint erasure_state_is_known
    check (state in ('waiting', 'blocked', 'erasing', 'recorded', 'erased', 'forgotten', 'cancelled')),
  asked_by text collate "C" not null,
  asked_at timestamptz not null default clock_timestamp(),
  idempotency_key text collate "C",
  confirmed_by text collate "C" constraint erasure_takes_two check (confirmed_by <> asked_by),
  confirmed_at timestamptz,
  due_at timestamptz,                                           -- then it cannot be cancelled any more
  cancelled_by text collate "C",
  cancelled_at timestamptz,
  position text collate "C",                                    -- of subject.erased in the journal
  recorded_at timestamptz,
  erased_at timestamptz,                                        -- the key is destroyed
  forgotten_at timestamptz,                                     -- the row of the person is gone
  constraint erasure_was_confirmed check (state in ('waiting', 'cancelled') or confirmed_by is not null),
  constraint erasure_was_recorded check ((state in ('recorded', 'erased', 'forgotten')) = (position is not null))
);
create unique index erasure_is_under_way_once on vault.erasure (subject_id)
  where state in ('waiting', 'blocked', 'erasing', 'recorded');
create index erasure_open on vault.erasure (id) where state in ('blocked', 'erasing', 'recorded', 'erased');
`;

const changing = (signature: string, statement: string): string => `
create function vault.${signature} returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
  with changed as (${statement} returning subject_id)`;

const FUNCTIONS = `
-- Two writers that meet the same persons wait for each other in one order instead of blocking each other.
create function vault.note_types(lookups bytea[], types text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from vault.subject s where s.lookup = any (lookups) order by s.lookup for update;
  update vault.subject s
     set types = array(select distinct one from unnest(s.types || told.types) as one order by one)
    from (select n.lookup, array_agg(n.type) as types from unnest(lookups, note_types.types) as n (lookup, type)
           group by n.lookup) as told
   where s.lookup = told.lookup;
end $$;

${changing(
  'confirm_erasure(wanted bigint, client text, milliseconds_min bigint)',
  `update vault.erasure set state = 'blocked', confirmed_by = client, confirmed_at = clock_timestamp(),
      due_at = clock_timestamp() + greatest(erase_after_days * interval '1 day', milliseconds_min * interval '1 millisecond')
    where id = wanted and state = 'waiting'`,
)},
  blocked as (update vault.subject s set is_blocked = true from changed where s.subject_id = changed.subject_id)
  select exists (select from changed) $$;

${changing(
  'cancel_erasure(wanted bigint, client text)',
  `update vault.erasure set state = 'cancelled', cancelled_by = client, cancelled_at = clock_timestamp()
    where id = wanted and state in ('waiting', 'blocked')`,
)},
  opened as (update vault.subject s set is_blocked = false from changed where s.subject_id = changed.subject_id)
  select exists (select from changed) $$;

${changing(
  'begin_erasure(wanted bigint)',
  `update vault.erasure set state = 'erasing' where id = wanted and state = 'blocked' and due_at <= clock_timestamp()`,
)}
  select exists (select from changed) $$;

${changing(
  'note_erasure(wanted bigint, at_position text)',
  `update vault.erasure set state = 'recorded', position = at_position, recorded_at = clock_timestamp()
    where id = wanted and state = 'erasing'`,
)}
  select exists (select from changed) $$;

${changing(
  'destroy_key(wanted bigint)',
  `update vault.erasure set state = 'erased', erased_at = clock_timestamp() where id = wanted and state = 'recorded'`,
)},
  destroyed as (update vault.subject s set wrapped_key = null from changed where s.subject_id = changed.subject_id)
  select exists (select from changed) $$;

${changing(
  'forget_subject(wanted bigint)',
  `update vault.erasure set state = 'forgotten', forgotten_at = clock_timestamp()
    where id = wanted and state = 'erased' and erased_at <= clock_timestamp() - interval '30 days'`,
)},
  forgotten as (delete from vault.subject s using changed where s.subject_id = changed.subject_id)
  select exists (select from changed) $$;
`;

const GRANTS = `
revoke all on all functions in schema vault from public;
-- Still no login role can change a person. What the functions do is bound to an erasure that two clients asked for.
grant select, insert (subject_id, legal_basis, erase_after_days, asked_by, idempotency_key) on vault.erasure to sijill_api;
grant execute on all functions in schema vault to sijill_api;
reset role;
`;

/** Persons are erased by steps that the database takes once each. */
export class Erasures1763700000017 implements MigrationInterface {
  readonly name = 'Erasures1763700000017';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, FUNCTIONS, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
