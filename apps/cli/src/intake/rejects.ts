import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

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

/** `<file>.rejects.ndjson`, made with the first reject and never before. The first ones are shown while they happen. */
export class RejectFile {
  count = 0;
  private output: WriteStream | undefined;

  constructor(
    readonly path: string,
    private readonly show: (line: string) => void,
  ) {}

  async add(reject: Reject): Promise<void> {
    this.count += 1;
    const { origin, column, value, code, reason } = reject;
    if (this.count <= SHOWN_MAX) {
      this.show(
        column === undefined ? `${origin}   ${reason}` : `${origin}   ${code}   ${column}: "${value}"   ${reason}`,
      );
    }
    this.output ??= createWriteStream(this.path);
    if (!this.output.write(`${JSON.stringify(reject)}\n`)) await once(this.output, 'drain');
  }

  async close(): Promise<void> {
    if (!this.output) return;
    this.output.end();
    await once(this.output, 'close');
  }
}
