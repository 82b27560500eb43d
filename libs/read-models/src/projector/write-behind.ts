/**
 * Pages go to the database one after the other. What is folded meanwhile waits as one page, which grows until it is due and the one
 * before it is written: the more goes together, the less the database has to do for each event.
 */
export class WriteBehind<P> {
  private page: P | undefined;
  private isDue = false;
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

  /** Nothing waits or goes on. */
  get isIdle(): boolean {
    return this.page === undefined && this.work === undefined;
  }

  /** Keeps `page`, the one that waits or a first one. When it is due, it is written as soon as nothing else goes on. */
  put(page: P, isDue: boolean): void {
    this.page = page;
    if (isDue) this.flush();
  }

  /** The page that waits, if there is one, is due. */
  flush(): void {
    this.isDue = this.page !== undefined;
    this.next();
  }

  /** Lets go of the page that waits. */
  drop(): P | undefined {
    const { page } = this;
    this.page = undefined;
    this.isDue = false;
    return page;
  }

  /** Does something else in the place of a page, when nothing goes on. `work` never rejects. */
  do(work: () => Promise<void>): void {
    this.work = work().then(() => {
      this.work = undefined;
      this.next();
    });
  }

  /** Writes what waits; over when nothing waits or goes on. */
  async settled(): Promise<void> {
    while (!this.isIdle) {
      this.flush();
      await this.work;
    }
  }

  private next(): void {
    if (this.work || this.page === undefined || !this.isDue) return;
    const page = this.drop() as P;
    this.do(() => this.write(page));
  }
}
