// Plain Node: the reporter and the writer run without a build.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import ts from 'typescript';

const FOLDERS = ['apps', 'libs', 'migrations', 'test'];
const ID = '[A-Z]{3}-[0-9]+';
const LEADING_IDS = new RegExp(String.raw`^\[(${ID}(?:, ${ID})*)\] `);

export const REQUIREMENTS_FILE = 'docs/requirements.csv';
export const OPEN_FILE = 'test/requirements/open.txt';
export const DOCUMENT_FILE = 'docs/REQUIREMENTS.md';

/** Programmes with their requirements, in the order of the file. A row whose id has no number opens a programme. */
export const readProgrammes = (root) => {
  const programmes = [];
  for (const row of parse(readFileSync(join(root, REQUIREMENTS_FILE)), { columns: true })) {
    if (row.id.includes('-')) programmes.at(-1).requirements.push(row);
    else programmes.push({ ...row, requirements: [] });
  }
  return programmes;
};

export const idsIn = (programmes) => programmes.flatMap(({ requirements }) => requirements.map(({ id }) => id));

/** Ids that may still be without a test. */
export const readOpen = (root) => readFileSync(join(root, OPEN_FILE), 'utf8').split('\n').filter(Boolean);

/** Ids that a title of a test begins with: `[SAV-5, SAV-14] …`. */
export const idsOf = (title) => LEADING_IDS.exec(title)?.[1].split(', ') ?? [];
const restOf = (title) => title.replace(LEADING_IDS, '');

/** Titles of the tests of a source text; what a template fills in is left out. */
export const titlesIn = (source) => {
  const titles = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && ['test', 'it'].includes(rootOf(node))) {
      const title = textOf(node.arguments[0]);
      if (title !== undefined) titles.push(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('test.ts', source, ts.ScriptTarget.ES2023));
  return titles;
};

/** `test` of `test(…)`, `test.each(…)(…)` and test.each`…`(…). */
const rootOf = (node) => {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) return rootOf(node.expression);
  return ts.isTaggedTemplateExpression(node) ? rootOf(node.tag) : undefined;
};

const textOf = (node) => {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
};

/** Every test that names an id, wherever in its title. */
export const readTests = (root) => {
  const tests = [];
  for (const folder of FOLDERS) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, 'utf8');
      if (!new RegExp(ID).test(text)) continue;
      const file = path.slice(root.length + 1).replaceAll('\\', '/');
      for (const title of titlesIn(text)) if (new RegExp(ID).test(title)) tests.push({ file, title });
    }
  }
  return tests.sort((one, other) => (one.file < other.file ? -1 : one.file > other.file ? 1 : 0));
};

/** What is wrong between requirements, tests and the list of what is open; a sentence each, none when all is well. */
export const faultsOf = (ids, tests, open) => {
  const known = new Set(ids);
  const tested = new Set(tests.flatMap(({ title }) => idsOf(title)));
  const anywhere = new RegExp(String.raw`\b(${[...new Set(ids.map((id) => id.split('-')[0]))].join('|')})-[0-9]+\b`);
  return [
    ...ids.filter((id) => !tested.has(id) && !open.includes(id)).map((id) => `${id} has no test`),
    ...open.filter((id) => tested.has(id) || !known.has(id)).map((id) => `${id} does not belong in ${OPEN_FILE}`),
    ...[...tested].filter((id) => !known.has(id)).map((id) => `${id} is no requirement`),
    ...tests
      .filter(({ title }) => anywhere.test(restOf(title)))
      .map(({ file, title }) => `${file}: ids stand in brackets at the start of a title: ${title}`),
  ];
};

const plain = (text) => text.replaceAll(/[\\`*_<>[\]|]/g, String.raw`\$&`);

/** docs/REQUIREMENTS.md: each requirement with the tests that prove it. */
export const documentOf = (programmes, tests) => {
  const lines = [];
  let covered = 0;
  for (const programme of programmes) {
    lines.push('', `## ${programme.en} · ${programme.ar}`);
    for (const { id, ar, en } of programme.requirements) {
      lines.push('', `### ${id}`, '', `${plain(ar)}  `, plain(en), '');
      const proofs = tests.filter(({ title }) => idsOf(title).includes(id));
      if (proofs.length > 0) covered += 1;
      else lines.push('- no test yet');
      for (const { file, title } of proofs) lines.push(`- ${plain(restOf(title))}: [${file}](../${file})`);
    }
  }
  const head = [
    '# Requirements and the tests that prove them',
    '',
    'What each programme asks of the ledger, in Arabic and English, and the tests whose titles begin with its id. Written by',
    '`npm run generate` from [requirements.csv](requirements.csv) and the titles; a whole run of the tests fails when an id has no test',
    'that passed.',
    '',
    `${covered} of ${idsIn(programmes).length} have a test.`,
  ];
  return `${[...head, ...lines].join('\n')}\n`;
};
