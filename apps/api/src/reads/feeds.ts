import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore, StoredEvent } from '#event-store';
import { callerOf } from '../access/access-hook.js';
import { EVENT_STORE } from '../tokens.js';
import type { JournalFilter } from './journal.query.js';
import { journalEventText } from './journal-event.js';
import { isPosition } from './parameters.js';

const HEARTBEAT_MILLISECONDS = 10_000;
/** Readers of the live feed at once, over all callers. */
const FEEDS_MAX = 200;
/** Of one write: what a reader who stands still costs is two of these. */
const BATCH_EVENTS = 100;

/** Live feeds of the journal as server-sent events. Each is pulled by its reader, so a slow one costs two batches of memory. */
@Injectable()
export class Feeds implements OnModuleDestroy {
  private readonly open = new Set<AbortController>();

  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** Ends every feed, so that the server can close. */
  onModuleDestroy(): void {
    for (const feed of this.open) feed.abort();
  }

  /**
   * Writes every event after `after` (or after the browser's `Last-Event-ID`), then goes on as they are recorded. Ends when the
   * reader leaves, when its token expires, or when the server stops; a reader resumes with the last id it saw.
   */
  async follow(
    request: FastifyRequest,
    reply: FastifyReply,
    after: bigint | undefined,
    filter: JournalFilter,
  ): Promise<void> {
    const feed = new AbortController();
    const { signal } = feed;
    const lastId = request.headers['last-event-id'];
    const start = typeof lastId === 'string' && isPosition(lastId) ? BigInt(lastId) : after;
    if (this.open.size >= FEEDS_MAX) [...this.open][0]?.abort(); // the oldest makes room and its reader comes back
    this.open.add(feed);
    const expiry = setTimeout(
      () => feed.abort(),
      Math.min(callerOf(request).expiresAt * 1000 - Date.now(), 2 ** 31 - 1),
    );
    const { raw } = reply;
    raw.on('close', () => feed.abort());
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    raw.write(': following\n\n');
    const heartbeat = beat(reply, signal);
    try {
      const subscription = this.store.subscribe({
        ...(start !== undefined && { after: start }),
        ...(filter.types.length > 0 && { filter: { types: filter.types } }),
        signal,
        batch: BATCH_EVENTS,
      });
      for await (const { events } of subscription) {
        const text = events
          .filter((event) => fits(event, filter))
          .map(message)
          .join('');
        if (text !== '' && !raw.write(text)) await once(raw, 'drain', { signal }).catch(() => undefined); // back-pressure
        if (signal.aborted) break;
      }
    } finally {
      clearTimeout(expiry);
      feed.abort();
      await heartbeat;
      this.open.delete(feed);
      raw.end();
    }
  }
}

const fits = (event: StoredEvent, { stream }: JournalFilter): boolean =>
  stream === undefined || event.stream === stream;

/** WHATWG HTML, section 9.2.6. One line of data: JSON holds no line break. */
const message = (event: StoredEvent): string =>
  `id: ${event.position}\nevent: ${event.type}\ndata: ${journalEventText(event)}\n\n`;

/** A comment now and then: keeps proxies from closing the line and shows us when the reader is gone. */
async function beat({ raw }: FastifyReply, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(HEARTBEAT_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted && !raw.writableNeedDrain) raw.write(':\n\n');
  }
}
