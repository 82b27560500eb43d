import type { Raw } from '../raw.js';

// The journal dates events by the database's clock. Here it is told the time instead, so that five years can be recorded in minutes
// and questions as known then have an answer. Everything else of the functions stays as it is.
const CLOCK = `
create schema if not exists bench;
grant usage on schema bench to public;
create table if not exists bench.told (at timestamptz not null);
grant select on bench.told to public;
create table if not exists bench.original (definition text not null);
create or replace function bench.clock() returns timestamptz language sql stable as 'select at from bench.told'`;
const DATING = `select pg_get_functiondef(oid) as definition from pg_proc
 where pronamespace = 'journal'::regnamespace and prosrc like '%clock_timestamp()%'`;

/** From now on the journal of this database is dated by {@link tellTime}. Once or again, it comes to the same. */
export async function tellClock(admin: Raw): Promise<void> {
  await admin.rows(CLOCK);
  for (const { definition } of await admin.rows<{ definition: string }>(DATING)) {
    await admin.rows('insert into bench.original values ($1)', [definition]);
    await admin.rows(definition.replaceAll('clock_timestamp()', 'bench.clock()'));
  }
}

/** @param at RFC 3339; never before a time told earlier. */
export const tellTime = async (admin: Raw, at: string): Promise<void> => {
  await admin.rows(`with gone as (delete from bench.told) insert into bench.told values ($1)`, [at]);
};

/** The journal is dated by the clock of the database again. */
export async function untellClock(admin: Raw): Promise<void> {
  for (const { definition } of await admin.rows<{ definition: string }>('select definition from bench.original')) {
    await admin.rows(definition);
  }
  await admin.rows('delete from bench.original');
}
