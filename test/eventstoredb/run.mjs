// npm run test:eventstoredb [-- --url esdb://… …] [--transcript FILE] [--events N]: the contract, the whole system and the transcript on
// real servers, or without a URL on the stand-in. Servers must be ones for tests: streams are written, deleted and tombstoned. A journal
// begins where nobody has written, so each suite of the whole system wants a server of its own: --url is given up to three times, for the
// demo, moving, and importing. What has none is tested on the stand-in, and that is said.
// With --events the demo and moving alone: so many events told to a ledger on each store, moved from one to the other and back.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { url: { type: 'string', multiple: true }, transcript: { type: 'string' }, events: { type: 'string' } },
});
if (values.events !== undefined && !/^[1-9]\d{0,6}$/.test(values.events)) {
  process.stderr.write('--events is a number from 1 to 9999999\n');
  process.exit(2);
}
/** Where each suite of the whole system looks for its server. The contract and the transcript take the first: they follow nobody's journal. */
const SERVERS = { TEST_ESDB_URL: 'the demo', TEST_ESDB_MOVING_URL: 'moving', TEST_ESDB_IMPORT_URL: 'importing' };
const { url: urls = [] } = values;
if (urls.length > Object.keys(SERVERS).length || new Set(urls).size < urls.length) {
  process.stderr.write('--url is given three times at most, each a server of its own\n');
  process.exit(2);
}
const servers = {};
for (const [nth, [variable, suite]] of Object.entries(SERVERS).entries()) {
  if (urls[nth]) servers[variable] = urls[nth].replace(/^kurrentdb(\+discover)?:/, 'esdb$1:');
  else if (urls.length > 0) process.stderr.write(`No --url is left for ${suite}: it is tested on the stand-in.\n`);
}
const environment = {
  ...servers,
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
        String.raw`test/eventstoredb/whole-system\.e2e\.spec\.ts$`,
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
