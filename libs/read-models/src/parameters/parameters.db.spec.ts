import { hash } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { addRows, GrowingArray, textArray } from './binary-arrays.js';
import { type Parameter, run } from './statement.js';

describe('Parameters of a page', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.adminUrl, max: 1, query_timeout: 5_000 });
    pool.on('error', () => undefined); // one test cuts the connection
    pool.on('connect', (client) => client.on('error', () => undefined));
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const ask = async (text: string, parameters: readonly Parameter[]): Promise<unknown[]> =>
    (await run(pool, { name: hash('md5', text), text }, parameters)).rows;
  const unnested = (type: string, array: Buffer): Promise<unknown[]> =>
    ask(`select value::text from unnest($1::${type}[]) as value`, [array]).then((rows) =>
      rows.map((row) => (row as { value: string | null }).value),
    );

  test('reach the server in their order, whether short, long, text, bytes or null', async () => {
    const lengths = [0, 1, 4_095, 4_096, 4_097, 3_000_000, 2];
    const bytes = lengths.map((length, nth) => Buffer.alloc(length, nth + 1));
    const columns = lengths.map(
      (_, nth) => `md5($${nth + 4}::bytea) = md5(repeat(chr(${nth + 1}), ${lengths[nth]})) as "${nth}"`,
    );
    const text = `select $1::text as text, $2::int as number, $3::text as missing, ${columns.join(', ')}`;
    for (let time = 0; time < 2; time++)
      expect(await ask(text, ['نص', 7, null, ...bytes])).toEqual([
        { text: 'نص', number: 7, missing: null, ...lengths.map(() => true) },
      ]);
    const prepared = await pool.query('select from pg_prepared_statements where statement = $1', [text]);
    expect(prepared.rowCount).toBe(1); // by the first call, for the second one too
  });

  test('of a statement that is refused do not harm the next one', async () => {
    const divided = 'select 1 / $1::int as value';
    await expect(ask(divided, [0])).rejects.toMatchObject({ code: '22012' });
    await expect(ask('select from nowhere where $1', [Buffer.alloc(9_000)])).rejects.toMatchObject({ code: '42P01' });
    expect(await ask(divided, [1])).toEqual([{ value: 1 }]);
  });

  test('of a statement whose connection is cut are told so', async () => {
    const cut = ask('select pg_terminate_backend(pg_backend_pid()), pg_sleep($1)', [5]);
    await expect(cut).rejects.toThrow();
    expect(await ask('select $1::int as value', [1])).toEqual([{ value: 1 }]);
  });

  test('are arrays of what was added, and of nothing that was there before they were cleared', async () => {
    const [texts, numbers] = [new GrowingArray('text'), new GrowingArray('bigint')];
    const [days, names] = [new GrowingArray('date'), new GrowingArray('uuid')];
    for (let round = 0; round < 3; round++) {
      for (const array of [texts, numbers, days, names]) array.clear();
      const many = round === 1 ? 5_000 : 3; // grows, and lets go again
      for (let nth = 0; nth < many; nth++) {
        texts.addText(nth % 2 === 0 ? `${round} ${nth}` : `جهة رقم ${nth}, ${'x'.repeat(nth % 50)}`);
        numbers.addBigint(nth % 2 === 0 ? -nth : 2n ** 62n + BigInt(round));
        days.addDay(nth % 2 === 0 ? '1999-12-31' : '2026-02-28');
        names.addUuid([0xffff_ffff, nth, round, 0]);
      }
      const all = Array.from({ length: many }, (_, nth) => nth);
      const hex = (value: number) => value.toString(16).padStart(8, '0');
      const uuid = (nth: number) => `ffffffff${hex(nth)}${hex(round)}00000000`;
      expect(await unnested('text', texts.toBuffer())).toEqual(
        all.map((nth) => (nth % 2 === 0 ? `${round} ${nth}` : `جهة رقم ${nth}, ${'x'.repeat(nth % 50)}`)),
      );
      expect(await unnested('bigint', numbers.toBuffer())).toEqual(
        all.map((nth) => String(nth % 2 === 0 ? -nth : 2n ** 62n + BigInt(round))),
      );
      expect(await unnested('date', days.toBuffer())).toEqual(
        all.map((nth) => (nth % 2 === 0 ? '1999-12-31' : '2026-02-28')),
      );
      const told = (await unnested('uuid', names.toBuffer())).map((name) => String(name).replaceAll('-', ''));
      expect(told).toEqual(all.map(uuid));
    }
  });

  test('that are mostly zeros are set one by one', async () => {
    const numbers = new GrowingArray('bigint');
    for (let round = 0; round < 2; round++) {
      numbers.clear();
      numbers.addZeros(6);
      const told = [round, -1, 0, Number.MIN_SAFE_INTEGER, 2n ** 63n - 1n, -(2n ** 63n)];
      for (const [nth, value] of told.entries()) if (value !== 0) numbers.setBigint(nth, value);
      expect(await unnested('bigint', numbers.toBuffer())).toEqual(told.map(String));
    }
    expect(() => numbers.setBigint(0, 2n ** 63n)).toThrow('out of range');
  });

  test('that are rows of texts become columns, nulls as well', async () => {
    const same = ['مركز', null, ''];
    const rows = [same, ['a', 'b'.repeat(5_000), null], same];
    const columns = [new GrowingArray('text'), new GrowingArray('text'), new GrowingArray('text')];
    addRows(columns, rows);
    for (const [nth, column] of columns.entries())
      expect(await unnested('text', column.toBuffer())).toEqual(rows.map((row) => row[nth]));
    expect(await unnested('text', textArray(['one', 'two']))).toEqual(['one', 'two']);
  });
});
