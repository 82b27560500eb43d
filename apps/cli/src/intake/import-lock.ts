import { realpathSync } from 'node:fs';
import { Failure } from '#kernel';
import { CliError } from '../exit-codes.js';

const SUFFIX = '.sijill-import.lock';

/**
 * Keeps a second import of the same file away, by whatever path: two of them would write one state and one file of refused lines. Nothing
 * that kill -9 leaves behind stands in the way. It is about the processes of one machine.
 *
 * @returns what ends the lock
 * @throws CliError when another process has it
 */
export const lockImport = async (file: string): Promise<() => Promise<void>> => {
  const lock = `${realpathOf(file)}${SUFFIX}`;
  const { takeLock } = await import('#embedded-postgres');
  try {
    return await takeLock(lock, { secondsMax: 0 });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'postgres.lockHeld') throw error;
    throw new CliError(
      `${file} is being imported by process ${error.params.pid}: let it end, or interrupt it and go on with --resume`,
    );
  }
};

const realpathOf = (file: string): string => {
  try {
    return realpathSync(file);
  } catch {
    throw new CliError(`no file ${file}`);
  }
};
