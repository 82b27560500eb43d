/**
 * Pages go to the database one after the other. What is folded meanwhile waits as one page, which grows until the one before it
 * is written: the further the database is behind, the more goes together, and the less it has to do for each event.
 */
export class WriteBehind<P> {
  private page: P | undefined;
  private work: Promise<void> | undefined;

  /** @param write Never rejects. */
  constructor(private readonly write: (page: P) => Promise<void>) {}

  /** The page that may still grow. */
  get waiting(): P | undefined {
    return this.page;
  }

  /** Over when what goes on now is; undefined when nothing does. */
  get underway(): Promise<void> | undefined {
    return this.work;
  }

  /** Writes `page`, the one that waits or a first one, as soon as nothing else goes on. */
  put(page: P): void {
    this.page = page;
    this.next();
  }

  /** Lets go of the page that waits. */
  drop(): P | undefined {
    const { page } = this;
    this.page = undefined;
    return page;
  }

  /** Does something else in the place of a page, when nothing goes on. `work` never rejects. */
  do(work: () => Promise<void>): void {
    this.work = work().then(() => {
      this.work = undefined;
      this.next();
    });
  }

  /** When nothing waits or goes on. */
  async settled(): Promise<void> {
    while (this.work) await this.work;
  }

  private next(): void {
    if (this.work || this.page === undefined) return;
    const page = this.drop() as P;
    this.do(() => this.write(page));
  }
}
