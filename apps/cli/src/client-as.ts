import { ApiClient, type Role, readToken } from './client.js';
import { type Environment, readEnvironment } from './environment.js';
import type { PatienceOptions } from './patience.js';

/** Takes away a progress line that stands on the terminal without an end; nothing elsewhere. */
export const clearedLine = (): string => (process.stderr.isTTY ? '\r\x1b[K' : '');

/** Says what is waited for: a command that is silent for half a minute looks as if it hung. */
export const sayWait = (reason: string, milliseconds: number): void => {
  process.stderr.write(`${clearedLine()}waiting ${Math.ceil(milliseconds / 1_000)} s: ${reason}\n`);
};

/** The api as one role sees it. Without a role: what is open to everybody. */
export const clientAs = (
  role: Role | undefined,
  environment: Environment = readEnvironment(),
  patience: PatienceOptions = { onWait: sayWait },
): ApiClient => new ApiClient(environment.url, role && readToken(environment, role), patience);
