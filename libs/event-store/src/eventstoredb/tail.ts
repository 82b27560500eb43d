import { Herald, Waiters, type WakeUp } from '../hints.js';
import type { StoreMetric } from '../metrics.js';
import type { Position } from '../port.js';
import type { EsdbDriver } from './driver.js';

/** Whoever waits looks by himself after this long. */
const POLL_MS = 5_000;
const POLL_WHILE_DEAF_MS = 100;
/** How often what was heard is compared with the head; behind it twice in a row, and nothing heard: the tail is dead. */
const GUARD_MS = 5_000;
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

export interface Tailed {
  readonly driver: Pick<EsdbDriver, 'subscribeAll'>;
  readonly head: () => Promise<Position | undefined>;
  readonly onMetric: (metric: StoreMetric) => void;
  readonly guardMs?: number;
}

/**
 * Says "look again" when something is appended. It listens with the one subscription of the process, made when somebody first
 * waits, and made anew when it breaks or is silent although the journal goes on. What it hears is a hint: events are read from
 * the journal, so that no subscriber can lose one with the connection, get one twice, or hold up the server.
 */
export class Tail implements WakeUp {
  private readonly waiters = new Waiters();
  private readonly herald = new Herald(async () => this.waiters.wakeAll());
  private subscription: Awaited<ReturnType<EsdbDriver['subscribeAll']>> | undefined;
  private state: 'new' | 'deaf' | 'listening' | 'closed' = 'new';
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private starting: Promise<void> | undefined;
  /** Of the guard: up to here somebody has heard or read. */
  private reached: Position | undefined;
  private heard = 0;
  private isBehind = false;

  constructor(private readonly tailed: Tailed) {}

  get generation(): number {
    return this.waiters.generation;
  }

  async change(generation: number, signal: AbortSignal): Promise<void> {
    if (this.state === 'new') this.start();
    if (this.state === 'closed') return;
    await this.waiters.change(generation, signal, this.state === 'listening' ? POLL_MS : POLL_WHILE_DEAF_MS);
  }

  async close(): Promise<void> {
    this.state = 'closed';
    clearTimeout(this.timer);
    await this.herald.close();
    this.waiters.wakeAll();
    await this.starting;
    await this.subscription?.end();
  }

  private start(): void {
    this.state = 'deaf';
    this.starting = this.listen().catch(() => this.again());
  }

  private async listen(): Promise<void> {
    const onEnd = (): void => this.again();
    this.subscription = await this.tailed.driver.subscribeAll({ onEvent: this.hear, onEnd });
    if (this.state === 'closed') return;
    this.state = 'listening';
    this.failures = 0;
    this.waiters.wakeAll(); // something may have been appended meanwhile
    this.reached = undefined;
    this.guardLater();
  }

  private readonly hear = (): void => {
    this.heard++;
    this.herald.tell();
  };

  private again(): void {
    if (this.state === 'closed') return;
    this.state = 'deaf';
    this.subscription = undefined;
    clearTimeout(this.timer);
    this.tailed.onMetric({ name: 'reconnect', connection: 'listen' });
    const delay = Math.min(RECONNECT_MS_MIN * 2 ** this.failures++, RECONNECT_MS_MAX);
    this.timer = setTimeout(() => this.start(), delay * (0.5 + Math.random() / 2));
  }

  private guardLater(): void {
    const { guardMs = GUARD_MS } = this.tailed;
    this.timer = setTimeout(() => void this.guard().catch(() => this.guardLater()), guardMs); // who reads, tells of trouble
  }

  private async guard(): Promise<void> {
    const heard = this.heard;
    this.heard = 0;
    const head = await this.tailed.head();
    if (this.state !== 'listening') return;
    const isAhead = head !== undefined && this.reached !== undefined && head > this.reached;
    const isSilent = isAhead && heard === 0 && this.heard === 0;
    if (isSilent && this.isBehind) {
      this.isBehind = false;
      this.tailed.onMetric({ name: 'stall' });
      await this.subscription?.end();
      this.again();
      return;
    }
    this.isBehind = isSilent;
    if (!isSilent) this.reached = head ?? -1n;
    this.guardLater();
  }
}
