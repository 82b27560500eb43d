import { setTimeout as pause } from 'node:timers/promises';
import type { WireEvent } from '#simulation';
import { faultOfAnswer, type Told } from './history.js';
import type { Door, Stack } from './stack.js';

const ANSWER_MS_MAX = 20_000;
const RETRY_MS = 150;
const SETTLE_MS_MAX = 120_000;
/** Requests over which a percentile is taken. */
const WINDOW = 50;

/** A batch that was sent once; `text` undefined: nobody knows what became of it. */
interface Sent {
  readonly status: number;
  readonly text: string | undefined;
}

export const send = async (door: Door, token: string, body: string): Promise<Sent> => {
  try {
    const response = await fetch(`${door.wire.url}v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' },
      body,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: undefined, ...(error instanceof Error && { reason: error.message }) };
  }
};

/**
 * Posts one batch until every event of it is settled: what was not answered is asked for again with the same ids.
 *
 * @param first door at which it begins; each further attempt is made at the next one
 * @returns what each event was told in the end
 */
export const settle = async (
  stack: Stack,
  client: string,
  events: readonly WireEvent[],
  first = 0,
): Promise<readonly Told[]> => {
  const { history, doors } = stack;
  const body = JSON.stringify(events);
  const end = Date.now() + SETTLE_MS_MAX;
  for (let attempt = first; ; attempt++) {
    if (stack.isClosed || Date.now() > end)
      throw new Error(`${client} was not answered: ${stack.door.api.output.slice(-2_000)}`);
    const request = history.invoke(client, events);
    const { status, text } = await send(doors[attempt % doors.length]!, stack.token('steward'), body);
    if (text === undefined) history.info(request, events, 'no answer');
    else {
      const fault = faultOfAnswer(status, text);
      if (fault) history.faults.push(fault);
      const told = status === 200 ? (JSON.parse(text) as { results: Told[] }).results : [];
      const unsettled = told.filter(
        ({ status: own, problem }) => own === 'rejected' && problem?.code.startsWith('store.'),
      );
      if (told.length > 0 && unsettled.length === 0) {
        history.ok(request, client, events, told);
        return told;
      }
      const code = unsettled[0]?.problem?.code ?? /"code":"([^"]+)"/.exec(text)?.[1] ?? '';
      if (code === 'store.outcomeUnknown') history.info(request, events, code);
      else history.fail(request, status, code);
      if (status !== 200 && status < 500 && status !== 429)
        throw new Error(`${client} was refused: ${status} ${text.slice(0, 500)}`);
    }
    await pause(RETRY_MS);
  }
};

/** Posts once, at one door, and records it. Rules may refuse an event; the request itself is answered. */
export const post = async (
  stack: Stack,
  client: string,
  events: readonly WireEvent[],
  door = 0,
): Promise<readonly Told[]> => {
  const { history, doors } = stack;
  const request = history.invoke(client, events);
  const { status, text = '' } = await send(doors[door]!, stack.token('steward'), JSON.stringify(events));
  const fault = faultOfAnswer(status, text);
  if (status !== 200 || fault) throw new Error(fault ?? `${client} was answered ${status}: ${text}`);
  const { results } = JSON.parse(text) as { results: readonly Told[] };
  const isKept = (_: unknown, at: number): boolean => results[at]?.position !== undefined;
  history.ok(request, client, events.filter(isKept), results.filter(isKept));
  return results;
};

/** Clients that post the simulated year, each its own transactions in order, until they are told to stop. */
export class Load {
  /** Of each settled request, retries included. */
  readonly milliseconds: number[] = [];
  private isOver = false;
  private readonly posting: Promise<unknown>;

  /** @param pauseMs between two requests of one client */
  constructor(
    private readonly stack: Stack,
    private readonly pace: { readonly clients?: number; readonly events?: number; readonly pauseMs?: number } = {},
  ) {
    const { clients = 8 } = pace;
    this.posting = Promise.all(Array.from({ length: clients }, (_, lane) => this.post(lane)));
    this.posting.catch(() => undefined); // thrown by `stop`
  }

  /** When everything that was begun is settled. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.posting;
  }

  /** Waits for so many further requests; with them, the 99th of 100 in milliseconds. */
  async percentile99(): Promise<number> {
    const from = this.milliseconds.length;
    while (this.milliseconds.length < from + WINDOW) await Promise.race([pause(50), this.posting]);
    const window = this.milliseconds.slice(from).sort((one, other) => one - other);
    return window[Math.floor((window.length * 99) / 100)] ?? 0;
  }

  private async post(lane: number): Promise<void> {
    const { events = 5, pauseMs = 20 } = this.pace;
    while (!this.isOver) {
      const started = performance.now();
      await settle(this.stack, `client ${lane}`, this.stack.lanes.next(lane, events), lane);
      this.milliseconds.push(performance.now() - started);
      await pause(pauseMs);
    }
  }
}

/** Posts what transactions refer to. */
export const postRegisters = async (stack: Stack): Promise<void> => {
  const { registers } = stack.lanes;
  for (let first = 0; first < registers.length; first += 200) {
    await settle(stack, 'steward', registers.slice(first, first + 200));
  }
};
