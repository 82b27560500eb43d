import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/access-hook.js';
import { clientOf } from '../access/caller.js';
import { refuse } from '../problems/failures.js';
import { isReplayId, Parameters } from '../reads/parameters.js';
import { bodyMembers, idempotencyKeyOf } from '../replays/replay-request.js';
import { type Erasure, ErasureDesk } from './erasure-desk.js';
import { readErasureRequest } from './erasure-request.js';

/** Persons to be erased. One operator asks, another one confirms; all operators see all of them. */
@Controller('v1/erasures')
export class ErasuresController {
  constructor(private readonly desk: ErasureDesk) {}

  /** Durable once answered. What the person is called is neither stored nor answered. */
  @Post()
  async ask(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    new Parameters(query, []).check();
    const wish = readErasureRequest(request.headers, body);
    const client = clientOf(callerOf(request));
    const { erasure, isRepeat } = await this.desk.ask({ ...wish, client, ...idempotencyKeyOf(request.headers) });
    reply
      .code(isRepeat ? 200 : 202)
      .header('location', hrefOf(erasure))
      .send(answerOf(erasure));
  }

  @Get()
  async list(@Query() query: unknown): Promise<object> {
    new Parameters(query, []).check();
    return { erasures: (await this.desk.list()).map(answerOf) };
  }

  @Get(':id')
  async one(@Param('id') id: string, @Query() query: unknown): Promise<object> {
    new Parameters(query, []).check();
    return answerOf(await this.erasure(id));
  }

  /** Ends it and opens the person again, until the event stands in the journal. */
  @Delete(':id')
  async cancel(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest): Promise<object> {
    new Parameters(query, []).check();
    return answerOf(await this.desk.cancel(await this.erasure(id), clientOf(callerOf(request))));
  }

  /** The word of a second operator. The person is blocked when it is answered. */
  @Post(':id/confirmation')
  async confirm(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    bodyMembers(request.headers, body, []).check();
    const confirmed = await this.desk.confirm(await this.erasure(id), clientOf(callerOf(request)));
    reply.code(202).send(answerOf(confirmed));
  }

  private erasure(id: string): Promise<Erasure> {
    if (isReplayId(id)) return this.desk.read(id);
    throw refuse('erasure.unknown', { params: { id: id.slice(0, 20) } });
  }
}

const hrefOf = ({ id }: Erasure): string => `/v1/erasures/${id}`;
const answerOf = (erasure: Erasure): object => ({ ...erasure, href: hrefOf(erasure) });
