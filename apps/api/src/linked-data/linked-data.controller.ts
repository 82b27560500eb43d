import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LinkedCatalogue } from './linked-catalogue.js';
import { LinkedDataSets } from './linked-data-sets.js';

/** Catalogue and data sets as files of linked data, under the suffix of each format. By `Accept` the plain addresses answer the same. */
@Controller('v1')
export class LinkedDataController {
  constructor(
    private readonly linked: LinkedCatalogue,
    private readonly linkedDataSets: LinkedDataSets,
  ) {}

  @Get('services.ttl')
  turtle(
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    return this.linked.catalogue('ttl', { raw, request, reply });
  }

  @Get('services.jsonld')
  jsonLd(
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    return this.linked.catalogue('jsonld', { raw, request, reply });
  }

  /** The data sets by DCAT 3, with their licences where they are released. */
  @Get(['datasets.ttl', 'datasets.jsonld'])
  dataSets(
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const format = request.routeOptions.url?.endsWith('.ttl') ? 'ttl' : 'jsonld';
    return this.linkedDataSets.graph(format, { raw, request, reply });
  }
}
