import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decimalText, type Json, nearest, type Ratio } from '#kernel';
import { type DataSet, type DataSetAnswer, dataSets, type ReplayReader, type SnapshotPlace } from '#read-models';
import { callerOf } from '../access/access-hook.js';
import { clientOf, mayReadEvent } from '../access/caller.js';
import type { FileLimits } from '../limits.js';
import { refuse } from '../problems/failures.js';
import { Releases, type Terms } from '../releases/releases.js';
import { suppress } from '../releases/suppression.js';
import { CURSORS, FILES } from '../tokens.js';
import { contributingEventRow, contributingEventText, EVENT_COLUMNS } from './contributing-events.js';
import type { Cursors } from './cursor.js';
import { AskContributions, AskDataSet } from './dataset.query.js';
import { csvOf } from './dataset-csv.js';
import { type DataSetRequest, type PageSize, readDataSetRequest } from './dataset-request.js';
import { Freshness } from './freshness.js';
import { Parameters } from './parameters.js';

const SUFFIX = /\.(?:csv|json)$/;
const JSON_TYPE = 'application/json; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';
/** The two lists that a data set answers with; a cursor of one is none of the other. */
const ROWS: { readonly part: string; readonly size?: PageSize } = { part: '' };
const EVENTS: typeof ROWS = { part: '/events', size: { max: 1_000, otherwise: 100 } };

/** Uniform data sets: every one takes the same questions, and the same address with a suffix is the file. */
@Controller('v1/datasets')
export class DataSetsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly freshness: Freshness,
    private readonly releases: Releases,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(FILES) private readonly limits: FileLimits,
  ) {}

  @Get()
  list(@Query() query: unknown): object {
    new Parameters(query, []).check();
    return {
      datasets: [...dataSets.values()].map(({ description }) => ({
        ...description,
        href: `/v1/datasets/${description.name}`,
      })),
    };
  }

  @Get(':name')
  async rows(
    @Param('name') name: string,
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const terms = await this.releases.termsFor(request, name.replace(SUFFIX, ''));
    const { dataSet, isCsv } = chosen(name, request.headers.accept);
    const asked = await this.read(dataSet, raw, isCsv);
    const known = request.headers['if-none-match'];
    const tagOf = (place: SnapshotPlace) => entityTag(dataSet, place, asked.replayId);
    const isTagged = !dataSet.isCombined && terms === undefined;
    const isKnown = (place: SnapshotPlace) =>
      isTagged && (known?.split(',').some((tag) => tag.trim() === tagOf(place)) ?? false);
    const { place, answer: whole } = await this.queries.execute(
      new AskDataSet(dataSet, asked.query, isCsv, isKnown, replayReader(asked, request)),
    );
    const answer = terms && whole ? asReleased(whole, dataSet, terms) : whole;
    reply.header('cache-control', 'private, no-cache').header('vary', 'accept, authorization');
    if (isTagged) reply.header('etag', tagOf(place));
    if (answer === undefined) reply.code(304).send();
    else if (isCsv) sendCsv(reply, `${name.replace(/\.csv$/, '')}.csv`, await this.file(dataSet, asked, answer));
    else reply.type(JSON_TYPE).send(this.page(dataSet, asked, place, { ...answer, terms }));
  }

  /** The events behind a number: the same question, answered with what was added up. */
  @Get([':name/events', ':name/events.csv'])
  async events(
    @Param('name') name: string,
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const dataSet = dataSetOf(name);
    const isCsv = request.routeOptions.url?.endsWith('.csv') || prefersCsv(request.headers.accept);
    const asked = await this.read(dataSet, raw, isCsv, EVENTS);
    const caller = callerOf(request);
    const isShown = (source: string) => mayReadEvent(caller, source);
    const { place, answer } = await this.queries.execute(
      new AskContributions(dataSet, asked.query, isCsv, isShown, replayReader(asked, request)),
    );
    const events = answer?.events ?? [];
    reply.header('cache-control', 'private, no-cache').header('vary', 'accept, authorization');
    if (isCsv) {
      const { description } = dataSet;
      const columns = { groups: EVENT_COLUMNS, kpis: [] };
      const file = await csvOf(description, columns, events.map(contributingEventRow), {
        ...asked,
        limits: this.limits,
      });
      sendCsv(reply, `${description.name}-events.csv`, file);
      return;
    }
    const next = answer?.next === undefined ? null : this.cursors.make(`${asked.question}${EVENTS.part}`, answer.next);
    const tail = JSON.stringify({ next, meta: metaOf(dataSet, asked, place) });
    reply.type(JSON_TYPE).send(`{"events":[${events.map(contributingEventText).join(',')}],${tail.slice(1)}`);
  }

  /** Reads the question, its place in the answer, and whether there is an answer yet. A file is whole, so it has no place. */
  private async read(dataSet: DataSet, raw: unknown, isWhole: boolean, { part, size } = ROWS): Promise<DataSetRequest> {
    const asked = readDataSetRequest(dataSet.description, raw, size);
    await this.freshness.checkHistory(dataSet.description, asked.query);
    if (asked.minPosition !== undefined) await this.freshness.waitFor(dataSet.projection, asked.minPosition);
    if (asked.cursor === undefined || isWhole) return asked;
    const after = this.cursors.read(`${asked.question}${part}`, asked.cursor) as readonly (string | null)[];
    return { ...asked, query: { ...asked.query, after } };
  }

  private file(
    { description }: DataSet,
    { query, ...asked }: DataSetRequest,
    { rows }: DataSetAnswer,
  ): Promise<Buffer> {
    const groups = [...new Set([...query.group, ...(description.alwaysBy ?? [])])];
    return csvOf(description, { groups, kpis: query.kpis }, rows, { ...asked, limits: this.limits });
  }

  private page(dataSet: DataSet, asked: DataSetRequest, place: SnapshotPlace, answer: Shown): object {
    const next = answer.next === undefined ? null : this.cursors.make(asked.question, answer.next as Json);
    const { kpiVersions, kpiBreaks, factors, positions, coverage } = answer;
    return {
      rows: answer.rows,
      next,
      meta: {
        ...metaOf(dataSet, asked, place),
        ...(answer.terms !== undefined && { release: answer.terms }),
        kpiVersion: kpiVersions,
        ...(kpiBreaks !== undefined && { kpiBreaks }),
        ...(factors !== undefined && { factors }),
        ...(positions !== undefined && { positions }),
        coverage: coverage === null ? null : ratioOf(coverage),
      },
    };
  }
}

/** An answer with the terms of the release under which it is read; undefined for a reader with a role. */
type Shown = DataSetAnswer & { readonly terms: Terms | undefined };

/** What of an answer the public may see. */
const asReleased = (answer: DataSetAnswer, { description }: DataSet, { threshold }: Terms): DataSetAnswer => ({
  ...answer,
  rows: suppress(answer.rows, description, threshold),
});

const replayReader = ({ replayId }: DataSetRequest, request: FastifyRequest): ReplayReader | undefined =>
  replayId === undefined ? undefined : { id: replayId, client: clientOf(callerOf(request)) };

function dataSetOf(name: string): DataSet {
  const found = dataSets.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, dataSets.keys()).join(', ');
  throw refuse('dataset.unknown', { params: { name: name.slice(0, 80), nearest: near || '-' } });
}

/** The suffix decides, then the `Accept` header; JSON unless CSV is asked for. */
function chosen(name: string, accept: string | undefined): { readonly dataSet: DataSet; readonly isCsv: boolean } {
  const suffix = SUFFIX.exec(name)?.[0];
  const dataSet = dataSetOf(suffix === undefined ? name : name.slice(0, -suffix.length));
  return { dataSet, isCsv: suffix === '.csv' || (suffix === undefined && prefersCsv(accept)) };
}

const prefersCsv = (accept = ''): boolean => /^\s*text\/csv\b/i.test(accept);

const entityTag = ({ projection }: DataSet, { position }: SnapshotPlace, replayId?: string): string =>
  `"${projection}-${position ?? 'empty'}${replayId === undefined ? '' : `-replay-${replayId}`}"`;

/** What an answer stands for. Members of the transparency log come with it. */
function metaOf(
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

const ratioOf = (ratio: Ratio) => ({ num: String(ratio.num), den: String(ratio.den), value: decimalText(ratio) });

function sendCsv(reply: FastifyReply, name: string, file: Buffer): void {
  reply
    .type(CSV_TYPE)
    .header('content-length', file.length)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('repr-digest', `sha-256=:${createHash('sha256').update(file).digest('base64')}:`)
    .send(file);
}
