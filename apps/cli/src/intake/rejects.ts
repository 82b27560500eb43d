import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

/** One refused line or cell: where it stood, what it was, why, and how to mend it. */
export interface Reject {
  readonly origin: string;
  readonly column?: string;
  readonly value?: string;
  readonly code: string;
  readonly reason: string;
  /** The event as it was posted, where there is one: correct it and import the file of rejects. */
  readonly event?: unknown;
  readonly line?: string;
}

/** `<file>.rejects.ndjson`, made with the first reject and never before. */
export class RejectFile {
  count = 0;
  private output: WriteStream | undefined;

  constructor(readonly path: string) {}

  async add(reject: Reject): Promise<void> {
    this.count += 1;
    this.output ??= createWriteStream(this.path);
    if (!this.output.write(`${JSON.stringify(reject)}\n`)) await once(this.output, 'drain');
  }

  async close(): Promise<void> {
    if (!this.output) return;
    this.output.end();
    await once(this.output, 'close');
  }
}
