import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LinkedCatalogue } from './linked-catalogue.js';

/** The catalogue as files of linked data, under the suffix of each format. By `Accept` the plain address answers the same. */
@Controller('v1')
export class LinkedDataController {
  constructor(private readonly linked: LinkedCatalogue) {}

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
}
