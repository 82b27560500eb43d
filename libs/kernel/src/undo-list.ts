import { Failure } from './failure.js';

/** What a process needs from its host to end in order. Given by the entry file, so that this stays free of the environment. */
export interface SignalHost {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', handler: () => void): void;
  after(milliseconds: number, then: () => void): void;
  exit(code: number): void;
  report(line: string): void;
}

/** An ordered shutdown that takes longer is given up. */
const SHUTDOWN_MILLISECONDS_MAX = 15_000;
/** The second signal is ignored, because people press twice; the third kills. */
const SIGNALS_TO_KILL = 3;

interface Step {
  readonly name: string;
  undo(): Promise<void> | void;
}

/**
 * How to undo what was started, in reverse order, once. Each start step pushes its undo before it begins, so that a signal in the
 * middle of starting leaves nothing behind. A failing step does not keep the others from being undone.
 */
export class UndoList {
  private readonly steps: Step[] = [];
  private running: Promise<readonly unknown[]> | undefined;

  get isClosing(): boolean {
    return this.running !== undefined;
  }

  push(name: string, undo: Step['undo']): void {
    this.steps.push({ name, undo });
  }

  /** Undoes everything. Calling it again waits for the same run. @returns the errors of the steps that failed. */
  close(report: (line: string) => void = () => {}): Promise<readonly unknown[]> {
    this.running ??= this.run(report);
    return this.running;
  }

  private async run(report: (line: string) => void): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        errors.push(error);
        report(`stopping ${step.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return errors;
  }
}

/** Closes `undo` on the first signal and exits with `code`; 1 when a step failed or the guard time ran out. */
export const closeOnSignals = (undo: UndoList, host: SignalHost, code: (signal: string) => number = () => 0): void => {
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    host.on(signal, () => {
      signals += 1;
      if (signals >= SIGNALS_TO_KILL) host.exit(1);
      if (signals > 1) return;
      host.after(SHUTDOWN_MILLISECONDS_MAX, () => {
        host.report('could not stop in time');
        host.exit(1);
      });
      void undo.close(host.report).then((errors) => host.exit(errors.length > 0 ? 1 : code(signal)));
    });
  }
};

const RETRY_MILLISECONDS_FIRST = 250;
const RETRY_MILLISECONDS_MAX = 5_000;

/**
 * Starts a part whose surroundings may not be there yet, or restart at this moment: waits and tries again while the failure says that
 * this may help, until `undo` closes. @returns undefined when it was closed before. @throws whatever else `start` throws.
 */
export const startWhenReachable = async <T>(
  undo: UndoList,
  start: () => Promise<T>,
  host: { pause(milliseconds: number): Promise<unknown>; report(line: string): void },
): Promise<T | undefined> => {
  for (let wait = RETRY_MILLISECONDS_FIRST; !undo.isClosing; wait = Math.min(2 * wait, RETRY_MILLISECONDS_MAX)) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof Failure && error.kind === 'unavailable' && error.isRetryable)) throw error;
      const { cause } = error;
      host.report(`waiting for the database${cause instanceof Error ? ` (${cause.message})` : ''}`);
      await host.pause(wait);
    }
  }
  return undefined;
};
