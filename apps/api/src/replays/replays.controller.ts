import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '#event-store';
import { instantText } from '#kernel';
import { positionAt, type Replay, ReplayDesk } from '#read-models';
import { callerOf } from '../access/access-hook.js';
import { clientOf } from '../access/caller.js';
import { refuse } from '../problems/failures.js';
import { Parameters } from '../reads/parameters.js';
import { EVENT_STORE } from '../tokens.js';
import { replayAnswer, summaryOf } from './replay-answer.js';
import { idempotencyKeyOf, readAsOfRequest, replayNumber, type Wanted } from './replay-request.js';

/** Read models as they were at a position or as known at an instant, each in tables of its own. A client sees its own. */
@Controller('v1/replays')
export class ReplaysController {
  constructor(
    private readonly desk: ReplayDesk,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** Durable once answered; a worker does it. */
  @Post()
  async ask(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    new Parameters(query, []).check();
    const now = instantText(BigInt(Date.now()) * 1000n);
    const { projection, wanted, compare } = readAsOfRequest(request.headers, body, now);
    const { replay, isRepeat } = await this.desk.ask({
      kind: 'asof',
      projection,
      client: clientOf(callerOf(request)),
      request: {
        ...('position' in wanted ? { position: wanted.text } : { known_at: wanted.text }),
        ...(compare !== undefined && { compare }),
      },
      target: await this.targetOf(wanted),
      ...(compare !== undefined && compare !== 'live' && { compareId: compare }),
      ...idempotencyKeyOf(request.headers),
    });
    reply
      .code(isRepeat ? 200 : 202)
      .header('location', `/v1/replays/${replay.id}`)
      .send(replayAnswer(replay, this.isDense));
  }

  @Get()
  async list(@Query() query: unknown, @Req() request: FastifyRequest): Promise<object> {
    new Parameters(query, []).check();
    const replays = await this.desk.list('asof', { client: clientOf(callerOf(request)) });
    return { replays: replays.map((replay) => summaryOf(replay, this.isDense)) };
  }

  @Get(':id')
  async one(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest): Promise<object> {
    new Parameters(query, []).check();
    return replayAnswer(await this.own(id, request), this.isDense);
  }

  /** Ends it, or drops its tables. What it found stays. */
  @Delete(':id')
  async cancel(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest): Promise<object> {
    new Parameters(query, []).check();
    const replay = await this.own(id, request);
    return replayAnswer(await this.desk.cancel(replay, clientOf(callerOf(request))), this.isDense);
  }

  private get isDense(): boolean {
    return this.store.capabilities.order === 'dense';
  }

  /** Another client's is as unknown as none. */
  private async own(id: string, request: FastifyRequest): Promise<Replay> {
    const replay = await this.desk.read(replayNumber(id), 'asof');
    if (replay.client !== clientOf(callerOf(request))) throw refuse('replay.unknown', { params: { id } });
    return replay;
  }

  /** @throws Failure `replay.beyondHead`; `history.unavailable` before the first event. */
  private async targetOf(wanted: Wanted): Promise<bigint> {
    const head = await this.store.head();
    if ('position' in wanted) {
      if (head !== undefined && wanted.position <= head) return wanted.position;
      throw refuse('replay.beyondHead', { params: { head: head?.toString() ?? '-', position: wanted.text } });
    }
    const found = await positionAt(this.store, wanted.knownAt);
    if (found !== undefined) return found;
    const [first] = (await this.store.readAll({ max: 1 })).events;
    throw refuse('history.unavailable', { params: { day: wanted.text, earliest: first?.recorded ?? '-' } });
  }
}
