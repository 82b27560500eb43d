import type { ReadPage } from './port.js';

type AskPage = (start: bigint, max: number) => Promise<ReadPage>;

/** With one, nobody works on the page after next while the last rows of this one are taken in. */
const PAGES_AHEAD = 2;

interface Ahead {
  readonly start: bigint;
  readonly max: number;
  readonly page: Promise<ReadPage | undefined>;
}

/**
 * Asks for two pages more than were asked for, as soon as somebody goes through the journal page by page: servers then work on
 * them while the page before is received. Readers that take turns at different places are served as if it were not there.
 *
 * What was asked ahead is served only when it is full. Its positions are taken for good, so nobody is told less than a
 * question of his own would tell him; a page that ends at the head is asked for again. Memory: two pages of the store.
 */
export class ReadAhead {
  /** One behind the other. */
  private ahead: readonly Ahead[] = [];
  /** Where the last full page ended. */
  private end: bigint | undefined;

  constructor(private readonly ask: AskPage) {}

  async page(start: bigint, max: number): Promise<ReadPage> {
    const isBehindTheLast = this.end === start;
    const [first, ...others] = this.ahead;
    const known = first?.start === start && first.max === max ? first.page : undefined;
    const asked = known ?? this.ask(start, max);
    const ahead = known === undefined ? [] : others;
    for (let nth = ahead.length + 1; isBehindTheLast && nth <= PAGES_AHEAD; nth++)
      ahead.push(this.askAhead(start + BigInt(nth * max), max));
    this.ahead = isBehindTheLast ? ahead : [];
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
