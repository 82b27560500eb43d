import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './repository.js';

/** Why docker/kurrentdb/certificates.sh cannot be run here. */
export const certificatesMissing: string | undefined = ['bash', 'openssl'].every(
  (program) => spawnSync(program, ['version']).error === undefined,
)
  ? undefined
  : 'left out: bash or openssl is not installed here';

/** Runs it as the container `certificates` does: `authority/ca.key`, `trust/ca.crt`, `nodes/NAME/node.{crt,key}` in `directory`. */
export const makeClusterCertificates = (directory: string, names: readonly string[]): void => {
  const folders = ['authority', 'trust', 'nodes'].map((name) => join(directory, name));
  execFileSync('bash', [join(ROOT, 'docker/kurrentdb/certificates.sh'), ...folders, ...names], { stdio: 'pipe' });
};
