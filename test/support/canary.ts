import type { DataSource } from 'typeorm';

/** Tables that hold a text anywhere, whatever their columns are. */
export async function tablesWith(admin: DataSource, text: string): Promise<string[]> {
  const tables = (await admin.query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )) as { name: string }[];
  const found: string[] = [];
  for (const { name } of tables) {
    const hex = Buffer.from(text).toString('hex');
    const sql = `select from ${name} t where t::text like $1 or t::text like $2 limit 1`;
    if ((await admin.query(sql, [`%${text}%`, `%${hex}%`])).length > 0) found.push(name);
  }
  return found;
}
