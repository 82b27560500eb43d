import { createHash, randomUUID } from 'node:crypto';
import {
  BACKWARDS,
  binaryEvent,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  FORWARDS,
  NO_STREAM,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import { until } from '../support/processes.js';
import { Listener } from './bare-client.js';
import type { Request } from './conversation.js';

/** What came back, without anything that another run or another server would say in other words. */
export type Answer = Readonly<Record<string, unknown>>;

/** One run of requests against one server. Everything it writes is in streams of its own. */
export class Conversation {
  private readonly run = randomUUID();
  private readonly places = new Map<string, bigint>();
  private readonly idNames = new Map<string, string>();

  constructor(private readonly client: EventStoreDBClient) {}

  async version(): Promise<string> {
    // biome-ignore lint/complexity/useLiteralKeys: protected, and the only place where the client says it.
    return (await this.client['capabilities']).serverVersion;
  }

  async ask(request: Request): Promise<Answer> {
    try {
      return await this.answer(request);
    } catch (error) {
      const { type, actualVersion } = error as { type?: string; actualVersion?: bigint | string };
      return { error: type ?? 'plain', ...(actualVersion === undefined ? {} : { actual: String(actualVersion) }) };
    }
  }

  private async answer(request: Request): Promise<Answer> {
    switch (request.ask) {
      case 'append':
        return this.append(request);
      case 'delete':
        await this.client.deleteStream(this.stream(request.stream));
        return { done: true };
      case 'tombstone':
        await this.client.tombstoneStream(this.stream(request.stream));
        return { done: true };
      case 'keepLast': {
        const metadata = { maxCount: request.count };
        await this.client.setStreamMetadata(this.stream(request.stream), metadata, { expectedRevision: NO_STREAM });
        return { done: true };
      }
      case 'readStream':
        return this.readStream(request);
      case 'readAll':
        return this.readAll(request);
      case 'subscribe':
        return this.subscribe(request);
    }
  }

  private async append(request: Extract<Request, { ask: 'append' }>): Promise<Answer> {
    const events = request.ids.map((name) => {
      const id = this.id(name);
      this.idNames.set(id, name);
      return binaryEvent({ id, type: this.type(request.type), data: Buffer.alloc(request.bytesPerEvent ?? 20, 1) });
    });
    const expectedRevision = request.at === 'none' ? NO_STREAM : BigInt(request.at);
    const { nextExpectedRevision, position } = await this.client.appendToStream(this.stream(request.stream), events, {
      expectedRevision,
    });
    if (!position) return { revision: String(nextExpectedRevision), position: 'none' };
    if (request.as) this.places.set(request.as, position.commit);
    const isPlain = position.commit === position.prepare;
    return {
      revision: String(nextExpectedRevision),
      position: isPlain ? this.placeName(position.commit) : 'two-phased',
    };
  }

  private async readStream({
    stream,
    from,
    isBackwards,
    max,
  }: Extract<Request, { ask: 'readStream' }>): Promise<Answer> {
    const events = await this.collect(
      this.client.readStream(this.stream(stream), {
        direction: isBackwards ? BACKWARDS : FORWARDS,
        fromRevision: from === 'start' ? START : from === 'end' ? END : BigInt(from),
        ...(max ? { maxCount: max } : {}),
      }),
    );
    return { events };
  }

  private async readAll({ from, isBackwards, max }: Extract<Request, { ask: 'readAll' }>): Promise<Answer> {
    const events = await this.collect(
      this.client.readAll({
        direction: isBackwards ? BACKWARDS : FORWARDS,
        fromPosition: from === 'end' ? END : this.position(from),
        ...(max ? { maxCount: max } : {}),
      }),
    );
    return { events };
  }

  /** Signals and events in order. Checkpoints that follow each other are one: a real server passes events of others. */
  private async subscribe({ from, filter, type, afterwards }: Extract<Request, { ask: 'subscribe' }>): Promise<Answer> {
    const typeName = this.type(type);
    const every = { checkpointInterval: 64 };
    const wanted = {
      none: {},
      prefix: { filter: eventTypeFilter({ ...every, prefixes: [typeName] }) },
      exact: { filter: eventTypeFilter({ ...every, regex: `^${typeName}$` }) },
    };
    const listener = new Listener(this.client, { fromPosition: this.position(from), ...wanted[filter] });
    try {
      const isOver = () => listener.said.includes('caughtUp') || listener.error !== undefined;
      await until('caught up', isOver);
      if (afterwards) {
        await this.append({ ask: 'append', ...afterwards });
        await until('one event more', () => listener.said.at(-1)!.includes('@'));
      }
    } finally {
      await listener.end();
    }
    if (listener.error) throw listener.error;
    const said = listener.said
      .filter((word) => !word.includes('@') || word.includes(this.run))
      .map((word) => (word.startsWith('checkpoint') ? 'checkpoint' : word.replace(`-${this.run}`, '')));
    return { said: said.filter((word, nth) => word !== 'checkpoint' || said[nth - 1] !== 'checkpoint') };
  }

  /** Events of this run as `stream@revision id`, without what the server writes of itself when a stream ends. */
  private async collect(read: AsyncIterable<ResolvedEvent>): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { event } of read) {
      if (!event?.streamId.endsWith(this.run) || /^\$/.test(event.streamId) || event.type.startsWith('$')) continue;
      const id = this.idNames.get(event.id) ?? event.type;
      found.push(`${event.streamId.replace(`-${this.run}`, '')}@${event.revision} ${id}`);
    }
    return found;
  }

  private stream(name: string): string {
    return `${name}-${this.run}`;
  }

  private type(name = 'Order'): string {
    return `Run${this.run.slice(0, 8)}${name}`;
  }

  /** The same name is the same id within a run. */
  private id(name: string): string {
    const digest = createHash('sha256').update(`${this.run} ${name}`).digest('hex');
    return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5');
  }

  private position(name: string): { commit: bigint; prepare: bigint } {
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`no append is called "${name}"`);
    return { commit: place, prepare: place };
  }

  private placeName(position: bigint): string {
    for (const [name, place] of this.places) if (place === position) return name;
    return 'new';
  }
}
