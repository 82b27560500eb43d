import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuse } from './failures.js';

/** The role initdb makes. It may do everything, so nothing but migrations and tests connects with it. */
export const SUPERUSER = 'sijill';

/** The generated passwords of one server: one a login role, 192 random bits each. */
export class Passwords {
  private constructor(
    private readonly file: string,
    private readonly known: Map<string, string>,
  ) {}

  /**
   * Reads the file, or makes it with a password for the superuser when there is no database yet. It is on disk before
   * initdb runs: a crash in between leaves a password without database, never a database without password.
   *
   * @throws Failure `postgres.passwordsMissing` when there is a database but no file.
   */
  static async open(file: string, hasCluster: boolean): Promise<Passwords> {
    if (existsSync(file)) {
      return new Passwords(file, new Map(Object.entries(JSON.parse(await readFile(file, 'utf8')) as object)));
    }
    if (hasCluster) throw refuse('postgres.passwordsMissing', { params: { file } });
    const passwords = new Passwords(file, new Map());
    await passwords.ensure([SUPERUSER]);
    return passwords;
  }

  of(role: string): string {
    const password = this.known.get(role);
    if (password !== undefined) return password;
    throw refuse('postgres.roleUnknown', { params: { role, roles: [...this.known.keys()].join(', ') } });
  }

  /** Makes passwords for the roles that have none. On disk, mode 0600, when it returns. */
  async ensure(roles: readonly string[]): Promise<void> {
    const missing = roles.filter((role) => !this.known.has(role));
    if (missing.length === 0) return;
    for (const role of missing) this.known.set(role, randomBytes(24).toString('base64url'));
    await replaceFile(this.file, `${JSON.stringify(Object.fromEntries(this.known), null, 2)}\n`);
  }
}

/** All of the new content or all of the old one, whenever the power goes. */
async function replaceFile(file: string, content: string): Promise<void> {
  const aside = `${file}.new`;
  await rm(aside, { force: true });
  const handle = await open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
  await syncFolder(dirname(file));
}

/** A rename is durable when its folder is. Windows has no such call and no need of it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
