import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, TestProcess, until } from './support/processes.js';

describe('The demo', () => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sijill-demo-'));
    await chmod(directory, 0o755);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const demo = (...parameters: string[]) => {
    const started = new TestProcess('dist/apps/cli/src/main.js', { SIJILL_DATA_DIR: directory, PORT: '0' }, [
      'demo',
      ...parameters,
    ]);
    started.start();
    return started;
  };

  test('records a year, says what the data sets say, each total equal to the count of the simulation', async () => {
    const run = demo('--events', '4000', '--exit');
    expect([await run.done(), run.output]).toEqual([0, expect.stringContaining('every total equals the count')]);
    const programmes = [
      ...['transactions', 'procedures', 'paper', 'catalogue', 'campaign', 'savings', 'stamp', 'continuity', 'platform'],
      ...['customers', 'claims', 'sharing', 'published totals', 'data quality', 'registers'],
    ];
    for (const name of programmes) expect(run.output).toMatch(new RegExp(`^ +${name} +[0-9a-z]`, 'm'));
    expect(run.output).toContain('4,000 recorded through the api');
  });

  test('reuses what is there on a second run', async () => {
    const run = demo('--events', '4000', '--exit');
    expect([await run.done(), run.output]).toEqual([
      0,
      expect.stringContaining('0 recorded through the api, 4,000 there already'),
    ]);
  });

  test('refuses to mix two years in one ledger', async () => {
    const run = demo('--events', '4000', '--seed', 'other', '--exit');
    expect([await run.done(), run.output]).toEqual([2, expect.stringContaining('SIJILL_DATA_DIR')]);
  });

  test('keeps serving until a signal, and then leaves no process behind', async () => {
    const run = demo('--events', '4000');
    await until(
      () => run.output,
      () => run.output.includes('serving until Ctrl-C'),
      60,
    );
    const database = Number(/PostgreSQL/.test(run.output));
    expect(database).toBe(1);
    expect(await run.end('SIGTERM')).toBe(0);
    const again = demo('--events', '4000', '--exit');
    // Started, not adopted: the first run stopped its database.
    expect([await again.done(), again.output]).toEqual([0, expect.stringContaining('(embedded, started)')]);
  });

  test('goes on where it was killed', async () => {
    const other = mkdtempSync(join(tmpdir(), 'sijill-demo-'));
    await chmod(other, 0o755);
    const start = () => {
      const run = new TestProcess('dist/apps/cli/src/main.js', { SIJILL_DATA_DIR: other, PORT: String(port) }, [
        'demo',
        '--events',
        '4000',
        '--exit',
      ]);
      run.start();
      return run;
    };
    const port = await freePort();
    try {
      const killed = start();
      const recorded = async () =>
        Number(
          /^sijill_journal_head_position (\d+)$/m.exec(
            await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
          )?.[1],
        );
      await until(
        () => `some are recorded\n${killed.output}`,
        async () => (await recorded()) > 300,
        60,
      );
      await killed.end('SIGKILL');
      const run = start();
      expect([await run.done(), run.output]).toEqual([0, expect.stringContaining('every total equals the count')]);
      expect(run.output).toMatch(/[1-9][\d,]* there already/);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});
