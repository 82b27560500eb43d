import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder that holds package.json: the same seen from the sources and from the build. */
const packageRoot = (from: string): string => {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('no package.json above this file: the installation is incomplete');
  return packageRoot(parent);
};

export const ROLES_FILE = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'docker/postgres/roles.sql');
