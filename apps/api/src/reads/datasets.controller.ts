import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decimalText, type Json, nearest, type Ratio } from '#kernel';
import {
  type DataSet,
  type DataSetAnswer,
  type DataSetDescription,
  type DataSetQuery,
  dataSets,
  type SnapshotPlace,
} from '#read-models';
import { refuse } from '../problems/failures.js';
import { CURSORS } from '../tokens.js';
import type { Cursors } from './cursor.js';
import { AskContributions, AskDataSet } from './dataset.query.js';
import { csvOf } from './dataset-csv.js';
import { type DataSetRequest, readDataSetRequest } from './dataset-request.js';
import { Freshness } from './freshness.js';
import { Parameters } from './parameters.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Uniform data sets: every one takes the same questions, and the same address with a suffix is the file. */
@Controller('v1/datasets')
export class DataSetsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly freshness: Freshness,
    @Inject(CURSORS) private readonly cursors: Cursors,
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
    const { dataSet, isCsv } = chosen(name, request.headers.accept);
    const asked = await this.read(dataSet, raw, isCsv);
    const known = request.headers['if-none-match'];
    const isKnown = (place: SnapshotPlace) =>
      known?.split(',').some((tag) => tag.trim() === tagOf(dataSet, place)) ?? false;
    const { place, answer } = await this.queries.execute(new AskDataSet(dataSet, asked.query, isCsv, isKnown));
    reply.header('etag', tagOf(dataSet, place)).header('cache-control', 'private, no-cache').header('vary', 'accept');
    if (answer === undefined) reply.code(304).send();
    else if (isCsv) sendCsv(reply, dataSet.description, asked, answer);
    else reply.type(JSON_TYPE).send(this.page(dataSet, asked, place, answer));
  }

  /** The events behind a number: the same question, answered with what was added up. */
  @Get(':name/events')
  async events(@Param('name') name: string, @Query() raw: unknown, @Res() reply: FastifyReply): Promise<void> {
    const dataSet = dataSetOf(name);
    const asked = await this.read(dataSet, raw, false, '/events');
    const { place, answer } = await this.queries.execute(new AskContributions(dataSet, asked.query));
    const next = answer?.next === undefined ? null : this.cursors.make(`${asked.question}/events`, answer.next);
    const meta = metaOf(dataSet, asked.query, place);
    reply.type(JSON_TYPE).send({ events: answer?.events ?? [], next, meta });
  }

  /** Reads the question, its place in the answer, and whether there is an answer yet. A file is whole, so it has no place. */
  private async read(dataSet: DataSet, raw: unknown, isWhole: boolean, part = ''): Promise<DataSetRequest> {
    const asked = readDataSetRequest(dataSet.description, raw);
    await this.freshness.checkHistory(dataSet.description, asked.query);
    if (asked.minPosition !== undefined) await this.freshness.waitFor(dataSet.projection, asked.minPosition);
    if (asked.cursor === undefined || isWhole) return asked;
    const after = this.cursors.read(`${asked.question}${part}`, asked.cursor) as readonly (string | null)[];
    return { ...asked, query: { ...asked.query, after } };
  }

  private page(
    dataSet: DataSet,
    { query, question }: DataSetRequest,
    place: SnapshotPlace,
    answer: DataSetAnswer,
  ): object {
    const next = answer.next === undefined ? null : this.cursors.make(question, answer.next as Json);
    const { kpiVersions, coverage } = answer;
    return {
      rows: answer.rows,
      next,
      meta: {
        ...metaOf(dataSet, query, place),
        kpiVersion: kpiVersions,
        coverage: coverage === null ? null : ratioOf(coverage),
      },
    };
  }
}

function dataSetOf(name: string): DataSet {
  const found = dataSets.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, dataSets.keys()).join(', ');
  throw refuse('dataset.unknown', { params: { name: name.slice(0, 80), nearest: near || '-' } });
}

/** The suffix decides, then the `Accept` header; JSON unless CSV is asked for. */
function chosen(name: string, accept: string | undefined): { readonly dataSet: DataSet; readonly isCsv: boolean } {
  const suffix = /\.(?:csv|json)$/.exec(name)?.[0];
  const dataSet = dataSetOf(suffix === undefined ? name : name.slice(0, -suffix.length));
  return { dataSet, isCsv: suffix === '.csv' || (suffix === undefined && /^\s*text\/csv\b/i.test(accept ?? '')) };
}

const tagOf = ({ projection }: DataSet, { position }: SnapshotPlace): string =>
  `"${projection}-${position ?? 'empty'}"`;

/** What an answer stands for. Members of the transparency log come with it. */
function metaOf({ description, projection }: DataSet, query: DataSetQuery, place: SnapshotPlace): object {
  return {
    dataset: description.name,
    asOfPosition: place.position,
    knownAt: query.knownAt ?? null,
    knownAtBasis: description.knownAtBasis,
    ...(query.recordedAt !== undefined && { recordedAt: query.recordedAt }),
    ...(query.effectiveAt !== undefined && { effectiveAt: query.effectiveAt }),
    projection,
    projectionVersion: place.version,
  };
}

const ratioOf = (ratio: Ratio) => ({ num: String(ratio.num), den: String(ratio.den), value: decimalText(ratio) });

function sendCsv(
  reply: FastifyReply,
  description: DataSetDescription,
  asked: DataSetRequest,
  { rows }: DataSetAnswer,
): void {
  const { group, kpis } = asked.query;
  const groups = [...new Set([...group, ...(description.alwaysBy ?? [])])];
  const file = csvOf(description, { groups, kpis }, rows, asked.flavor);
  reply
    .type(CSV_TYPE)
    .header('content-length', file.length)
    .header('content-disposition', `attachment; filename="${description.name}.csv"`)
    .header('repr-digest', `sha-256=:${createHash('sha256').update(file).digest('base64')}:`)
    .send(file);
}
