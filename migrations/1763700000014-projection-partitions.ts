import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
set local role sijill_owner;

-- 1: this row takes in the whole journal. 16: as many rows take it in, each the streams that fall to it.
alter table projector.projection add column partitions int not null default 1;
alter table projector.projection add constraint projection_partition_is_one_of_its_partitions
  check (partition >= 0 and partition < partitions);
-- Of a version that is built beside: this partition has come to the head once.
alter table projector.projection add column has_arrived boolean not null default false;

-- Workers that take their share of the partitions of a projection. One that is not seen any more has no share.
create table projector.member (
  name text collate "C" not null,
  version int not null,
  owner text not null,
  seen_until timestamptz not null,
  primary key (name, version, owner)
) with (fillfactor = 50);
grant select, insert, update, delete on projector.member to sijill_worker;
reset role;
`;

/** Projections that several workers share. */
export class ProjectionPartitions1763700000014 implements MigrationInterface {
  readonly name = 'ProjectionPartitions1763700000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
