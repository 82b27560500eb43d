import { readModels } from '#read-models';
import { type Findings, summaryIn } from '../report.js';
import { RISE_MIB_PER_HOUR_MAX } from '../soak/judgement.js';
import type { Summary } from '../statistics.js';

/** What a target looks at. `…OfLimit`: the case's median over that of the case that bounds it. */
type Measure =
  | { readonly case: string; readonly of: keyof Summary | 'p99OfLimit' | 'walOfLimit' | 'storageOfLimit' }
  | { readonly figure: string };

/** A promise of speed. Not a check: a suite that misses it has still measured right. */
export type Target = {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
} & Measure &
  ({ readonly atLeast: number } | { readonly below: number });

export interface Verdict {
  readonly name: string;
  /** For people, such as `at least 0.8x`. */
  readonly wanted: string;
  /** Undefined: this run did not measure it. */
  readonly value: number | undefined;
  readonly isReached: boolean;
}

const ratio = (suite: string, name: string, atLeast: number): Target => ({
  suite,
  name: `${name}, of the limit`,
  case: name,
  of: 'ratio',
  atLeast,
  unit: 'x',
});
const below = (suite: string, figure: string, limit: number, unit: string): Target => ({
  suite,
  name: figure,
  figure,
  below: limit,
  unit,
});
const ofLimit = (name: string, of: 'p99OfLimit' | 'walOfLimit' | 'storageOfLimit', limit: number): Target => ({
  suite: 'append',
  name: `${name}, ${{ p99OfLimit: 'p99', walOfLimit: 'WAL', storageOfLimit: 'storage' }[of]} of the limit's`,
  case: name,
  of,
  below: limit,
  unit: 'x',
});

/** Every target, by suite. Ratios are to the limit measured in the same rounds on the same server. */
export const TARGETS: readonly Target[] = [
  ratio('append', '1 caller, journal', 0.8),
  ratio('append', '16 callers, journal', 2.2),
  ratio('append', '64 callers, journal', 3.5),
  ratio('append', '512 callers, journal', 6),
  ofLimit('16 callers, journal', 'p99OfLimit', 1),
  ofLimit('64 callers, journal', 'p99OfLimit', 1),
  ratio('append', '500 appends at once, journal', 0.75),
  ofLimit('16 callers, journal', 'walOfLimit', 1.1),
  ofLimit('16 callers, journal', 'storageOfLimit', 1.1),
  ratio('eventstoredb', '64 callers, adapter', 0.8),
  ratio('eventstoredb', 'catching up, adapter', 0.8),
  ratio('intake', 'HTTP, rules, journal', 0.5),
  ratio('intake', 'single events, HTTP, rules, journal', 0.5),
  ratio('read', 'readAll, parsed', 0.9),
  ratio('read', 'readAll, bodies unparsed', 1.8),
  ratio('read', '16 callers, streams of 10 coalesced', 2.5),
  below('read', 'events missed by a subscription', 1, ''),
  below('read', 'events repeated by a subscription', 1, ''),
  below('read', 'events out of order in a subscription', 1, ''),
  below('read', 'events altered in a subscription', 1, ''),
  {
    suite: 'project',
    name: 'all data sets',
    case: `all ${readModels.length} models`,
    of: 'eventsPerSecond',
    atLeast: 30_000,
    unit: '/s',
  },
  ratio('project', 'simple counter', 0.4),
  below('project', 'freshness p99 at 2,000 events/s', 300, 'ms'),
  below('query', 'slowest p99 of a question', 150, 'ms'),
  below('soak', 'memory of the api, upper bound of its slope', RISE_MIB_PER_HOUR_MAX, 'MiB/h'),
  below('soak', 'memory of the worker, upper bound of its slope', RISE_MIB_PER_HOUR_MAX, 'MiB/h'),
];

/** What became of each target of one suite. */
export const verdictsOf = (suite: string, findings: Findings, targets = TARGETS): readonly Verdict[] =>
  targets.filter((target) => target.suite === suite).map((target) => verdictOf(target, findings));

const verdictOf = (target: Target, findings: Findings): Verdict => {
  const value = 'figure' in target ? figureOf(findings, target.figure) : measured(findings, target.case, target.of);
  const isAtLeast = 'atLeast' in target;
  const bound = isAtLeast ? target.atLeast : target.below;
  return {
    name: target.name,
    wanted: `${isAtLeast ? 'at least' : 'below'} ${bound.toLocaleString('en')}${target.unit}`,
    value,
    isReached: value !== undefined && (isAtLeast ? value >= bound : value < bound),
  };
};

const figureOf = ({ figures }: Findings, name: string): number | undefined =>
  figures.find((figure) => figure.name === name)?.value;

const LIKENED = {
  p99OfLimit: 'p99Ms',
  walOfLimit: 'walBytesPerEvent',
  storageOfLimit: 'storageBytesPerEvent',
} as const satisfies Readonly<Record<string, keyof Summary>>;

const measured = (findings: Findings, name: string, of: keyof Summary | keyof typeof LIKENED): number | undefined => {
  const ours = findings.cases.find((one) => one.name === name);
  if (ours === undefined || ours.rounds.length === 0) return undefined;
  const summary = summaryIn(findings, ours);
  if (!(of in LIKENED)) return summary[of as keyof Summary] ?? undefined;
  const member = LIKENED[of as keyof typeof LIKENED];
  const limit = findings.cases.find((one) => one.name === ours.limit);
  const [is, bound] = [summary[member], limit && summaryIn(findings, limit)[member]];
  return is === null || bound === undefined || bound === null ? undefined : is / bound;
};

/** A line a target: `reached`, `MISSED`, or that it was not measured. */
export const verdictLines = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts.map(({ name, wanted, value, isReached }) => {
    const found = value === undefined ? 'not measured' : value.toLocaleString('en', { maximumFractionDigits: 2 });
    return `target: ${isReached ? 'reached' : value === undefined ? '-' : 'MISSED'}  ${name}: ${found}, wanted ${wanted}`;
  });
