import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Content of a secret file (mode 0600), made by `make` on first use. Two processes that start at once agree on one content: the
 * file appears whole under its name or not at all, and the loser reads the winner's.
 */
export async function keyFile(directory: string, name: string, make: () => string | Buffer): Promise<Buffer> {
  const path = join(directory, name);
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const aside = `${path}.${randomUUID()}`;
  try {
    await writeFile(aside, make(), { mode: 0o600, flag: 'wx', flush: true });
    await link(aside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return await readFile(path);
  } finally {
    await rm(aside, { force: true });
  }
}
