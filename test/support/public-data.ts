import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './repository.js';

const DIRECTORY = process.env.SIJILL_PUBLIC_DATA ?? resolve(ROOT, '../shared/data');

/** Path of a public data file beside the checkout; undefined where the folder is not there. */
export const publicData = (name: string): string | undefined => {
  const path = join(DIRECTORY, name);
  return existsSync(path) ? path : undefined;
};

/** Declares the tests where the files are there; else one test that says why there are none. */
export const withPublicData = (names: readonly string[], declare: (paths: readonly string[]) => void): void => {
  const paths = names.map(publicData);
  if (paths.every((path) => path !== undefined)) {
    declare(paths as string[]);
    return;
  }
  const reason = `left out: ${names.join(', ')} not found in the folder of public data (SIJILL_PUBLIC_DATA)`;
  console.warn(reason);
  test(reason, () => expect(paths).toContain(undefined));
};
