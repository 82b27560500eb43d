import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isId } from '#kernel';
import { dataSets } from '#read-models';
import { refuse } from '../problems/failures.js';
import { readFilters } from '../reads/dataset-request.js';
import { AS_OF, Parameters, readAsOf } from '../reads/parameters.js';
import { AddressBase } from './address-base.js';
import { WriteCatalogue } from './catalogue-file.query.js';
import type { LinkedFormat } from './linked-file.js';
import { isKnownTo, sendLinked } from './media.js';

const ID_CHARACTERS_MAX = 200;
export const unknownService = (id: string) =>
  refuse('service.unknown', { params: { category: 'service', id: id.slice(0, ID_CHARACTERS_MAX) } });

/** A question over HTTP to the catalogue as linked data. */
export interface LinkedRequest {
  readonly raw: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The catalogue, and one entry of it, as linked data. A graph is whole: it takes the filters of the search, no page and no words. */
@Injectable()
export class LinkedCatalogue {
  constructor(
    private readonly queries: QueryBus,
    private readonly base: AddressBase,
  ) {}

  async catalogue(format: LinkedFormat, { raw, request, reply }: LinkedRequest): Promise<Buffer | undefined> {
    const dimensions = dataSets.get('catalogue')?.description.dimensions ?? {};
    const parameters = new Parameters(raw, [...Object.keys(dimensions), ...AS_OF]);
    const question = { filters: readFilters(parameters, dimensions), ...readAsOf(parameters) };
    parameters.check();
    const as = { format, at: this.base.addressesFor(request), isKnown: isKnownTo(request) };
    const answer = await this.queries.execute(new WriteCatalogue(question, as));
    return answer && sendLinked(reply, format, answer);
  }

  /** @throws Failure `service.unknown` when no such service was in the catalogue on that day, as known on that day. */
  async service(id: string, format: LinkedFormat, { raw, request, reply }: LinkedRequest): Promise<Buffer | undefined> {
    const parameters = new Parameters(raw, AS_OF);
    const asOf = readAsOf(parameters);
    parameters.check();
    if (!isId(id)) throw unknownService(id);
    const question = { filters: { service: [id] }, isEveryStatus: true as const, ...asOf };
    const as = { format, at: this.base.addressesFor(request), isKnown: isKnownTo(request), isOne: true as const };
    const answer = await this.queries.execute(new WriteCatalogue(question, as));
    if (answer === undefined) throw unknownService(id);
    return sendLinked(reply, format, answer);
  }
}
