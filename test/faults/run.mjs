// npm run test:faults [-- ROW] [--rounds N]: hurts whole stacks, long, but never longer than half an hour. One line a row, and a verdict.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const MINUTES_MAX = 30;
/** A row is begun only if it is likely to be over by then. */
const MINUTES_OF_ROWS = 28;
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '200' } },
  allowPositionals: true,
});
if (!/^[1-9]\d{0,3}$/.test(values.rounds)) {
  process.stderr.write('--rounds is a number from 1 to 9999\n');
  process.exit(2);
}
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
      SIJILL_FAULT_END_MS: String(started + MINUTES_OF_ROWS * 60_000),
    },
    timeout: MINUTES_MAX * 60_000,
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
