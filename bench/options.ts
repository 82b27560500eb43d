import { parseArgs } from 'node:util';

export const SUITES = ['append', 'intake', 'project'] as const;
export type Suite = (typeof SUITES)[number];

export interface Options {
  readonly suite: Suite;
  readonly rounds: number;
  /** Of one measurement, where it is bounded by time. */
  readonly seconds: number;
  /** Simulated events, where it is bounded by work. */
  readonly events: number;
  /** File for the JSON instead of stdout. */
  readonly json?: string;
}

export const USAGE = `npm run bench -- append | intake | project [--rounds 3] [--seconds 3] [--events 40000] [--json FILE]`;
const ROUNDS_MAX = 99;
const SECONDS_MAX = 600;
/** Fewer are the registers alone. */
const EVENTS_MIN = 2_000;
const EVENTS_MAX = 1_000_000;

export class UsageError extends Error {}

/** @throws UsageError, a sentence that says what was expected. */
export const readOptions = (parameters: readonly string[]): Options => {
  const { values, positionals } = parsed(parameters);
  const [suite] = positionals;
  if (positionals.length !== 1 || !SUITES.includes(suite as Suite)) {
    throw new UsageError(`"${positionals.join(' ')}" is not one of ${SUITES.join(', ')}`);
  }
  const { json } = values;
  return {
    suite: suite as Suite,
    rounds: wholeNumber('rounds', values.rounds ?? '3', 1, ROUNDS_MAX),
    seconds: wholeNumber('seconds', values.seconds ?? '3', 1, SECONDS_MAX),
    events: wholeNumber('events', values.events ?? '40000', EVENTS_MIN, EVENTS_MAX),
    ...(json !== undefined && { json }),
  };
};

const parsed = (parameters: readonly string[]) => {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: { rounds: text, seconds: text, events: text, json: text },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const wholeNumber = (name: string, text: string, min: number, max: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} is a whole number, ${min} to ${max}; not "${text}"`);
};
