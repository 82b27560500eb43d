import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '#kernel';
import { type DataSet, type DataSetAnswer, dataSets, type ReplayReader, type SnapshotPlace } from '#read-models';
import { callerOf } from '../access/access-hook.js';
import { clientOf, mayReadEvent } from '../access/caller.js';
import { columnsOf, csvOf } from '../files/dataset-csv.js';
import { CSVW_TYPE, csvwOf } from '../files/dataset-csvw.js';
import type { FileLimits } from '../limits.js';
import { AddressBase } from '../linked-data/address-base.js';
import { LinkedDataSets } from '../linked-data/linked-data-sets.js';
import { acceptedFormat } from '../linked-data/media.js';
import { countsOf, inBands, isBanded } from '../releases/bands.js';
import { readPublicRequest } from '../releases/public-table.js';
import { Releases, type Terms } from '../releases/releases.js';
import { CURSORS, FILES, TODAY } from '../tokens.js';
import { contributingEventRow, contributingEventText, EVENT_COLUMNS } from './contributing-events.js';
import type { Cursors } from './cursor.js';
import { AskContributions, AskDataSet } from './dataset.query.js';
import { columnNames, dataSetOf, entityTag, isCsvAsked, metaOf, sendCsv, splitName, tailOf } from './dataset-answer.js';
import { type DataSetRequest, type PageSize, readDataSetRequest } from './dataset-request.js';
import { Freshness } from './freshness.js';
import { Parameters } from './parameters.js';

const JSON_TYPE = 'application/json; charset=utf-8';
/** The two lists that a data set answers with; a cursor of one is none of the other. */
const ROWS: { readonly part: string; readonly size?: PageSize } = { part: '' };
const EVENTS: typeof ROWS = { part: '/events', size: { max: 1_000, otherwise: 100 } };

/** A question to a data set, the terms under which it is answered, and the form of the answer. */
interface Asked {
  readonly dataSet: DataSet;
  readonly terms: Terms | undefined;
  readonly format: 'json' | 'csv' | 'csvw';
  readonly request: DataSetRequest;
}

/** Uniform data sets: every one takes the same questions, and the same address with a suffix is the file. */
@Controller('v1/datasets')
export class DataSetsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly freshness: Freshness,
    private readonly releases: Releases,
    private readonly linkedDataSets: LinkedDataSets,
    private readonly base: AddressBase,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(FILES) private readonly limits: FileLimits,
    @Inject(TODAY) private readonly today: () => string,
  ) {}

  /** By `Accept` also as linked data by DCAT 3. */
  @Get()
  async list(
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    reply.header('vary', 'accept');
    const format = acceptedFormat(request.headers.accept);
    if (format !== undefined) return this.linkedDataSets.graph(format, { raw, request, reply });
    new Parameters(raw, []).check();
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
    const asked = await this.asked(name, raw, request);
    const { dataSet, terms, format } = asked;
    const known = request.headers['if-none-match'];
    const tagOf = (place: SnapshotPlace) => entityTag(dataSet, place, asked.request.replayId);
    const isTagged = !dataSet.isCombined && terms === undefined && format !== 'csvw';
    const isKnown = (place: SnapshotPlace) =>
      isTagged && (known?.split(',').some((tag) => tag.trim() === tagOf(place)) ?? false);
    const isWhole = format !== 'json' || isTable(terms);
    const { place, answer: whole } = await this.queries.execute(
      new AskDataSet(dataSet, asked.request.query, isWhole, isKnown, replayReader(asked.request, request)),
    );
    const answer = whole && asReleased(whole, asked);
    reply.header('cache-control', 'private, no-cache').header('vary', 'accept, authorization');
    if (isTagged) reply.header('etag', tagOf(place));
    if (answer === undefined) reply.code(304).send();
    else if (format === 'csv') await this.sendFile(reply, asked, answer);
    else if (format === 'csvw') reply.type(CSVW_TYPE).send(this.describedFile(request, asked, place, answer));
    else reply.type(JSON_TYPE).send(this.page(asked, place, answer));
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
    const isCsv = request.routeOptions.url?.endsWith('.csv') || isCsvAsked(request.headers.accept);
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

  /** @throws Failure `auth.missing` where a reader without a token asks for what was not released. */
  private async asked(named: string, raw: unknown, http: FastifyRequest): Promise<Asked> {
    const { name, suffix } = splitName(named);
    const terms = await this.releases.termsFor(http, name);
    const dataSet = dataSetOf(name);
    const format = suffix ?? (isCsvAsked(http.headers.accept) ? 'csv' : 'json');
    if (!isTable(terms)) return { dataSet, terms, format, request: await this.read(dataSet, raw, format !== 'json') };
    const request = readPublicRequest(dataSet.description, raw, this.today());
    await this.freshness.checkHistory(dataSet.description, request.query);
    return { dataSet, terms, format, request };
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

  private async sendFile(reply: FastifyReply, asked: Asked, { rows }: DataSetAnswer): Promise<void> {
    const { dataSet, request } = asked;
    const file = await csvOf(describedTo(asked), columnNames(dataSet, request), rows, {
      ...request,
      limits: this.limits,
    });
    // Model for Tabular Data on the Web, section 5.2: where a reader of the file finds what its columns are.
    const described = `<${dataSet.description.name}.csv-metadata.json${questionOf(reply.request)}>`;
    reply.header('link', `${described}; rel="describedby"; type="${CSVW_TYPE}"`);
    sendCsv(reply, `${dataSet.description.name}.csv`, file);
  }

  private describedFile(http: FastifyRequest, asked: Asked, place: SnapshotPlace, { rows }: DataSetAnswer): object {
    const { dataSet, request, terms } = asked;
    const names = columnNames(dataSet, request);
    const { dataSet: addressOf } = this.base.addressesFor(http);
    return csvwOf(describedTo(asked), {
      url: `${addressOf(dataSet.description.name)}.csv${questionOf(http)}`,
      ...{ columns: columnsOf(describedTo(asked), names, rows), rows, keys: names.groups, licence: terms?.licence },
      meta: metaOf(dataSet, request, place),
    });
  }

  private page({ dataSet, request, terms }: Asked, place: SnapshotPlace, answer: DataSetAnswer): object {
    const next = answer.next === undefined ? null : this.cursors.make(request.question, answer.next as Json);
    return {
      rows: answer.rows,
      next,
      meta: { ...metaOf(dataSet, request, place), ...(terms !== undefined && { release: terms }), ...tailOf(answer) },
    };
  }
}

/** Read as the one table of whole months, because the release has a threshold (ADR 0023). */
const isTable = (terms: Terms | undefined): terms is Terms => terms !== undefined && isBanded(terms.threshold);

/** What of an answer its reader may see. */
const asReleased = (answer: DataSetAnswer, { dataSet, terms }: Asked): DataSetAnswer =>
  isTable(terms)
    ? { rows: inBands(answer.rows, dataSet.description, terms.threshold), coverage: null, kpiVersions: {} }
    : answer;

const describedTo = ({ dataSet: { description }, terms }: Asked) =>
  isTable(terms) ? countsOf(description) : description;

const questionOf = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '');

const replayReader = ({ replayId }: DataSetRequest, request: FastifyRequest): ReplayReader | undefined =>
  replayId === undefined ? undefined : { id: replayId, client: clientOf(callerOf(request)) };
