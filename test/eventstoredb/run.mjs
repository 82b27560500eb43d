// npm run test:eventstoredb [-- --url esdb://…] [--transcript FILE] [--events N]: the contract, the whole system and the transcript on
// a real server, or without a URL on the stand-in. The server must be one for tests: streams are written, deleted and tombstoned.
// With --events the whole system alone: so many events told to a ledger on each store, moved from one to the other and back.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { url: { type: 'string' }, transcript: { type: 'string' }, events: { type: 'string' } },
});
if (values.events !== undefined && !/^[1-9]\d{0,6}$/.test(values.events)) {
  process.stderr.write('--events is a number from 1 to 9999999\n');
  process.exit(2);
}
const environment = {
  ...(values.url ? { TEST_ESDB_URL: values.url.replace(/^kurrentdb(\+discover)?:/, 'esdb$1:') } : {}),
  ...(values.transcript ? { TEST_ESDB_TRANSCRIPT: resolve(values.transcript) } : {}),
  ...(values.events ? { SIJILL_EITHER_STORE_EVENTS: values.events } : {}),
};
// The whole system comes first: it begins with a journal that nobody has written to, so an own server, or an empty one. One after the
// other: a transcript is of a server that nobody else writes to meanwhile.
const suites = [
  String.raw`/(either-store|moved-ledger)\.e2e\.spec\.ts$`,
  ...(values.events
    ? []
    : [
        String.raw`libs/event-store/src/eventstoredb/contract\.e2e\.spec\.ts$`,
        String.raw`test/eventstoredb/transcripts\.e2e\.spec\.ts$`,
      ]),
];
for (const suite of suites) {
  const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', suite], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  process.exitCode ||= status ?? 1;
}
