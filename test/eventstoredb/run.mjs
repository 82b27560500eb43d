// npm run test:eventstoredb [-- --url esdb://…] [--transcript FILE]: the contract, the whole system and the transcript on a real
// server, or without a URL on the stand-in. The server must be one for tests: streams are written, deleted and tombstoned.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { url: { type: 'string' }, transcript: { type: 'string' } } });
const environment = {
  ...(values.url ? { TEST_ESDB_URL: values.url.replace(/^kurrentdb(\+discover)?:/, 'esdb$1:') } : {}),
  ...(values.transcript ? { TEST_ESDB_TRANSCRIPT: resolve(values.transcript) } : {}),
};
// The whole system comes first: it begins with a journal that nobody has written to, so an own server, or an empty one.
const suites = [
  String.raw`/either-store\.e2e\.spec\.ts$`,
  String.raw`/eventstoredb/(contract|transcripts)\.e2e\.spec\.ts$`,
];
for (const suite of suites) {
  const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', suite], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  process.exitCode ||= status ?? 1;
}
