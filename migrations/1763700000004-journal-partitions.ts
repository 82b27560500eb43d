import type { MigrationInterface, QueryRunner } from 'typeorm';
import { EXTEND, FIT, FREEZE_AT_ONCE } from './journal.partitioned.js';

/**
 * Positions of one partition. A session may ask for another size before the journal is made or migrated (`options=-c
 * sijill.partition_events=…`); it stays as it was made.
 */
const SIZE = `coalesce(nullif(current_setting('sijill.partition_events', true), '')::bigint, 67108864)`;

const HEAD = `
set local role sijill_owner;
alter table journal.head
  add column partition_events bigint not null default ${SIZE} constraint head_partition_holds_events check (partition_events > 0),
  add column partitioned_to bigint not null default 0;          -- first position that no partition takes
alter table journal.head alter partition_events drop default, alter partitioned_to drop default;
-- The table that is there becomes the first partition: as many whole sizes as it fills, one at least.
update journal.head set partitioned_to = (next_position / partition_events + 1) * partition_events;
`;

// Attached without copying a row: the check is proven before, by reading once, so that attaching does not look.
const FIRST = `
drop trigger event_is_never_changed on journal.event;
drop trigger event_is_never_deleted on journal.event;
alter table journal.event rename to event_from_0;
alter index journal.event_pkey rename to event_from_0_pkey;
alter index journal.event_type rename to event_from_0_type;
alter table journal.event_from_0 rename constraint event_revision_follows to event_from_0_revision_follows;
do $$ begin
  execute format('alter table journal.event_from_0 add constraint event_from_0_range
                  check (position >= 0 and position < %s) not valid', (select partitioned_to from journal.head));
end $$;
alter table journal.event_from_0 validate constraint event_from_0_range;

create table journal.event (like journal.event_from_0 including storage) partition by range (position);
alter table journal.event
  add primary key (position),
  add constraint event_salt_has_32_bytes check (octet_length(salt) = 32),
  add constraint event_mac_has_32_bytes check (octet_length(request_mac) = 32),
  add constraint event_withheld_as_a_whole check ((data is null) = (salt is null));
create index event_type on journal.event (type, position);
do $$ begin
  execute format('alter table journal.event attach partition journal.event_from_0 for values from (0) to (%s)',
                 (select partitioned_to from journal.head));
end $$;
alter table journal.event_from_0 drop constraint event_from_0_range;
alter table journal.event_from_0 set (${FREEZE_AT_ONCE});
`;

const GUARDS = `
create trigger event_is_never_changed before update on journal.event
  for each row execute function journal.withhold_only();
create trigger event_is_never_deleted before delete on journal.event
  for each row execute function journal.refuse_change();
create trigger event_is_never_truncated before truncate on journal.event
  for each statement execute function journal.refuse_change();
`;

const GRANTS = `
revoke all on journal.event_from_0 from sijill_api, sijill_worker;
grant select on journal.event to sijill_api, sijill_worker;
revoke all on all functions in schema journal from public;
grant execute on function journal.append, journal.append_one to sijill_api;
reset role;
`;

/** The journal in ranges of positions, made ahead. The functions that append to it follow with 1763700000015. */
export class JournalPartitions1763700000004 implements MigrationInterface {
  readonly name = 'JournalPartitions1763700000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [HEAD, FIRST, GUARDS, EXTEND, FIT, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
