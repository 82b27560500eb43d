import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMN = `
set local role sijill_owner;
-- Which journal its position is of: one in another store has other positions. Null: it has not met one yet.
alter table projector.projection add column journal text collate "C";
reset role;
`;

/** Positions are those of one store: a projection knows which. */
export class ProjectionJournal1763700000018 implements MigrationInterface {
  readonly name = 'ProjectionJournal1763700000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMN);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
