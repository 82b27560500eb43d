import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { ImportState } from '../apps/cli/src/intake/import-state.js';
import type { HttpFault } from './support/faulty-http.js';
import { Importing, rejectedLines, stateOf } from './support/importing.js';

const KILLS = 3;

let importing: Importing;
beforeAll(async () => {
  importing = await Importing.open();
});
afterEach(() => importing.mend());
afterAll(() => importing?.close());

describe('An import', () => {
  test('that is cut off, refused for a while and killed again and again records each event once, in its order', async () => {
    const arbitrary = fc.record({
      faults: fc.infiniteStream(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant<HttpFault>('none') },
          { weight: 2, arbitrary: fc.constantFrom<HttpFault>('unavailable', 'tooMany', 'badGateway', 'lost') },
        ),
      ),
      kills: fc.array(fc.integer({ min: 600, max: 2_000 }), { minLength: KILLS, maxLength: KILLS }),
      cuts: fc.infiniteStream(fc.integer({ min: 500, max: 2_500 })),
    });
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ faults, kills, cuts }) => {
        nth += 1;
        const file = importing.fileOf(`storm${nth}`, { hasRegisters: true });
        importing.fault = () => faults.next().value;
        let isOver = false;
        const cutting = (async () => {
          while (!isOver) {
            await pause(cuts.next().value);
            if (Math.trunc(cuts.next().value) % 2 === 0) importing.proxy.cut();
            else importing.proxy.loseNextAnswer();
          }
        })();
        try {
          for (const [at, milliseconds] of kills.entries()) {
            const run = importing.start(file.file, at > 0 ? ['--resume'] : []);
            await pause(milliseconds);
            await run.end('SIGKILL');
            if (!existsSync(stateOf(file.file))) break;
          }
          const isBegun = existsSync(stateOf(file.file));
          const { code, output } = await importing.run(file.file, isBegun ? ['--resume'] : []);
          expect([code, output]).toEqual([5, expect.stringContaining('"isComplete":true')]);
        } finally {
          isOver = true;
          await cutting;
        }
        expect(await importing.faultsOf(file)).toEqual([]);
        expect(rejectedLines(file.file)).toEqual(file.broken);
        expect(existsSync(stateOf(file.file))).toBe(false);
      }),
      { numRuns: 1, seed: 20_261_122, endOnFailure: true },
    );
  });

  test('whose watermark ran ahead of the answers would lose events, and that is found out', async () => {
    const file = importing.fileOf('ahead');
    await importing.killedHalfway(file.file);
    const path = stateOf(file.file);
    const { identity, mark } = JSON.parse(readFileSync(path, 'utf8'));
    await new ImportState(file.file).save(identity, { ...mark, record: file.lines - 100 });
    const rejects = `${file.file}.rejects.ndjson`;
    const kept = existsSync(rejects) ? readFileSync(rejects, 'utf8').split('\n').slice(0, mark.counts.rejected) : [];
    writeFileSync(rejects, kept.map((line) => `${line}\n`).join(''));
    expect((await importing.run(file.file, ['--resume'])).output).toContain('"isComplete":true');
    expect(await importing.faultsOf(file)).toEqual([expect.stringMatching(/^\d+ events are not there$/)]);
    expect((await importing.run(file.file)).code).toBe(5);
    expect(await importing.faultsOf(file)).toEqual([]);
  });

  test('that finds no ledger ends after its patience with exit code 1, and can be resumed', async () => {
    const file = importing.fileOf('patient', { events: 1_000 });
    importing.fault = () => 'unavailable';
    const { code, output } = await importing.run(file.file, ['--patience', '3']);
    expect([code, output]).toEqual([1, expect.stringContaining('--resume')]);
    expect(output).toMatch(/waiting \d s: the server answered 503/);
    importing.mend();
    expect((await importing.run(file.file, ['--resume'])).code).toBe(5);
    expect(await importing.faultsOf(file)).toEqual([]);
  });
});
