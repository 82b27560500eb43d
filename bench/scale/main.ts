import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measuredFigures } from './figures.js';
import { ASSUMED, pageOf, withTables } from './page.js';

const USAGE = `npm run simulate:scale -- [--per-head N] [--questions N] [--core-hour N] [--gigabyte-month N] [--write]
  --per-head                transactions a head and year, ${ASSUMED.perHead} if not given
  --questions               questions to data sets a second for a million people, ${ASSUMED.questionsPerMillion}
  --core-hour, --gigabyte-month   prices in your money, ${ASSUMED.coreHour} and ${ASSUMED.gigabyteMonth}
  --write                   puts the tables of the assumptions as they are into docs/SCALE.md`;

const number = (name: string, text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (!(value > 0 && value < 1e9)) throw new Error(`--${name} is "${text}": a number above 0`);
  return value;
};

try {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      'per-head': text,
      questions: text,
      'core-hour': text,
      'gigabyte-month': text,
      write: { type: 'boolean', default: false },
    },
  });
  const root = resolve(import.meta.dirname, '../../..');
  const tables = pageOf(measuredFigures(root), {
    perHead: number('per-head', values['per-head'], ASSUMED.perHead),
    questionsPerMillion: number('questions', values.questions, ASSUMED.questionsPerMillion),
    coreHour: number('core-hour', values['core-hour'], ASSUMED.coreHour),
    gigabyteMonth: number('gigabyte-month', values['gigabyte-month'], ASSUMED.gigabyteMonth),
  });
  process.stdout.write(`${tables}\n`);
  if (values.write) {
    const path = join(root, 'docs/SCALE.md');
    writeFileSync(path, withTables(readFileSync(path, 'utf8'), tables));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
