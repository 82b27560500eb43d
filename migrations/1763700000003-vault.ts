import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create schema vault authorization sijill_owner;
set local role sijill_owner;
revoke all on schema vault from public;

-- A person as the journal knows it: an opaque id, and the key of everything personal about it. What the person was called is not
-- here: the lookup is an HMAC under a key outside the database, and so is the key that wraps the keys.
create table vault.subject (
  lookup bytea primary key constraint subject_lookup_has_32_bytes check (octet_length(lookup) = 32),
  subject_id text collate "C" not null constraint subject_id_is_unique unique,
  -- AES-256 key wrap (RFC 3394) of 32 bytes. Null: destroyed; the row stays for a while to refuse what comes late.
  wrapped_key bytea constraint subject_key_has_40_bytes check (octet_length(wrapped_key) = 40),
  made_at timestamptz not null default now()
);
`;

const GRANTS = `
-- The api makes and reads keys. It cannot change or destroy one: that is the erasure's right.
grant usage on schema vault to sijill_api;
grant select, insert on vault.subject to sijill_api;
reset role;
`;

/** Keys of personal data, in a schema of their own: keep it out of the ordinary backups, or erasing does not erase. */
export class Vault1763700000003 implements MigrationInterface {
  readonly name = 'Vault1763700000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, GRANTS]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
