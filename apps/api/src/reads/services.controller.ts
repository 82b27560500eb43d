import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDay, isId, type Json } from '#kernel';
import { dataSets } from '#read-models';
import { LinkedCatalogue, unknownService } from '../linked-data/linked-catalogue.js';
import { acceptedFormat, suffixed } from '../linked-data/media.js';
import { CURSORS } from '../tokens.js';
import type { Cursors } from './cursor.js';
import { readFilters } from './dataset-request.js';
import { AS_OF, Parameters, readAsOf } from './parameters.js';
import { ReadService, ReadServiceHistory, SearchServices } from './services.query.js';

const SERVICES_PER_PAGE = 20;
const SERVICES_PER_PAGE_MAX = 200;
const QUERY_CHARACTERS_MAX = 200;
const SPANS_PER_PAGE = 200;
const SPANS_PER_PAGE_MAX = 1_000;

/** The catalogue of services, open to everybody: one search for Arabic and English alike. */
@Controller('v1/services')
export class ServicesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly linked: LinkedCatalogue,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get()
  async search(
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    reply.header('vary', 'accept');
    const format = acceptedFormat(request.headers.accept);
    if (format !== undefined) return this.linked.catalogue(format, { raw, request, reply });
    const dimensions = dataSets.get('catalogue')?.description.dimensions ?? {};
    const parameters = new Parameters(raw, ['q', ...Object.keys(dimensions), ...AS_OF, 'limit', 'cursor']);
    const q = parameters.checked(
      'q',
      `at most ${QUERY_CHARACTERS_MAX} characters`,
      (text) => text.length <= QUERY_CHARACTERS_MAX,
    );
    const asked = {
      ...(q !== undefined && { q }),
      filters: readFilters(parameters, dimensions),
      ...readAsOf(parameters),
    };
    const limit = parameters.integer('limit', { min: 1, max: SERVICES_PER_PAGE_MAX, otherwise: SERVICES_PER_PAGE });
    const cursor = parameters.text('cursor');
    parameters.check();
    const question = `services?${JSON.stringify(asked)}`;
    const after = cursor === undefined ? {} : { after: this.cursors.read(question, cursor) as readonly string[] };
    const { next, asOfPosition, effectiveAt, knownAt, ...found } = await this.queries.execute(
      new SearchServices({ ...asked, ...after, limit }),
    );
    return {
      ...found,
      next: next === undefined ? null : this.cursors.make(question, next as Json),
      meta: { asOfPosition, effectiveAt, knownAt, projection: 'catalogue' },
    };
  }

  @Get(':id')
  async service(
    @Param('id') asked: string,
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    reply.header('vary', 'accept');
    const { name: id, format = acceptedFormat(request.headers.accept) } = suffixed(asked);
    if (format !== undefined) return this.linked.service(id, format, { raw, request, reply });
    const parameters = new Parameters(raw, AS_OF);
    const asOf = readAsOf(parameters);
    parameters.check();
    const found = isId(id) ? await this.queries.execute(new ReadService(id, asOf)) : undefined;
    if (found === undefined) throw unknownService(id);
    return { ...found, history: `/v1/services/${id}/history` };
  }

  /** Every attribute of an entry and every tie to others, with the days for which it holds and the event that made it so. */
  @Get(':id/history')
  async history(@Param('id') id: string, @Query() raw: unknown): Promise<object> {
    const parameters = new Parameters(raw, ['known_at', 'limit', 'cursor']);
    const knownAt = parameters.checked('known_at', 'a day YYYY-MM-DD', isDay);
    const limit = parameters.integer('limit', { min: 1, max: SPANS_PER_PAGE_MAX, otherwise: SPANS_PER_PAGE });
    const cursor = parameters.text('cursor');
    parameters.check();
    if (!isId(id)) throw unknownService(id);
    const asked = knownAt === undefined ? {} : { knownAt };
    const question = `services/${id}/history?${JSON.stringify(asked)}`;
    const after = cursor === undefined ? {} : { after: this.cursors.read(question, cursor) as readonly string[] };
    const found = await this.queries.execute(new ReadServiceHistory(id, { ...asked, ...after, limit }));
    if (found === undefined) throw unknownService(id);
    const { spans, next, knownAt: known, asOfPosition } = found;
    return {
      spans,
      next: next === undefined ? null : this.cursors.make(question, next as Json),
      meta: { asOfPosition, knownAt: known, projection: 'catalogue' },
    };
  }
}
