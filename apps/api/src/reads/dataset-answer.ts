import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { decimalText, nearest, type Ratio } from '#kernel';
import { type DataSet, type DataSetAnswer, dataSets, type SnapshotPlace } from '#read-models';
import type { ColumnNames } from '../files/dataset-csv.js';
import { negotiated } from '../negotiation.js';
import { refuse } from '../problems/failures.js';
import type { DataSetRequest } from './dataset-request.js';

const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Suffix of an address → form of the answer. It goes before the `Accept` header. */
const SUFFIXES = { '.csv-metadata.json': 'csvw', '.csv': 'csv', '.json': 'json' } as const;
type Suffix = keyof typeof SUFFIXES;

export const splitName = (named: string): { readonly name: string; readonly suffix?: (typeof SUFFIXES)[Suffix] } => {
  const suffix = (Object.keys(SUFFIXES) as Suffix[]).find((one) => named.endsWith(one));
  return suffix === undefined ? { name: named } : { name: named.slice(0, -suffix.length), suffix: SUFFIXES[suffix] };
};

const OFFERED = { json: 'application/json', csv: 'text/csv' } as const;
/** @throws Failure `media.notAcceptable` when neither JSON nor CSV is liked. */
export const isCsvAsked = (accept: string | undefined): boolean => negotiated(accept, OFFERED) === 'csv';

/** @throws Failure `dataset.unknown` with the nearest names. */
export function dataSetOf(name: string): DataSet {
  const found = dataSets.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, dataSets.keys()).join(', ');
  throw refuse('dataset.unknown', { params: { name: name.slice(0, 80), nearest: near || '-' } });
}

/** Groups and KPIs of the file: those asked, and those by which the data set always groups. */
export const columnNames = ({ description }: DataSet, { query }: DataSetRequest): ColumnNames => ({
  groups: [...new Set([...query.group, ...(description.alwaysBy ?? [])])],
  kpis: query.kpis,
});

export const entityTag = ({ projection }: DataSet, { position }: SnapshotPlace, replayId?: string): string =>
  `"${projection}-${position ?? 'empty'}${replayId === undefined ? '' : `-replay-${replayId}`}"`;

/** What an answer stands for. Members of the transparency log come with it. */
export function metaOf(
  { description, projection }: DataSet,
  { query, replayId }: DataSetRequest,
  place: SnapshotPlace,
): object {
  return {
    dataset: description.name,
    asOfPosition: place.position,
    knownAt: query.knownAt ?? null,
    knownAtBasis: description.knownAtBasis,
    ...(query.recordedAt !== undefined && { recordedAt: query.recordedAt }),
    ...(query.effectiveAt !== undefined && { effectiveAt: query.effectiveAt }),
    projection,
    projectionVersion: place.version,
    ...(replayId !== undefined && { replay: replayId }),
  };
}

/** Versions and coverage of an answer, behind what it stands for. */
export const tailOf = ({ kpiVersions, kpiBreaks, factors, positions, coverage }: DataSetAnswer): object => ({
  kpiVersion: kpiVersions,
  ...(kpiBreaks !== undefined && { kpiBreaks }),
  ...(factors !== undefined && { factors }),
  ...(positions !== undefined && { positions }),
  coverage: coverage === null ? null : ratioOf(coverage),
});

const ratioOf = (ratio: Ratio) => ({ num: String(ratio.num), den: String(ratio.den), value: decimalText(ratio) });

export function sendCsv(reply: FastifyReply, name: string, file: Buffer): void {
  reply
    .type(CSV_TYPE)
    .header('content-length', file.length)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('repr-digest', `sha-256=:${createHash('sha256').update(file).digest('base64')}:`)
    .send(file);
}
