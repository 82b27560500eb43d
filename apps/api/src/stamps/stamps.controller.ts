import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isDay, type Json } from '#kernel';
import type { Cursors } from '../reads/cursor.js';
import { Parameters } from '../reads/parameters.js';
import { CURSORS } from '../tokens.js';
import { ReadStamps, STAMPS } from './stamps.query.js';

const STAMPS_PER_PAGE = 100;
const STAMPS_PER_PAGE_MAX = 500;
const HALF = /^(19|20|21)[0-9]{2}-H[12]$/;

/**
 * The public mark: who holds the stamp of which half, open to everybody. Figures, waivers and entities without the mark stay in the
 * data set, which needs a role.
 */
@Controller('v1/stamps')
export class StampsController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get()
  async held(@Query() raw: unknown): Promise<object> {
    const parameters = new Parameters(raw, ['half', 'known_at', 'limit', 'cursor']);
    const half = parameters.checked('half', 'YYYY-H1 or YYYY-H2', (text) => HALF.test(text));
    const knownAt = parameters.checked('known_at', 'a day YYYY-MM-DD', isDay);
    const limit = parameters.integer('limit', { min: 1, max: STAMPS_PER_PAGE_MAX, otherwise: STAMPS_PER_PAGE });
    const cursor = parameters.text('cursor');
    parameters.check();
    const asked = { ...(half !== undefined && { half }), ...(knownAt !== undefined && { knownAt }) };
    const question = `stamps?${JSON.stringify(asked)}`;
    const after = cursor === undefined ? {} : { after: this.cursors.read(question, cursor) as readonly string[] };
    const { stamps, next, asOfPosition } = await this.queries.execute(new ReadStamps({ ...asked, ...after, limit }));
    return {
      stamps,
      next: next === undefined ? null : this.cursors.make(question, next as Json),
      meta: { asOfPosition, knownAt: knownAt ?? null, projection: STAMPS },
    };
  }
}
