import { Body, Controller, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Outcome } from '#ledger';
import { callerOf } from '../access/access-hook.js';
import { clientOf } from '../access/caller.js';
import { languageOf, problemOf } from '../problems/problem.js';
import { Parameters } from '../reads/parameters.js';
import { Intake } from './intake.js';
import { readSubmission } from './submission.js';
import { UnderWay } from './under-way.js';

/** The one door in. */
@Controller('v1')
export class EventsController {
  private readonly underWay = new UnderWay();

  constructor(private readonly intake: Intake) {}

  @Post('events')
  async post(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = new Parameters(query, ['validate']);
    const isDryRun = parameters.oneOf('validate', ['only']) === 'only';
    parameters.check();
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const { isSingle, items } = readSubmission(request.headers, bytes);
    const caller = callerOf(request);
    const take = () => this.intake.take(items, caller, isDryRun);
    const share = { events: items.length, bytes: bytes.length };
    // A dry run takes no place in the queue of the store.
    const outcomes = await (isDryRun ? take() : this.underWay.during(clientOf(caller), share, take));
    reply.header('cache-control', 'no-store');
    if (isSingle) answerOne(reply, outcomes[0] as Outcome, isDryRun);
    else answerSeveral(request, reply, outcomes, isDryRun);
  }
}

/** 201 with the place of the event, 200 with the same answer for a repeat. A dry run has no place to tell. */
function answerOne(reply: FastifyReply, outcome: Outcome, isDryRun: boolean): void {
  if ('failure' in outcome) throw outcome.failure;
  const { stream, revision, position, recorded, isDuplicate } = outcome.answer;
  if (isDryRun) {
    reply.code(200).send({ validated: true, stream, duplicate: isDuplicate });
    return;
  }
  reply
    .code(isDuplicate ? 200 : 201)
    .header('location', `/v1/events/${position}`)
    .send({
      position: String(position),
      stream,
      revision: String(revision),
      recordedAt: recorded,
      duplicate: isDuplicate,
    });
}

/** One entry an item, in input order; the status is 200 whatever happened inside, and the counts say it at a glance. */
function answerSeveral(
  request: FastifyRequest,
  reply: FastifyReply,
  outcomes: readonly Outcome[],
  isDryRun: boolean,
): void {
  const language = languageOf(request.headers['accept-language']);
  const counts = { created: 0, duplicate: 0, rejected: 0 };
  const results = outcomes.map((outcome, index) => {
    if ('failure' in outcome) {
      counts.rejected++;
      return { index, status: 'rejected', problem: problemOf(outcome.failure, language) };
    }
    const { position, isDuplicate } = outcome.answer;
    const status = isDuplicate ? 'duplicate' : 'created';
    counts[status]++;
    return { index, status, ...(position >= 0n && (!isDryRun || isDuplicate) && { position: String(position) }) };
  });
  reply
    .code(200)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .send({ results, ...counts, ...(isDryRun && { validated: true }) });
}
