import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '#event-store';
import { type Replay, ReplayDesk } from '#read-models';
import { callerOf } from '../access/access-hook.js';
import { clientOf } from '../access/caller.js';
import { refuse } from '../problems/failures.js';
import { Parameters } from '../reads/parameters.js';
import { EVENT_STORE } from '../tokens.js';
import { replayAnswer, summaryOf } from './replay-answer.js';
import { bodyMembers, idempotencyKeyOf, projectionNamed, replayNumber } from './replay-request.js';

const FLAGS = ['dry_run', 'drop_old'] as const;

/** Projections built anew beside the live ones, compared row by row, and put into their place. Operators see all of them. */
@Controller('v1/projections/:name/rebuilds')
export class RebuildsController {
  constructor(
    private readonly desk: ReplayDesk,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** Durable once answered; a worker does it. */
  @Post()
  async ask(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const projection = projectionNamed(name);
    const members = bodyMembers(request.headers, body, FLAGS);
    const [isDryRun, isOldDropped] = FLAGS.map((flag) => members.oneOf(flag, ['true', 'false']) === 'true');
    members.check();
    const { replay, isRepeat } = await this.desk.ask({
      kind: 'rebuild',
      projection,
      client: clientOf(callerOf(request)),
      request: { isDryRun: isDryRun ?? false, isOldDropped: isOldDropped ?? false },
      ...idempotencyKeyOf(request.headers),
    });
    reply
      .code(isRepeat ? 200 : 202)
      .header('location', `/v1/projections/${projection}/rebuilds/${replay.id}`)
      .send(replayAnswer(replay, this.isDense));
  }

  @Get()
  async list(@Param('name') name: string, @Query() query: unknown): Promise<object> {
    new Parameters(query, []).check();
    const rebuilds = await this.desk.list('rebuild', { projection: projectionNamed(name) });
    return { rebuilds: rebuilds.map((replay) => summaryOf(replay, this.isDense)) };
  }

  @Get(':id')
  async one(@Param('name') name: string, @Param('id') id: string, @Query() query: unknown): Promise<object> {
    new Parameters(query, []).check();
    return replayAnswer(await this.rebuild(name, id), this.isDense);
  }

  /** Ends it and drops what it built. The live tables stay as they are. */
  @Delete(':id')
  async cancel(@Param('name') name: string, @Param('id') id: string, @Req() request: FastifyRequest): Promise<object> {
    const rebuild = await this.rebuild(name, id);
    return replayAnswer(await this.desk.cancel(rebuild, clientOf(callerOf(request))), this.isDense);
  }

  /** The word of an operator who has read the report: what was built takes the place of the live tables although they differ. */
  @Post(':id/confirmation')
  async confirm(
    @Param('name') name: string,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const confirmed = await this.desk.confirm(await this.rebuild(name, id), clientOf(callerOf(request)));
    reply.code(202).send(replayAnswer(confirmed, this.isDense));
  }

  private get isDense(): boolean {
    return this.store.capabilities.order === 'dense';
  }

  private async rebuild(name: string, id: string): Promise<Replay> {
    const projection = projectionNamed(name);
    const rebuild = await this.desk.read(replayNumber(id), 'rebuild');
    if (rebuild.projection !== projection) throw refuse('replay.unknown', { params: { id } });
    return rebuild;
  }
}
