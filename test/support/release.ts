import { chmodSync, cpSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Instruction, instructionsOf, lastStage } from './containers.js';
import { ROOT, sourceOf } from './repository.js';

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/** Packages that `npm ci --omit=dev --omit=optional` installs, by their place. */
const productionPackages = (): readonly string[] => {
  const { packages } = JSON.parse(sourceOf('package-lock.json')) as { packages: Readonly<Record<string, Locked>> };
  return Object.entries(packages).flatMap(([path, { dev, optional, devOptional }]) =>
    path === '' || dev || optional || devOptional ? [] : [path],
  );
};

const copy = (from: string, to: string, isNested = false): void =>
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !isNested || !path.slice(from.length).includes('/node_modules'),
  });

/** What the image has under /app, laid out in `directory` by the COPY lines of its last stage, and nothing else. */
export const layOut = (directory: string): readonly Instruction[] => {
  const stage = lastStage(instructionsOf(sourceOf('docker/Dockerfile')));
  for (const { keyword, flags, words } of stage) {
    if (keyword !== 'COPY') continue;
    const to = words.at(-1)!;
    for (const from of words.slice(0, -1)) {
      if (flags.from === 'dependencies') {
        for (const path of productionPackages()) copy(join(ROOT, path), join(directory, path), true);
      } else {
        const source = from.replace(/^\/app\//, '');
        const isInFolder = to.endsWith('/');
        copy(
          join(ROOT, source),
          isInFolder ? join(directory, to, source.slice(source.lastIndexOf('/') + 1)) : join(directory, to),
        );
      }
    }
  }
  setReadOnly(directory);
  return stage;
};

const setReadOnly = (path: string): void => {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return;
  if (status.isDirectory()) for (const name of readdirSync(path)) setReadOnly(join(path, name));
  chmodSync(path, status.isDirectory() ? 0o555 : 0o444);
};

/** Makes what {@link layOut} laid out removable again. */
export const setWritable = (path: string): void => {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return;
  chmodSync(path, 0o755);
  if (status.isDirectory()) for (const name of readdirSync(path)) setWritable(join(path, name));
};

/** ENV of a stage. */
export const environmentOf = (stage: readonly Instruction[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    stage
      .filter(({ keyword }) => keyword === 'ENV')
      .flatMap(({ words }) => words.map((word) => word.split('=') as [string, string])),
  );
