import { appendFileSync } from 'node:fs';
import { postRegisters } from './load.js';
import { figuresOf } from './runner.js';
import { Stack, type StackOptions } from './stack.js';

/** Milliseconds since 1970 at which the run is over. */
const END_MS = Number(process.env.SIJILL_FAULT_END_MS ?? Number.POSITIVE_INFINITY);

/** What a row says of itself. */
type Told = Readonly<Record<string, unknown>>;
type Work<T extends unknown[]> = (...given: T) => Promise<Told>;

export interface RowLimits {
  /** That it may take; where the run has less left, it is skipped. Default 4. */
  readonly minutes?: number;
  /** Why it cannot be done here. */
  readonly missing?: string | undefined;
}

/** A line of its own for each row; gathered by `npm run test:faults` for its last words. */
const report = (outcome: 'held' | 'SKIP' | 'FAILED', row: string, told: Told): void => {
  const text = Object.entries(told).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${outcome} ${row}: ${text.join(', ')}\n`);
  const { SIJILL_FAULT_REPORT: file } = process.env;
  if (file) appendFileSync(file, `${JSON.stringify({ outcome, row })}\n`);
};

/**
 * One row of the list of faults: what is promised must hold afterwards.
 *
 * @param title its name, a colon, and the rule as a sentence
 */
export const row = (title: string, work: Work<[]>, { minutes = 4, missing }: RowLimits = {}): void => {
  const name = title.slice(0, title.indexOf(':'));
  const hurt = async (): Promise<void> => {
    const because = Date.now() + minutes * 60_000 > END_MS ? 'the run has no time left' : missing;
    if (because !== undefined) return report('SKIP', name, { because });
    try {
      report('held', name, await work());
    } catch (error) {
      report('FAILED', name, { because: String(error).split('\n', 1)[0] });
      throw error;
    }
  };
  // A busy machine may take its time: what ends a row that hangs is a wait in it, which says what for.
  test(title, hurt, 4 * minutes * 60_000);
};

/** Opens a stack for `work`. Folder, history and logs are kept where it fails. */
export const withStack = async <T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> => {
  const stack = await Stack.open(options);
  let hasFailed = true;
  try {
    const told = await work(stack);
    hasFailed = false;
    return told;
  } finally {
    await stack.close(hasFailed);
  }
};

/** Rows over one stack, which the first of them opens. Folder, history and logs are kept where one fails. */
export const rowsOver = (options: StackOptions = {}) => {
  let stack: Stack | undefined;
  let failures = 0;
  afterAll(() => stack?.close(failures > 0), 120_000);
  const opened = async (): Promise<Stack> => {
    stack = await Stack.open(options);
    await postRegisters(stack);
    return stack;
  };
  return (title: string, work: Work<[Stack]>, limits?: RowLimits): void =>
    row(
      title,
      async () => {
        failures++;
        const own = stack ?? (await opened());
        const told = { ...(await work(own)), ...figuresOf(own) };
        failures--;
        return told;
      },
      limits,
    );
};
