// npm run test:faults [-- ROW] [--rounds N]: hurts whole stacks, long, but never longer than half an hour; then says what happened.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const MINUTES_MAX = 30;
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
const { status, signal } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'jest.faults.config.mjs', '--verbose', ...pattern],
  {
    stdio: 'inherit',
    env: { ...process.env, SIJILL_FAULT_ROUNDS: values.rounds, SIJILL_FAULT_REPORT: report },
    timeout: MINUTES_MAX * 60_000,
  },
);
const rows = readFileSync(report, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
rmSync(directory, { recursive: true });
const skipped = rows.filter(({ row }) => row.startsWith('SKIP'));
for (const { row, figures } of rows) {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`  ${row}: ${text.join(', ')}\n`);
}
const seconds = Math.round((Date.now() - started) / 1000);
const verdict = signal
  ? `broken off after ${MINUTES_MAX} minutes`
  : status === 0
    ? 'everything held'
    : 'SOMETHING DID NOT HOLD';
process.stdout.write(`${rows.length - skipped.length} rows, ${skipped.length} skipped, ${seconds} s: ${verdict}\n`);
process.exitCode = status ?? 1;
