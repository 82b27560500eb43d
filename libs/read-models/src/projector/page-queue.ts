/** Pages of one run that wait to be written, beside the one that is being written. */
export const PAGES_AHEAD_MAX = 2;

/** Pages go to the database one after the other, in the order in which they were folded; the fold goes on meanwhile. */
export class PageQueue {
  private readonly underway: Promise<void>[] = [];

  /**
   * @param write Begins when all that was added before is over. Never rejects.
   * @returns When there is room for another page.
   */
  async add(write: () => Promise<void>): Promise<void> {
    const { underway } = this;
    underway.push(
      this.settled()
        .then(write)
        .then(() => void underway.shift()),
    );
    await underway[underway.length - 1 - PAGES_AHEAD_MAX];
  }

  /** When all that was added so far is over. */
  async settled(): Promise<void> {
    await this.underway.at(-1);
  }
}
