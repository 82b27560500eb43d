import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dataSets } from '#read-models';
import type { FileLimits } from '../limits.js';
import { Parameters } from '../reads/parameters.js';
import { Releases } from '../releases/releases.js';
import { FILES } from '../tokens.js';
import { dataSetNodes } from './dataset-nodes.js';
import { LinkedCatalogue } from './linked-catalogue.js';
import { LinkedFile, type LinkedFormat } from './linked-file.js';
import { addressesFor, isKnownTo, sendLinked } from './media.js';

/** The catalogue as files of linked data, under the suffix of each format. By `Accept` the plain address answers the same. */
@Controller('v1')
export class LinkedDataController {
  constructor(
    private readonly linked: LinkedCatalogue,
    private readonly releases: Releases,
    @Inject(FILES) private readonly limits: FileLimits,
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
  async dataSets(
    @Query() raw: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    new Parameters(raw, []).check();
    const format: LinkedFormat = request.routeOptions.url?.endsWith('.ttl') ? 'ttl' : 'jsonld';
    const licences = new Map<string, string>();
    for (const name of dataSets.keys()) {
      const terms = await this.releases.inForce(name);
      if (terms !== undefined) licences.set(name, terms.licence);
    }
    const graph = new LinkedFile(format, this.limits);
    for (const node of dataSetNodes(addressesFor(request), licences)) graph.add(node);
    const file = graph.end();
    const tag = `"${createHash('sha256').update(file).digest('base64url')}"`;
    return sendLinked(reply, format, isKnownTo(request)(tag) ? { tag } : { tag, file });
  }
}
