import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND, APPEND_ALL, APPEND_ONE } from './journal.partitioned.js';

const GRANTS = `
revoke all on all functions in schema journal from public;
grant execute on function journal.append, journal.append_all, journal.append_one to sijill_api;
reset role;
`;

/** Appends are optimistic: what the unique index sees is not looked for before. */
export class OptimisticAppends1763700000015 implements MigrationInterface {
  readonly name = 'OptimisticAppends1763700000015';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of ['set local role sijill_owner', APPEND, APPEND_ALL, APPEND_ONE, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
