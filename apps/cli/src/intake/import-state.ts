import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalText, type Json } from '#kernel';
import { CliError } from '../exit-codes.js';
import type { FileIdentity } from './lines.js';
import type { Mark } from './watermark.js';

/** What an import is: one that goes on must be the same in all of it. */
export interface ImportIdentity {
  readonly file: FileIdentity;
  /** Format with its version. */
  readonly format: string;
  readonly publishedOn: string | null;
  /** The second file, with titles. */
  readonly names: FileIdentity | null;
  /** Address of the ledger. */
  readonly ledger: string;
  readonly rejects: string;
}

const KIND = 'sijill-import/v1';
const SUFFIX = '.sijill-import.json';

interface StateFile {
  readonly kind: typeof KIND;
  readonly identity: ImportIdentity;
  readonly mark: Mark;
  /** sha256 of everything else: a state that was damaged or edited is no state. */
  readonly check: string;
}

const DIFFERENCES: Readonly<Record<keyof ImportIdentity, string>> = {
  file: 'the file is another one now',
  format: 'it was another format, or another version of it',
  publishedOn: 'it had another --published-on',
  names: 'it had another --names file',
  ledger: 'it went to another ledger',
  rejects: 'its refused lines are in another --rejects file',
};
const START_OVER = 'Start over without --resume: what is recorded already is answered as a duplicate.';

/** `<file>.sijill-import.json`: how far an import has come. Losing it costs time and nothing else. */
export class ImportState {
  readonly path: string;
  private readonly aside: string;
  private saved = '';
  private saving: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.path = `${file}${SUFFIX}`;
    this.aside = `${file}.new${SUFFIX}`;
  }

  get isThere(): boolean {
    return existsSync(this.path);
  }

  /** @returns the watermark of the interrupted import. @throws CliError saying why it cannot go on. */
  async read(identity: ImportIdentity): Promise<Mark> {
    if (!this.isThere) throw new CliError(`there is nothing to resume: no ${this.path}. ${START_OVER}`);
    const { identity: before, mark } = parseState(await readFile(this.path, 'utf8'), this.path);
    const different = (Object.keys(DIFFERENCES) as (keyof ImportIdentity)[]).filter(
      (name) => canonicalText(identity[name] as Json) !== canonicalText((before[name] ?? null) as Json),
    );
    if (different.length > 0) {
      const reasons = different.map((name) => DIFFERENCES[name]).join('; ');
      throw new CliError(`${this.path} is of an import that this is not: ${reasons}. ${START_OVER}`);
    }
    return mark;
  }

  /**
   * Durable on return, and never half of it: a crash leaves this state or the one before. Calls are done one after the other, and one
   * that failed fails none behind it: a disk that was full may have room again.
   */
  save(identity: ImportIdentity, mark: Mark): Promise<void> {
    this.saving = this.saving.catch(() => undefined).then(() => this.write(identity, mark));
    return this.saving;
  }

  /** After the last line: there is nothing to resume. */
  async remove(): Promise<void> {
    await this.saving;
    await rm(this.path, { force: true });
  }

  private async write(identity: ImportIdentity, mark: Mark): Promise<void> {
    const content = { kind: KIND, identity, mark } as const;
    const text = `${JSON.stringify({ ...content, check: checkOf(content) }, null, 2)}\n`;
    if (text === this.saved) return;
    const file = await open(this.aside, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(this.aside, this.path);
    await syncDirectory(dirname(this.path));
    this.saved = text;
  }
}

const checkOf = (content: Omit<StateFile, 'check'>): string =>
  createHash('sha256')
    .update(canonicalText(content as unknown as Json))
    .digest('hex');

const parseState = (text: string, path: string): StateFile => {
  try {
    const { check, ...content } = JSON.parse(text) as StateFile;
    if (content.kind === KIND && check === checkOf(content)) return { ...content, check };
  } catch {
    // Not JSON, or JSON of something else: said below.
  }
  throw new CliError(`${path} is not the state of an import, or was damaged. ${START_OVER}`);
};

/** Makes a rename last. Windows has no way to do it, and needs none. */
const syncDirectory = async (directory: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
