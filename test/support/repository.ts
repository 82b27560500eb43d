import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** Root of the checkout. */
export const ROOT = resolve(__dirname, '../..');

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.sijill', 'coverage']);

/** Paths of the files below `folder`, relative to the root, with forward slashes, sorted. */
export const filesBelow = (folder: string, suffix = '.ts'): string[] => {
  const walk = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => !LEFT_OUT.has(entry.name))
      .flatMap((entry) => {
        const child = join(path, entry.name);
        if (entry.isDirectory()) return walk(child);
        return entry.name.endsWith(suffix) ? [relative(ROOT, child).replaceAll('\\', '/')] : [];
      });
  const top = join(ROOT, folder);
  return statSync(top, { throwIfNoEntry: false }) ? walk(top).sort() : [];
};

export const sourceOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
export const isTest = (path: string): boolean => /\.(spec|contract)\.ts$/.test(path) || path.startsWith('test/');
