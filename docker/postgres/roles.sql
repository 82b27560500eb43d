-- The roles of Sijill. Idempotent; run it as an administrator, connected to the database of the ledger, before the
-- first migration and again whenever a database was made anew. Passwords are set elsewhere: nothing secret belongs
-- here.
--
--   sijill_owner     nobody logs in as it; owns the schemas and the functions that run with its rights
--   sijill_api       appends events and erases persons through functions, reads everything
--   sijill_worker    reads the journal, owns the read models
--   sijill_migrator  may become sijill_owner, and sijill_worker to settle what its schemas grant; migrations only
--
-- No login role holds insert, update, delete or truncate on a table of the journal.

do $$
declare
  role record;
begin
  for role in
    select * from (values ('sijill_owner', 'nologin'), ('sijill_api', 'login'), ('sijill_worker', 'login'),
                          ('sijill_migrator', 'login')) as wanted (name, login)
  loop
    if not exists (select from pg_roles where rolname = role.name) then
      begin
        execute format('create role %I %s nosuperuser nocreatedb nocreaterole noreplication nobypassrls',
                       role.name, role.login);
      exception
        when duplicate_object or unique_violation then null; -- somebody else made the same role in this moment
      end;
    end if;
  end loop;
  for role in
    select * from (values ('sijill_owner'), ('sijill_worker')) as wanted (name)
  loop
    if not pg_has_role('sijill_migrator', role.name, 'member') then
      execute format('grant %I to sijill_migrator', role.name);
    end if;
  end loop;
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to sijill_api, sijill_worker, sijill_migrator', current_database());
  -- sijill_worker makes a schema for each read model, the owner those of the ledger itself.
  execute format('grant create on database %I to sijill_owner, sijill_worker, sijill_migrator', current_database());
end $$;

revoke all on schema public from public;
