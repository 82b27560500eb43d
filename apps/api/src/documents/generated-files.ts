import { dataClasses, personalMembers, schemaOf, streams } from '#ledger';
import type { DataSetDescription } from '#read-models';
import { dataSets } from '#read-models';
import { accessTable } from '../access/access-table.js';
import { STATUS } from '../problems/problem.js';
import { openApiDocument } from './openapi.js';
import { failureCatalogue, problemCodes } from './problem-pages.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

/**
 * The contract as files: name below docs/generated → text. They are committed, and a test compares them with what the code says, so
 * that every change of the contract is seen as a difference.
 */
export const generatedFiles = (): Readonly<Record<string, string>> => ({
  'openapi.json': json(openApiDocument()),
  'event-schemas.json': json(
    Object.fromEntries(
      Object.keys(dataClasses)
        .sort()
        .map((type) => [type, schemaOf(type)]),
    ),
  ),
  'events.md': eventsPage(),
  'problems.md': problemsPage(),
  'datasets.md': dataSetsPage(),
  'access.md': accessPage(),
});

const eventsPage = (): string => {
  const rows = streams.flatMap((stream) =>
    Object.entries(stream.events).map(([type, dataClass]) => [
      `\`${stream.category}\``,
      `\`${type}\``,
      stream.stewardOnly.includes(type) ? 'steward' : 'integrator, steward',
      personalMembers(dataClass)
        .map((member) => `\`${member}\``)
        .join(', '),
    ]),
  );
  return `# Events\n\nShapes are in [event-schemas.json](event-schemas.json).\n\n${tableOf(['stream', 'type', 'posted by', 'personal members'], rows)}\n`;
};

const problemsPage = (): string => {
  const rows = problemCodes().flatMap((code) => {
    const rule = failureCatalogue[code as `${string}.${string}`];
    return rule ? [[`\`${code}\``, String(STATUS[rule.kind]), rule.isRetryable ? 'yes' : 'no', rule.en, rule.ar]] : [];
  });
  return `# Problems\n\nEvery code an answer can carry.\n\n${tableOf(['code', 'status', 'retry', 'English', 'العربية'], rows)}\n`;
};

const dataSetsPage = (): string =>
  `# Data sets\n\n${[...dataSets.values()].map(({ description }) => dataSetPart(description)).join('\n\n')}\n`;

const dataSetPart = ({
  name,
  title,
  grain,
  dimensions,
  measures,
  grains,
  publicBy = [],
  alwaysBy,
  kpis,
  knownAtBasis,
}: DataSetDescription): string =>
  [
    `## ${name}`,
    `${title.en} · ${title.ar}. One row per ${grain.en}. Knowledge day: ${knownAtBasis}.`,
    `Periods: ${grains.join(', ') || 'none'}. Always by: ${alwaysBy?.join(', ') || 'nothing'}. KPIs: ${kpis.join(', ') || 'none'}.`,
    `Released with a threshold: by ${[...(grains.includes('month') ? ['month'] : []), ...publicBy, ...(alwaysBy ?? [])].join(', ') || 'nothing'}.`,
    tableOf(
      ['dimension', 'English', 'العربية', 'values'],
      Object.entries(dimensions).map(([id, dimension]) => [
        `\`${id}\``,
        dimension.title.en,
        dimension.title.ar,
        dimension.values?.join(', ') ??
          (dimension.integers ? `${dimension.integers.min} to ${dimension.integers.max}` : ''),
      ]),
    ),
    tableOf(
      ['measure', 'English', 'العربية', 'unit'],
      Object.entries(measures).map(([id, measure]) => [`\`${id}\``, measure.title.en, measure.title.ar, measure.unit]),
    ),
  ].join('\n\n');

const accessPage = (): string => {
  const rows = Object.entries(accessTable).map(([route, { roles, ownership }]) => [
    `\`${route}\``,
    roles === 'public' ? 'public' : roles.join(', '),
    ownership ?? '',
  ]);
  return `# Who may call what\n\n${tableOf(['route', 'roles', 'ownership'], rows)}\n`;
};
