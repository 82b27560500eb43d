import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes events over from another journal, with the recording times, salts and MACs that they have there, behind the
 * `first` events that this one holds. Whoever does not know how many those are, writes nothing: a journal that is in use has
 * more. What comes later is not recorded before what was taken over.
 *
 * With the rights of its caller: nobody but the owner may write to the tables, and nobody else may call it.
 */
const IMPORT = `
create function journal.import(
  first bigint, streams text[], revisions bigint[], times_recorded bigint[], sources text[], ids text[], types text[],
  times text[], actors text[], correlations text[], causations text[], salts bytea[], macs bytea[], datas bytea[])
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  next bigint;
  misplaced text;
begin
  select next_position into strict next from journal.head for update;
  if next <> first then
    raise object_not_in_prerequisite_state using message = format('the journal holds %s events, not %s', next, first);
  end if;
  select e.stream into misplaced
    from unnest(streams, revisions) as e (stream, revision)
   group by e.stream
  having count(*) <> max(e.revision) - min(e.revision) + 1
      or min(e.revision) <> 1 + coalesce((select h.revision from journal.event h where h.stream = e.stream
                                           order by h.revision desc limit 1), -1)
   limit 1;
  if found then
    raise unique_violation using message = format('the stream %s does not go on there', misplaced);
  end if;
  update journal.head
     set next_position = first + cardinality(ids),
         last_recorded = greatest(last_recorded, (select max(m) from unnest(times_recorded) m));
  perform journal.fit(first, first + cardinality(ids));
  insert into journal.event (position, stream, revision, recorded, source, id, type, time, actor, correlation, causation,
                             salt, request_mac, data)
  select first + e.nth - 1, e.stream, e.revision, e.recorded, e.source, e.id, e.type, e.time, e.actor, e.correlation,
         e.causation, e.salt, e.mac, e.data
    from unnest(streams, revisions, times_recorded, sources, ids, types, times, actors, correlations, causations, salts,
                macs, datas) with ordinality
      as e (stream, revision, recorded, source, id, type, time, actor, correlation, causation, salt, mac, data, nth);
  perform pg_notify('sijill_journal', '');
end $$;
revoke all on function journal.import from public, sijill_api, sijill_worker;
`;

/** Moving a ledger from one store to another. */
export class JournalImport1763700000016 implements MigrationInterface {
  readonly name = 'JournalImport1763700000016';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of ['set local role sijill_owner', IMPORT, 'reset role']) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
