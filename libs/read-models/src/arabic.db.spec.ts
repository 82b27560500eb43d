import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import golden from './arabic.golden.json' with { type: 'json' };
import { NORMALISE_SQL, normaliseArabic, searchTerms } from './arabic.js';

const BOTH = `select normalise_arabic(text) as normalised, search_terms(text) as terms
  from unnest($1::text[]) with ordinality as given (text, place) order by place`;

const inNode = (text: string) => ({ normalised: normaliseArabic(text), terms: searchTerms(text).join(' ') });

const shown = (text: string) => [...text].map((letter) => `U+${letter.codePointAt(0)?.toString(16)}`).join(' ');

/** Letters, marks, signs and digits on which the two engines could differ, with plain ones between. */
const LETTERS = [
  ...'ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآٱؤئىةپچڤگ',
  ...'\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0655\u0670\u0640',
  ...'٠١٢٣٤٥٦٧٨٩۰۵۹0129،؛؟٪٫٬۔ ',
  ...'ﻻﻵﻷﻹﷲﷺﺧﺪﻣﺔﻯﭖﹰﹱ',
  ...'aZéÉİIſΣßẞÅ①½ﬁµª-_/."\'\\$~',
  ...'\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2013\u202e\u2066\u3000\ufeff\t\n🚗運',
  ...['ال', 'وال', 'فال', 'بال', 'كال', 'لل', 'ات', 'ون', 'ين', 'ه', 'و', 'ف', ' '],
];

describe('Arabic text made comparable in PostgreSQL', () => {
  const database = `t_arabic_${randomBytes(6).toString('hex')}`;
  const adminUrl = process.env.TEST_PG as string;
  const connect = async (url: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  };
  let client: Client;

  beforeAll(async () => {
    const admin = await connect(adminUrl);
    await admin.query(`create database ${database} encoding 'UTF8' template template0`);
    await admin.end();
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    client = await connect(url.href);
    await client.query(NORMALISE_SQL);
  });

  afterAll(async () => {
    await client?.end();
    const admin = await connect(adminUrl);
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.end();
  });

  const inDatabase = async (texts: readonly string[]): Promise<{ normalised: string; terms: string }[]> =>
    (await client.query(BOTH, [texts])).rows;

  test('agrees with the golden table', async () => {
    const expected = golden.texts.map(({ normalised, terms }) => ({ normalised, terms }));
    expect(await inDatabase(golden.texts.map(({ text }) => text))).toEqual(expected);
  });

  test('agrees with Node on 2,000 generated texts', async () => {
    const texts = fc.sample(fc.array(fc.constantFrom(...LETTERS), { maxLength: 24 }), { seed: 2021, numRuns: 2000 });
    const given = texts.map((letters) => letters.join(''));
    const answers = await inDatabase(given);
    const apart = given.filter((text, at) => JSON.stringify(answers[at]) !== JSON.stringify(inNode(text)));
    expect(apart.map(shown)).toEqual([]);
  });

  test('agrees with Node on every assigned letter of the Arabic and Latin blocks', async () => {
    const blocks: [number, number][] = [
      [0x20, 0x7e],
      [0xa0, 0x24f],
      [0x600, 0x6ff],
      [0x750, 0x77f],
      [0x8a0, 0x8ff],
      [0xfb50, 0xfdff],
      [0xfe70, 0xfeff],
      [0xff01, 0xff5e],
    ];
    const texts = blocks
      .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)))
      .filter((letter) => /\p{Assigned}/u.test(letter))
      .flatMap((letter) => [letter, `خدمة${letter}مركبة`]);
    const answers = await inDatabase(texts);
    const apart = texts.filter((text, at) => JSON.stringify(answers[at]) !== JSON.stringify(inNode(text)));
    expect(apart.map(shown)).toEqual([]);
  });

  test('may stand in an index and run in parallel, and no search_path changes what it calls', async () => {
    const { rows } = await client.query(
      `select proname, provolatile, proparallel, proisstrict from pg_proc
        where proname in ('normalise_arabic', 'search_terms') order by proname`,
    );
    const immutable = { provolatile: 'i', proparallel: 's', proisstrict: true };
    expect(rows).toEqual([
      { proname: 'normalise_arabic', ...immutable },
      { proname: 'search_terms', ...immutable },
    ]);
    await client.query(`create schema trap;
      create function trap.normalise_arabic(text text) returns text language sql immutable return 'trapped';
      create function trap.lower(text text) returns text language sql immutable return 'trapped'`);
    const { rows: answers } = await client
      .query(
        `begin; set local search_path = trap, pg_catalog; select public.search_terms('الخدمات') as terms; rollback`,
      )
      .then((results) => (results as unknown as { rows: unknown[] }[])[2]);
    expect(answers).toEqual([{ terms: 'خدم' }]);
  });

  test('finds the original by any written form through a text index', async () => {
    await client.query(`create table service (title text, terms tsvector
        generated always as (to_tsvector('simple', search_terms(title))) stored);
      insert into service (title) values ('تجديد رخصة المركبة'), ('الخدمات الإلكترونية GSS2'), ('بطاقة الهُويّة')`);
    const find = async (query: string) =>
      (
        await client.query(`select title from service where terms @@ plainto_tsquery('simple', search_terms($1))`, [
          query,
        ])
      ).rows.map(({ title }) => title);
    expect(await find('رخص مركبه')).toEqual(['تجديد رخصة المركبة']);
    expect(await find('خدمة الكترونيه gss2')).toEqual(['الخدمات الإلكترونية GSS2']);
    expect(await find('هوية')).toEqual(['بطاقة الهُويّة']);
  });
});
