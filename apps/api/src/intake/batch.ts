/** One item of a batch as far as order is concerned. */
export interface Placed {
  /** Stream that it writes. */
  readonly stream: string;
  /** Streams that must exist before it. */
  readonly references: readonly string[];
}

/** Items of one request on their way to the store at once: enough to fill the groups of its commits, and bounded. */
const IN_FLIGHT_MAX = 512;

/**
 * Runs `record` for every item. An item waits only for earlier ones that write its own stream or a stream it refers to, and for
 * earlier ones that refer to the stream it writes, whatever became of them: what a later item opens is not there for an earlier one.
 * All others run at once, so that the store can commit them together. Nothing is broken off half-way: `record` turns a refusal into
 * an outcome. Results stand in the order of the items.
 */
export async function inOrder<T extends Placed, R>(items: readonly T[], record: (item: T) => Promise<R>): Promise<R[]> {
  const lastWriter = new Map<string, Promise<unknown>>();
  const readersSince = new Map<string, Promise<unknown>[]>();
  const gate = new Gate(IN_FLIGHT_MAX);
  const outcomes = items.map((item) => {
    const writers = [item.stream, ...item.references].flatMap((stream) => lastWriter.get(stream) ?? []);
    const earlier = [...writers, ...(readersSince.get(item.stream) ?? [])];
    const outcome = Promise.allSettled(earlier).then(() => gate.run(() => record(item)));
    lastWriter.set(item.stream, outcome);
    readersSince.delete(item.stream);
    for (const stream of item.references) {
      const readers = readersSince.get(stream);
      if (readers) readers.push(outcome);
      else readersSince.set(stream, [outcome]);
    }
    return outcome;
  });
  const settled = await Promise.allSettled(outcomes);
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** Lets at most `open` calls run at once; the others wait in order. Who waits here holds nothing that another waits for. */
class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly open: number) {}

  async run<R>(call: () => Promise<R>): Promise<R> {
    if (this.running === this.open) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await call();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
