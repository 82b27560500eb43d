import { arch, cpus, platform, totalmem } from 'node:os';
import type { Options } from './options.js';
import type { BenchServer } from './server.js';
import { type Measured, rateOf, type Summary, summaryOf } from './statistics.js';

/** One thing that was measured once a round. */
export interface Case {
  readonly name: string;
  /** Name of the case that bounds it; undefined: it is a limit itself. */
  readonly limit?: string;
  readonly rounds: Measured[];
}

/** Something that must hold whatever the speed. */
export interface Check {
  readonly name: string;
  readonly isHeld: boolean;
  readonly detail: string;
}

/** What a suite fills while it runs. */
export interface Findings {
  readonly cases: Case[];
  readonly checks: Check[];
  /** What a reader must know to read the figures: where things ran, what was left out. */
  readonly notes: string[];
  /** What is no case: a latency over all of it, bytes of a table, a slope. */
  readonly figures: Figure[];
  /** Lines to show as they are, such as a chart. */
  readonly drawings: string[];
  /** What is counted, where it is not events. */
  unit?: string;
}

/** One number of its own. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export const noFindings = (): Findings => ({ cases: [], checks: [], notes: [], figures: [], drawings: [] });

export const caseOf = (findings: Findings, name: string, limit?: string): Case => {
  const known = findings.cases.find((one) => one.name === name);
  if (known) return known;
  const fresh: Case = { name, ...(limit !== undefined && { limit }), rounds: [] };
  findings.cases.push(fresh);
  return fresh;
};

export const expectEqual = (findings: Findings, name: string, actual: unknown, expected: unknown): void => {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  findings.checks.push({ name, isHeld: is === wanted, detail: is === wanted ? wanted : `${is}, expected ${wanted}` });
};

export const summaryIn = ({ cases }: Findings, { limit, rounds }: Case): Summary =>
  summaryOf(rounds, limit === undefined ? undefined : cases.find(({ name }) => name === limit)?.rounds);

/** Everything, for programs. */
export const jsonOf = (
  options: Options,
  server: BenchServer,
  findings: Findings,
  verdicts: readonly object[],
): string =>
  JSON.stringify(
    {
      suite: options.suite,
      at: new Date().toISOString(),
      options,
      machine: machine(),
      server: { version: server.version, settings: server.settings, sync8KiBMs: server.syncMs },
      notes: findings.notes,
      cases: findings.cases.map((one) => ({ ...one, summary: summaryIn(findings, one) })),
      figures: findings.figures,
      checks: findings.checks,
      targets: verdicts,
    },
    undefined,
    2,
  );

const machine = () => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryBytes: totalmem(),
  platform: `${platform()} ${arch()}`,
  node: process.versions.node,
});

const HEAD = [
  'case',
  'events/s',
  'ratio',
  'CPU ratio',
  'p50 ms',
  'p99 ms',
  'client µs',
  'server µs',
  'WAL B',
  'disk B',
  'others',
];

/** For people. µs: CPU an event. CPU ratio: how many times cheaper than the limit. others: cores that the rest of the machine kept busy meanwhile. */
export const tableLines = (findings: Findings): readonly string[] => {
  const rows = findings.cases.map((one) => [one.name, ...cellsOf(summaryIn(findings, one))]);
  const head = HEAD.map((title) => title.replace('events', findings.unit ?? 'events'));
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ');
  const failed = findings.checks.filter(({ isHeld }) => !isHeld);
  return [
    ...(rows.length > 0 ? [line(head), ...rows.map(line)] : []),
    ...findings.figures.map(({ name, value, unit }) => `${name}: ${numberText(value)}${unit && ` ${unit}`}`),
    ...findings.drawings,
    ...findings.notes.map((note) => `note: ${note}`),
    `checks: ${findings.checks.length - failed.length} of ${findings.checks.length} hold`,
    ...failed.map(({ name, detail }) => `FAILED: ${name}: ${detail}`),
  ];
};

const numberText = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });

const cellsOf = (summary: Summary): readonly string[] => {
  const cell = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));
  return [
    Math.round(summary.eventsPerSecond).toLocaleString('en'),
    summary.ratio === null ? 'limit' : `${summary.ratio.toFixed(2)}x`,
    summary.cpuRatio === null ? '-' : `${summary.cpuRatio.toFixed(2)}x`,
    cell(summary.p50Ms, 2),
    cell(summary.p99Ms, 2),
    cell(summary.clientCpuMicrosPerEvent, 1),
    cell(summary.serverCpuMicrosPerEvent, 1),
    cell(summary.walBytesPerEvent, 0),
    cell(summary.storageBytesPerEvent, 0),
    cell(summary.othersCpuCores, 2),
  ];
};

/** Before the first figure: on what all of it was measured. */
export const surroundingLines = ({ folder, version, settings, syncMs }: BenchServer): readonly string[] => {
  const { cores, cpu, memoryBytes, node } = machine();
  return [
    `${cores} cores (${cpu}), ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, Node ${node}, PostgreSQL ${version}`,
    `data in ${folder}; 8 KiB on disk in ${syncMs.toFixed(2)} ms`,
    Object.entries(settings)
      .map(([name, setting]) => `${name}=${setting}`)
      .join(' '),
  ];
};

export const roundLine = (round: number, name: string, measured: Measured, unit = 'events'): string =>
  `round ${round}  ${name}: ${Math.round(rateOf(measured)).toLocaleString('en')} ${unit}/s`;
