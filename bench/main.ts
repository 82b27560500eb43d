import { writeFileSync } from 'node:fs';
import { closeOnSignals, UndoList } from '#kernel';
import { benchAppend } from './append/append.js';
import { benchEventStoreDb } from './eventstoredb/eventstoredb.js';
import { verdictLines, verdictsOf } from './harness/targets.js';
import { benchIntake } from './intake.js';
import { type Options, readOptions, type Suite, USAGE, UsageError } from './options.js';
import { benchProject } from './project.js';
import { benchQuery } from './query/query.js';
import { benchRead } from './read/read.js';
import { benchRebuild } from './rebuild/rebuild.js';
import { jsonOf, noFindings, surroundingLines, tableLines } from './report.js';
import { type BenchServer, startServer } from './server.js';
import { benchSize } from './size/size.js';
import { benchSoak } from './soak/soak.js';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const suites: Readonly<Record<Suite, typeof benchAppend>> = {
  append: benchAppend,
  intake: benchIntake,
  project: benchProject,
  read: benchRead,
  rebuild: benchRebuild,
  query: benchQuery,
  size: benchSize,
  soak: benchSoak,
  eventstoredb: benchEventStoreDb,
};

/** For people; stdout is for the JSON. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const undo = new UndoList();
closeOnSignals(
  undo,
  {
    on: (signal, handler) => process.on(signal, handler),
    after: (milliseconds, then) => setTimeout(then, milliseconds).unref(),
    exit: (code) => process.exit(code),
    report: say,
  },
  () => EXIT.interrupted,
);

async function run(options: Options): Promise<number> {
  const server: BenchServer = await startServer(undo, say, options.keep);
  for (const line of surroundingLines(server)) say(line);
  const findings = noFindings();
  await suites[options.suite](server, options, findings, say);
  for (const line of tableLines(findings)) say(line);
  const verdicts = verdictsOf(options.suite, findings);
  for (const line of verdictLines(verdicts)) say(line);
  const json = jsonOf(options, server, findings, verdicts);
  if (options.json === undefined) process.stdout.write(`${json}\n`);
  else writeFileSync(options.json, `${json}\n`);
  return findings.checks.every(({ isHeld }) => isHeld) ? EXIT.done : EXIT.failed;
}

let code: number;
try {
  code = await run(readOptions(process.argv.slice(2)));
} catch (error) {
  if (undo.isClosing) {
    await undo.close();
    process.exit(EXIT.interrupted); // after a signal every call fails, because the server goes
  }
  say(
    error instanceof UsageError ? `${error.message}\n${USAGE}` : String(error instanceof Error ? error.stack : error),
  );
  code = error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
const errors = await undo.close(say);
process.exitCode = errors.length > 0 ? EXIT.failed : code;
