import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { composeOf, SECRETS, settingsOf } from './containers.js';
import { ROOT } from './repository.js';

/** Why docker/kurrentdb/certificates.sh cannot be run here. */
export const certificatesMissing: string | undefined = ['bash', 'openssl'].every(
  (program) => spawnSync(program, ['version']).error === undefined,
)
  ? undefined
  : 'left out: bash or openssl is not installed here';

/** Root loses every right that the container does not have; others have none of them anyway. */
const confined = (): readonly string[] => {
  if (process.getuid?.() !== 0 || spawnSync('setpriv', ['--version']).error !== undefined) return [];
  const { certificates } = composeOf(settingsOf('docker/settings/cluster.env', SECRETS)).services;
  const rights = (certificates?.cap_add ?? []).map((right) => `+${right.toLowerCase()}`);
  return ['setpriv', `--bounding-set=${['-all', ...rights].join()}`, '--inh-caps=-all', '--no-new-privs'];
};

/** Runs it as the container `certificates` does: `authority/ca.key`, `trust/ca.crt`, `nodes/NAME/node.{crt,key}` in `directory`. */
export const makeClusterCertificates = (directory: string, names: readonly string[]): void => {
  const folders = ['authority', 'trust', 'nodes'].map((name) => join(directory, name));
  const script = join(ROOT, 'docker/kurrentdb/certificates.sh');
  const [program, ...parameters] = [...confined(), 'bash', script, ...folders, ...names] as [string, ...string[]];
  execFileSync(program, parameters, { stdio: 'pipe' });
};
