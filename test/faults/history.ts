import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Json } from '#kernel';
import type { WireEvent } from '#simulation';
import type { Acknowledged } from '../support/checker.js';

/** What one event of a request was told. */
export interface Told {
  readonly status: 'created' | 'duplicate' | 'rejected';
  readonly position?: string;
  readonly problem?: { readonly code: string };
}

export interface AcknowledgedByClient extends Acknowledged {
  readonly client: string;
}

/** `unknown`: requests that were sent and not answered. `wasThere`: events of those that a repeat found stored. */
export interface Figures {
  requests: number;
  acknowledged: number;
  unknown: number;
  refused: number;
  wasThere: number;
  wasNew: number;
}

/** Everything that was asked and answered, a line each, so that a failed run can be read again. */
export class History {
  readonly acknowledged: AcknowledgedByClient[] = [];
  readonly sent = new Set<string>();
  /** What no answer may be: see {@link faultOfAnswer}. */
  readonly faults: string[] = [];
  readonly figures: Figures = { requests: 0, acknowledged: 0, unknown: 0, refused: 0, wasThere: 0, wasNew: 0 };
  /** Problem codes of what was refused, with how often. */
  readonly refusals = new Map<string, number>();
  private readonly doubtful = new Set<string>();
  private readonly lines: WriteStream;

  constructor(readonly path: string) {
    this.lines = createWriteStream(path);
  }

  /** @returns number of the request */
  invoke(client: string, events: readonly WireEvent[]): number {
    for (const { id } of events) this.sent.add(id);
    const request = ++this.figures.requests;
    this.write({ request, client, op: 'invoke', events: events.map(({ source, id }) => [source, id]) });
    return request;
  }

  /** Every event of the request is settled. */
  ok(request: number, client: string, events: readonly WireEvent[], told: readonly Told[]): void {
    this.write({ request, op: 'ok', told });
    for (const [index, { status, position, problem }] of told.entries()) {
      const { source, id, data } = events[index]!;
      if (this.doubtful.delete(id)) this.figures[status === 'duplicate' ? 'wasThere' : 'wasNew']++;
      if (position === undefined) this.faults.push(`${id} was refused: ${problem?.code}`);
      else this.acknowledged.push({ client, source, id, data: data as Json, position });
    }
    this.figures.acknowledged += told.length;
  }

  /** Refused as a whole or in part, and surely not written where refused; it is asked for again. */
  fail(request: number, status: number, code: string): void {
    this.figures.refused++;
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    this.write({ request, op: 'fail', status, code });
  }

  /** Nobody knows what became of it; it is asked for again. */
  info(request: number, events: readonly WireEvent[], reason: string): void {
    this.figures.unknown++;
    for (const { id } of events) this.doubtful.add(id);
    this.write({ request, op: 'info', reason });
  }

  /** What was done to the stack. */
  note(text: string): void {
    this.write({ op: 'note', text });
  }

  async close(): Promise<void> {
    this.lines.end();
    await once(this.lines, 'close');
  }

  private write(line: object): void {
    this.lines.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
  }
}

/** A place in our code, a statement or a driver's word: nothing of that is for a client. */
const LEAKS = [
  /\bat .+:\d+:\d+\)?|node_modules|\bdist\/(?:apps|libs)\//i,
  /\bselect .+ from\b|\binsert into\b|\bupdate \S+ set\b|\bdelete from\b/i,
  /\b(?:ECONN[A-Z]+|ETIMEDOUT|EPIPE|ENOSPC|PANIC)\b/i,
];
/** While the store is away or full. Any other 5xx is a fault of ours. */
const OUTAGES = [503, 507];

/** Why this must not be an answer of ours to a good request (or to a bad one, `isBad`). Undefined: it may be. */
export const faultOfAnswer = (status: number, text: string, isBad = false): string | undefined => {
  if (status >= 500 && (isBad || !OUTAGES.includes(status))) return `answered ${status}: ${text.slice(0, 300)}`;
  return LEAKS.some((leak) => leak.test(text)) ? `answer tells too much: ${text.slice(0, 300)}` : undefined;
};
