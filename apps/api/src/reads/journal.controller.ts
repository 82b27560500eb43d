import { Controller, Get, Logger, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredEvent } from '#event-store';
import { nearest } from '#kernel';
import { dataClasses } from '#ledger';
import { callerOf } from '../access/access-hook.js';
import { type Caller, clientOf, mayReadEvent, mayReadPersons } from '../access/caller.js';
import { STRUCTURED_TYPE } from '../limits.js';
import { refuse } from '../problems/failures.js';
import { PersonalReader } from '../vault/personal-reader.js';
import { Feeds } from './feeds.js';
import { type JournalFilter, ReadEventAt, ReadJournal, ReadStream } from './journal.query.js';
import { journalEventText } from './journal-event.js';
import { isPosition, Parameters } from './parameters.js';

const EVENT_TYPES: ReadonlySet<string> = new Set(Object.keys(dataClasses));
const EVENTS_PER_PAGE_MAX = 1_000;
const EVENTS_PER_PAGE = 100;
const JSON_TYPE = 'application/json; charset=utf-8';
const STREAM = /^[a-z][A-Za-z0-9]*-[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The journal itself: in order, one by one, and stream by stream. */
@Controller('v1')
export class JournalController {
  private readonly logger = new Logger('audit');

  constructor(
    private readonly queries: QueryBus,
    private readonly feeds: Feeds,
    private readonly persons: PersonalReader,
  ) {}

  @Get('events')
  async journal(@Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const parameters = new Parameters(query, ['after', 'limit', 'type', 'stream']);
    const after = parameters.position('after');
    const limit = parameters.integer('limit', { min: 1, max: EVENTS_PER_PAGE_MAX, otherwise: EVENTS_PER_PAGE });
    const filter = filterOf(parameters);
    parameters.check();
    if (request.method === 'GET' && /\btext\/event-stream\b/i.test(request.headers.accept ?? '')) {
      await this.feeds.follow(request, reply, after, filter);
      return;
    }
    const { events, next, atHead } = await this.queries.execute(new ReadJournal(after, limit, filter));
    const position = next === undefined ? (after ?? null) : next;
    const tail = JSON.stringify({ next: position === null ? null : String(position), atHead });
    reply
      .type(JSON_TYPE)
      .send(`{"events":[${events.map((event) => journalEventText(event)).join(',')}],${tail.slice(1)}`);
  }

  @Get('events/:position')
  async event(
    @Param('position') text: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    const parameters = new Parameters(query, ['personal']);
    const isOpened = parameters.oneOf('personal', ['open']) === 'open';
    parameters.check();
    const event = isPosition(text) ? await this.queries.execute(new ReadEventAt(BigInt(text))) : undefined;
    if (event === undefined) throw refuse('event.unknown', { params: { position: text.slice(0, 20) } });
    const mayRead = isOpened ? mayReadPersons : mayReadEvent;
    if (!mayRead(caller, event.source)) throw notYours(caller);
    const [answer] = await this.texts([event], isOpened, caller);
    reply.type(`${STRUCTURED_TYPE}; charset=utf-8`).send(answer);
  }

  /** An integrator sees those events of a stream that were posted under its own sources; a regulator all of them. */
  @Get('streams/:stream')
  async stream(
    @Param('stream') stream: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    const parameters = new Parameters(query, ['from', 'limit', 'personal']);
    const from = parameters.position('from') ?? 0n;
    const limit = parameters.integer('limit', { min: 1, max: EVENTS_PER_PAGE_MAX, otherwise: EVENTS_PER_PAGE });
    const isOpened = parameters.oneOf('personal', ['open']) === 'open';
    parameters.check();
    const events = STREAM.test(stream) ? await this.queries.execute(new ReadStream(stream, from, limit)) : [];
    if (events.length === 0 && from === 0n) throw refuse('stream.unknown');
    const mayRead = isOpened ? mayReadPersons : mayReadEvent;
    const visible = events.filter(({ source }) => mayRead(caller, source));
    if (events.length > 0 && visible.length === 0) throw notYours(caller);
    const last = events.at(-1);
    const next = last !== undefined && events.length === limit ? String(last.revision + 1n) : null;
    const head = JSON.stringify({ stream, next });
    const texts = await this.texts(visible, isOpened, caller);
    reply.type(JSON_TYPE).send(`${head.slice(0, -1)},"events":[${texts.join(',')}]}`);
  }

  /** Who opened what stands in the log before it is answered. */
  private async texts(events: readonly StoredEvent[], isOpened: boolean, caller: Caller): Promise<readonly string[]> {
    if (!isOpened) return events.map((event) => journalEventText(event));
    const data = await this.persons.open(events);
    const positions = events.map(({ position }) => String(position)).join(', ');
    this.logger.warn(`${clientOf(caller)} opened personal data at ${positions}`);
    return events.map((event, at) => journalEventText(event, data[at]));
  }
}

const notYours = (caller: Caller) =>
  refuse('source.forbidden', { params: { allowed: caller.sources.join(', ') || '-' } });

function filterOf(parameters: Parameters): JournalFilter {
  const types = parameters.list('type');
  for (const type of types) {
    if (!EVENT_TYPES.has(type))
      parameters.refuse(
        'parameter.invalid',
        'type',
        nearest(type, EVENT_TYPES).join(', ') || 'an event type: sijill schema list',
        type,
      );
  }
  const stream = parameters.checked('stream', '<category>-<id>', (value) => STREAM.test(value));
  return { types, ...(stream !== undefined && { stream }) };
}
