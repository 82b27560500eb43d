import { parseArgs } from 'node:util';

/** Suites and what each means by `--events`, where it is not a simulated year of 40,000. */
export const SUITES = {
  append: {},
  intake: {},
  project: { events: 200_000 },
  read: { events: 200_000 },
  rebuild: { events: 100_000 },
  query: { events: 200_000 },
  size: { events: 5_000_000 },
  soak: {},
  eventstoredb: {},
} as const satisfies Readonly<Record<string, { readonly events?: number }>>;
export type Suite = keyof typeof SUITES;

export interface Options {
  readonly suite: Suite;
  readonly rounds: number;
  /** Of one measurement, where it is bounded by time. */
  readonly seconds: number;
  /** Events, where it is bounded by work. */
  readonly events: number;
  /** Of a soak. */
  readonly minutes: number;
  /** File for the JSON instead of stdout. */
  readonly json?: string;
  /** Folder of a ledger that stays and is gone on with, instead of a temporary one. */
  readonly keep?: string;
}

const NUMBERS = {
  rounds: { min: 1, max: 99, otherwise: 3, quick: 1 },
  seconds: { min: 1, max: 600, otherwise: 3, quick: 1 },
  /** Fewer are the registers alone. */
  events: { min: 2_000, max: 50_000_000, otherwise: 40_000, quick: 20_000 },
  minutes: { min: 1, max: 24 * 60, otherwise: 20, quick: 1 },
} as const;

export const USAGE = `npm run bench -- ${Object.keys(SUITES).join(' | ')}
  --rounds ${NUMBERS.rounds.otherwise} --seconds ${NUMBERS.seconds.otherwise} --events N --minutes ${NUMBERS.minutes.otherwise}
  --quick  one short round of everything, to see that it works; the figures mean little
  --json FILE  the result, rounds and all, to a file instead of stdout
  --keep DIR  (size, query, rebuild) a ledger that stays, and is gone on with when it was interrupted`;

export class UsageError extends Error {}

/** @throws UsageError, a sentence that says what was expected. */
export const readOptions = (parameters: readonly string[]): Options => {
  const { values, positionals } = parsed(parameters);
  const [suite = ''] = positionals;
  if (positionals.length !== 1 || !isSuite(suite)) {
    throw new UsageError(`"${positionals.join(' ')}" is not one of ${Object.keys(SUITES).join(', ')}`);
  }
  const { json, keep, quick: isQuick = false } = values;
  const { events }: { readonly events?: number } = SUITES[suite];
  const number = (name: keyof typeof NUMBERS, otherwise: number = NUMBERS[name].otherwise): number =>
    wholeNumber(name, values[name] ?? String(isQuick ? NUMBERS[name].quick : otherwise));
  return {
    suite,
    rounds: number('rounds'),
    seconds: number('seconds'),
    events: number('events', events),
    minutes: number('minutes'),
    ...(json !== undefined && { json }),
    ...(keep !== undefined && { keep }),
  };
};

const isSuite = (name: string): name is Suite => Object.hasOwn(SUITES, name);

const parsed = (parameters: readonly string[]) => {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        rounds: text,
        seconds: text,
        events: text,
        minutes: text,
        json: text,
        keep: text,
        quick: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const wholeNumber = (name: keyof typeof NUMBERS, text: string): number => {
  const { min, max } = NUMBERS[name];
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} is a whole number, ${min} to ${max}; not "${text}"`);
};
