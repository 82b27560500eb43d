import { isDay, nearest } from '#kernel';
import type { DataSetDescription, DataSetQuery } from '#read-models';
import { isReplayId, Parameters } from './parameters.js';

/** How much of an answer one page holds. */
export interface PageSize {
  readonly max: number;
  readonly otherwise: number;
}
const ROWS: PageSize = { max: 10_000, otherwise: 1_000 };
const VALUES_PER_FILTER_MAX = 200;
const KPI_VERSION_MAX = 10_000;

/** Parameters of every data set; beside them each dimension of the data set is a filter. */
export const DATA_SET_PARAMETERS = [
  'from',
  'to',
  'group',
  'known_at',
  'recorded_at',
  'effective_at',
  'basis',
  'kpi',
  'kpi_version',
  'factors',
  'compare_from',
  'compare_to',
  'limit',
  'cursor',
  'min_position',
  'replay',
  'flavor',
] as const;

export interface DataSetRequest {
  readonly query: DataSetQuery;
  /** Position that the projection must have passed before it answers. */
  readonly minPosition?: bigint;
  /** Replay whose tables are read instead of the live ones. */
  readonly replayId?: string;
  readonly cursor?: string;
  readonly flavor?: 'excel';
  /** The question without the place in its answer: what a cursor is bound to. */
  readonly question: string;
}

/**
 * Reads the parameters of a question to a data set against its description.
 * @throws Failure `query.invalid` with every fault, what is allowed, and the nearest names.
 */
export function readDataSetRequest(
  description: DataSetDescription,
  raw: unknown,
  size: PageSize = ROWS,
): DataSetRequest {
  const dimensions = Object.keys(description.dimensions);
  const parameters = new Parameters(raw, [...DATA_SET_PARAMETERS, ...dimensions]);
  const days = readDays(parameters);
  const query: DataSetQuery = {
    ...days,
    group: readGroup(parameters, description),
    filters: readFilters(parameters, description.dimensions),
    kpis: readList(parameters, 'kpi', description.kpis),
    limit: parameters.integer('limit', { min: 1, ...size }),
    ...readBasis(parameters),
    ...readKpiVersion(parameters),
    ...readFactors(parameters, description),
  };
  const minPosition = parameters.position('min_position');
  const replayId = parameters.checked('replay', 'the number of a replay', isReplayId);
  if (replayId !== undefined && minPosition !== undefined)
    parameters.refuse('parameter.invalid', 'min_position', 'nothing beside replay: it stands where it stands');
  const cursor = parameters.text('cursor');
  const flavor = parameters.oneOf('flavor', ['excel']);
  parameters.check();
  const { limit: _, ...asked } = query;
  return {
    query,
    question: `${description.name}?${JSON.stringify({ ...asked, replayId })}`,
    ...(minPosition !== undefined && { minPosition }),
    ...(replayId !== undefined && { replayId }),
    ...(cursor !== undefined && { cursor }),
    ...(flavor !== undefined && { flavor }),
  };
}

function readDays(parameters: Parameters) {
  const day = (name: string) => parameters.checked(name, 'a day YYYY-MM-DD', isDay);
  const [from, to] = [day('from'), day('to')];
  const [compareFrom, compareTo] = [day('compare_from'), day('compare_to')];
  const [knownAt, recordedAt, effectiveAt] = [day('known_at'), day('recorded_at'), day('effective_at')];
  if (from !== undefined && to !== undefined && from > to)
    parameters.refuse('parameter.invalid', 'to', `${from} or later`, to);
  if (compareFrom === undefined && compareTo !== undefined) parameters.refuse('parameter.missing', 'compare_from');
  if (compareTo === undefined && compareFrom !== undefined) parameters.refuse('parameter.missing', 'compare_to');
  if (compareFrom !== undefined && compareTo !== undefined && compareFrom > compareTo) {
    parameters.refuse('parameter.invalid', 'compare_to', `${compareFrom} or later`, compareTo);
  }
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(knownAt !== undefined && { knownAt }),
    ...(recordedAt !== undefined && { recordedAt }),
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(compareFrom !== undefined && compareTo !== undefined && { compareFrom, compareTo }),
  };
}

function readGroup(parameters: Parameters, { grains, dimensions }: DataSetDescription): readonly string[] {
  return readList(parameters, 'group', [...grains, ...Object.keys(dimensions)]);
}

/** Names out of a list, each once. */
function readList(parameters: Parameters, name: string, allowed: readonly string[]): readonly string[] {
  const values = [...new Set(parameters.list(name))];
  for (const value of values) {
    if (!allowed.includes(value)) parameters.refuse('parameter.invalid', name, suggestion(value, allowed), value);
  }
  return values;
}

/** Filters by dimension: values repeated or comma-separated, checked against the closed list where there is one. */
export function readFilters(
  parameters: Parameters,
  dimensions: DataSetDescription['dimensions'],
): Readonly<Record<string, readonly string[]>> {
  const filters: Record<string, readonly string[]> = {};
  for (const [name, { values: allowed, integers }] of Object.entries(dimensions)) {
    if (!parameters.has(name)) continue;
    const values = [...new Set(parameters.list(name))];
    if (values.length > VALUES_PER_FILTER_MAX)
      parameters.refuse('parameter.invalid', name, `at most ${VALUES_PER_FILTER_MAX} values`);
    for (const value of values) {
      if (allowed !== undefined && !allowed.includes(value)) {
        parameters.refuse('parameter.invalid', name, suggestion(value, allowed), value);
      }
      if (integers !== undefined && !isWholeWithin(value, integers)) {
        parameters.refuse('parameter.invalid', name, `a whole number from ${integers.min} to ${integers.max}`, value);
      }
    }
    if (values.length > 0) filters[name] = values;
  }
  return filters;
}

/** Written as numbers are, so that two spellings of one number are not two values. */
function isWholeWithin(value: string, { min, max }: { readonly min: number; readonly max: number }): boolean {
  return /^(0|[1-9][0-9]{0,8})$/.test(value) && Number(value) >= min && Number(value) <= max;
}

function readBasis(parameters: Parameters) {
  const basis = parameters.oneOf('basis', ['event', 'receipt']);
  return basis === undefined ? {} : { basis };
}

function readKpiVersion(parameters: Parameters) {
  if (!parameters.has('kpi_version')) return {};
  return { kpiVersion: parameters.integer('kpi_version', { min: 1, max: KPI_VERSION_MAX, otherwise: 1 }) };
}

const FACTORS_MAX = 20;

/** Which there are stands in the registers, so that the data set itself refuses what is not there. */
function readFactors(parameters: Parameters, { isConverted }: DataSetDescription) {
  const factors = [...new Set(parameters.list('factors'))];
  if (factors.length === 0) return {};
  if (!isConverted) parameters.refuse('parameter.invalid', 'factors', 'nothing: no figure of it is converted');
  if (factors.length > FACTORS_MAX) parameters.refuse('parameter.invalid', 'factors', `at most ${FACTORS_MAX} names`);
  return { factors };
}

/** The nearest names first; where nothing is near, all that is allowed. */
function suggestion(value: string, allowed: readonly string[]): string {
  const near = nearest(value, allowed);
  return (
    (near.length > 0 ? [...near, ...allowed.filter((name) => !near.includes(name))] : allowed).join(', ') || 'none'
  );
}
