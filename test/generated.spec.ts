import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../apps/api/src/documents/generated-files.js';
import { ROOT } from './support/repository.js';

const FOLDER = join(ROOT, 'docs/generated');

describe('docs/generated', () => {
  const files = generatedFiles();

  test('holds the files that the code writes, and no others', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(files).sort());
  });

  test.each(Object.keys(files))('%s is what the code says (npm run generate)', (name) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(files[name]);
  });
});
