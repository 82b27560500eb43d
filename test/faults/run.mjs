// npm run test:faults [-- ROW] [--rounds N]: hurts whole stacks, long, but never longer than half an hour. One line a row, and a verdict.
// npm run test:faults -- eventstoredb-hour --minutes 60: a row that is run by its name alone, as long as it is asked to.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, minutes: { type: 'string', default: '0' } },
  allowPositionals: true,
});
if (!/^[1-9]\d{0,3}$/.test(values.rounds)) {
  process.stderr.write('--rounds is a number from 1 to 9999\n');
  process.exit(2);
}
if (!/^\d{1,3}$/.test(values.minutes)) {
  process.stderr.write('--minutes is a number from 1 to 999\n');
  process.exit(2);
}
/** A row is begun only if it is likely to be over by the end of those of rows. What was recorded for long takes long to check. */
const minutesOfRows = Math.max(28, Math.ceil(1.25 * Number(values.minutes)) + 8);
const minutesMax = minutesOfRows + 2;
const directory = mkdtempSync(join(tmpdir(), 'sijill-faults-'));
const report = join(directory, 'report.ndjson');
writeFileSync(report, '');
const started = Date.now();
const pattern = positionals.length > 0 ? ['-t', `^.*(${positionals.join('|')})`] : [];
const { status, error } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'jest.faults.config.mjs', '--forceExit', ...pattern],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      SIJILL_FAULT_ROUNDS: values.rounds,
      SIJILL_FAULT_REPORT: report,
      SIJILL_FAULT_MINUTES: values.minutes,
      SIJILL_FAULT_END_MS: String(started + minutesOfRows * 60_000),
    },
    timeout: minutesMax * 60_000,
    killSignal: 'SIGKILL',
  },
);
const rows = readFileSync(report, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
rmSync(directory, { recursive: true });
const namesOf = (outcome) => rows.filter((row) => row.outcome === outcome).map(({ row }) => row);
const [held, skipped, failed] = ['held', 'SKIP', 'FAILED'].map(namesOf);
const seconds = Math.round((Date.now() - started) / 1000);
const verdict = error ? `broken off after ${seconds} s` : status === 0 ? 'everything held' : 'SOMETHING DID NOT HOLD';
process.stdout.write(`${held.length} rows held in ${seconds} s: ${verdict}\n`);
if (skipped.length > 0) process.stdout.write(`skipped: ${skipped.join(', ')}\n`);
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`);
process.exitCode = status ?? 1;
