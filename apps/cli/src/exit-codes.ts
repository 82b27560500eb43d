/** Exit codes of the public contract. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  verificationFailed: 3,
  signInNeeded: 4,
  partlyDone: 5,
  undecided: 6,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the program with a sentence on stderr and an exit code; never a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
  ) {
    super(message);
  }
}
