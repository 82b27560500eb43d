// Writes docs/REQUIREMENTS.md of the checkout it is run in, and takes ids that have a test off the list of open ones: `npm run generate`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENT_FILE, documentOf, idsOf, OPEN_FILE, readOpen, readProgrammes, readTests } from './requirements.mjs';

const root = process.cwd();
const tests = readTests(root);
const tested = new Set(tests.flatMap(({ title }) => idsOf(title)));
const open = [...new Set(readOpen(root))].filter((id) => !tested.has(id));
writeFileSync(join(root, OPEN_FILE), open.map((id) => `${id}\n`).join(''));
writeFileSync(join(root, DOCUMENT_FILE), documentOf(readProgrammes(root), tests));
