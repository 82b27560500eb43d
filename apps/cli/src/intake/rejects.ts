import { existsSync } from 'node:fs';
import { type FileHandle, open, rm, truncate } from 'node:fs/promises';
import { CliError } from '../exit-codes.js';
import { type Line, openLines, readLines } from './lines.js';
import type { Place } from './watermark.js';

/** One refused line or cell: where it stood, what it was, why, and how to mend it. */
export interface Reject {
  readonly origin: string;
  readonly column?: string;
  readonly value?: string;
  readonly code: string;
  readonly reason: string;
  /** The event as it was posted, where there is one: correct it and import it. */
  readonly event?: unknown;
  /** The line as it was read, where it is no event. */
  readonly line?: string;
}

/** More than these are in the file only. */
const SHOWN_MAX = 20;

/** Text of a place as the file has it. */
export const placeText = ({ record, part }: Pick<Place, 'record' | 'part'>): string => `${record}.${part}`;

/**
 * `<file>.rejects.ndjson`, made with the first reject and never before. What was kept is final: a run that goes on after this one does
 * not post it again, whatever the ledger would say to it by then, so that each refusal stands in the file once.
 */
export class RejectFile {
  count = 0;
  private text = '';
  private file: FileHandle | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    readonly path: string,
    private readonly show: (line: string) => void,
  ) {}

  /** Begins without the refusals of an earlier import. */
  async clear(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /**
   * Goes on behind the refusals of an interrupted run; the rest of a line that was being written when it was killed is cut off.
   * @param record the watermark, with `rejected` refusals up to it
   * @returns places of the refusals behind the watermark: they are final as well
   * @throws CliError when refusals that were kept are no longer there
   */
  async goOn(record: number, rejected: number): Promise<Set<string>> {
    const behind = new Set<string>();
    let isBefore = 0;
    let bytes = 0;
    const lines = existsSync(this.path) ? readLines(openLines(this.path)) : [];
    for await (const line of lines) {
      const at = placeOf(line);
      if (at === undefined) break;
      bytes += line.bytes!.length + 1;
      if (at.record <= record) isBefore += 1;
      else behind.add(placeText(at));
    }
    if (isBefore !== rejected) {
      throw new CliError(
        `${this.path} holds ${isBefore} of the ${rejected} lines that were refused: put it back, or start over without --resume`,
      );
    }
    if (existsSync(this.path)) await truncate(this.path, bytes);
    this.count = rejected + behind.size;
    return behind;
  }

  add(reject: Reject, place: Place | undefined): void {
    this.count += 1;
    const { origin, column, value, code, reason } = reject;
    if (this.count <= SHOWN_MAX) {
      this.show(
        column === undefined ? `${origin}   ${reason}` : `${origin}   ${code}   ${column}: "${value}"   ${reason}`,
      );
    }
    this.text += `${JSON.stringify({ ...reject, ...(place && { record: place.record, part: place.part }) })}\n`;
  }

  /** Returns when everything added so far is on disk. What could not be written once is lost: every later call fails as well. */
  keep(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async close(): Promise<void> {
    try {
      await this.keep();
    } finally {
      await this.file?.close();
    }
  }

  private async write(): Promise<void> {
    if (this.text === '') return;
    this.file ??= await open(this.path, 'a');
    const { text } = this;
    this.text = '';
    await this.file.appendFile(text);
    await this.file.datasync();
  }
}

/** Undefined: the line is not whole, or tells of an event that every run makes anew. */
const placeOf = ({ bytes, isEnded }: Line): Pick<Place, 'record' | 'part'> | undefined => {
  try {
    const { record, part } = JSON.parse(String(bytes)) as Partial<Place>;
    return isEnded && record !== undefined && part !== undefined ? { record, part } : undefined;
  } catch {
    return undefined;
  }
};
