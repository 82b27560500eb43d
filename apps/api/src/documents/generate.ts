import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './generated-files.js';

/** Writes docs/generated of the checkout it is run in: `npm run generate`. */
const folder = join(process.cwd(), 'docs/generated');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(generatedFiles())) writeFileSync(join(folder, name), text);
