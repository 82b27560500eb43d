import type { ReadPage } from './port.js';

type AskPage = (start: bigint, max: number) => Promise<ReadPage>;

interface Ahead {
  readonly start: bigint;
  readonly max: number;
  readonly page: Promise<ReadPage | undefined>;
}

/**
 * Asks for one page more than was asked for, as soon as somebody goes through the journal page by page: the server then works
 * on it while the page before it is received. Readers that take turns at different places are served as if it were not there.
 *
 * What was asked ahead is served only when it is full. Its positions are taken for good, so nobody is told less than a
 * question of his own would tell him; a page that ends at the head is asked for again. Memory: one page of the store.
 */
export class ReadAhead {
  private ahead: Ahead | undefined;
  /** Where the last full page ended. */
  private end: bigint | undefined;

  constructor(private readonly ask: AskPage) {}

  async page(start: bigint, max: number): Promise<ReadPage> {
    const isBehindTheLast = this.end === start;
    const known = this.ahead?.start === start && this.ahead.max === max ? this.ahead.page : undefined;
    const asked = known ?? this.ask(start, max);
    this.ahead = isBehindTheLast ? this.askAhead(start + BigInt(max), max) : undefined;
    const found = await asked;
    const page = known === undefined || found?.events.length === max ? found : await this.ask(start, max);
    if (page?.events.length === max) this.end = page.next;
    return page as ReadPage;
  }

  /** A failure is nobody's: whoever needs the page asks for it again. */
  private askAhead(start: bigint, max: number): Ahead {
    return { start, max, page: this.ask(start, max).catch(() => undefined) };
  }
}
