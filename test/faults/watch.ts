import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { faultOfAnswer } from './history.js';
import type { Door, Stack } from './stack.js';

const LOOK_MS = 400;
const LIVE_MS_MAX = 10_000;
const READ_MS_MAX = 60_000;
const READS = ['/v1/events?limit=2', '/v1/datasets/channel_volume?from=2025-01-01&to=2025-12-31&group=entity'];
/** Of one process of ours: bounded queues, bounded pages, nothing kept. */
const RESIDENT_BYTES_MAX = 700 * 1024 * 1024;
const QUEUE_EVENTS_MAX = 4_096;
interface Standing {
  readonly name: string;
  readonly position: string;
}
const POSITIONS = `select name || '@' || version as name, position from projector.projection where state <> 'building'`;

/** Looks at a stack from outside while it is hurt: is it alive, polite, bounded, and does no projection go back. */
export class Watch {
  readonly faults: string[] = [];
  residentBytes = 0;
  private isOver = false;
  private positions = new Map<string, bigint>();
  private crashes: number;
  private readonly looking: Promise<unknown>;

  constructor(private readonly stack: Stack) {
    this.crashes = stack.crashes;
    this.looking = Promise.all([this.look(), this.read()]);
  }

  /** @returns what was wrong */
  async stop(): Promise<readonly string[]> {
    this.isOver = true;
    await this.looking;
    if (this.residentBytes === 0 && residentBytes(process.pid) > 0) this.faults.push('no memory was looked at');
    return this.faults;
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      for (const door of this.stack.doors) await this.atDoor(door);
      for (const { pid } of [...this.stack.doors.map(({ api }) => api), ...this.stack.workers]) this.atMemory(pid);
      await this.atProjections();
      await pause(LOOK_MS);
    }
  }

  /** What people ask is answered, be it with 503, whatever became of the connections to the database. */
  private async read(): Promise<void> {
    while (!this.isOver) {
      const { door } = this.stack;
      for (const path of READS) {
        try {
          if (door.isAway) continue;
          const headers = { authorization: `Bearer ${this.stack.token('regulator')}` };
          const response = await fetch(`${door.url}${path}`, { headers, signal: AbortSignal.timeout(READ_MS_MAX) });
          const fault = faultOfAnswer(response.status, await response.text());
          if (fault) this.faults.push(`${path} is ${fault}`);
        } catch (error) {
          if (!door.isAway && door.api.isRunning) this.faults.push(`${path} is not answered: ${error}`);
        }
      }
      await pause(LOOK_MS);
    }
  }

  /** Past the wire, so that what is seen is the api's own doing. */
  private async atDoor(door: Door): Promise<void> {
    if (door.isAway) return;
    const ask = async (path: string, options: RequestInit = {}) => {
      const response = await fetch(`${door.url}${path}`, { ...options, signal: AbortSignal.timeout(LIVE_MS_MAX) });
      return { status: response.status, text: await response.text() };
    };
    try {
      const live = await ask('/health/live');
      if (live.status !== 200) this.faults.push(`/health/live answers ${live.status}`);
      const headers = {
        authorization: `Bearer ${this.stack.token('steward')}`,
        'content-type': 'application/cloudevents+json',
      };
      const refused = await ask('/v1/events', { method: 'POST', headers, body: '{"specversion":' });
      const fault = faultOfAnswer(refused.status, refused.text, true);
      if (fault) this.faults.push(`a broken request is ${fault}`);
      const crowd = faultOfQueue((await ask('/metrics')).text);
      if (crowd) this.faults.push(crowd);
    } catch (error) {
      if (!door.isAway && door.api.isRunning) this.faults.push(`the api does not answer: ${error}`);
    }
  }

  private atMemory(pid: number | undefined): void {
    const bytes = residentBytes(pid);
    this.residentBytes = Math.max(this.residentBytes, bytes);
    const fault = faultOfMemory(pid, bytes);
    if (fault) this.faults.push(fault);
  }

  private async atProjections(): Promise<void> {
    const { crashes } = this.stack;
    const rows = await this.stack.cluster.ask<Standing>(POSITIONS).catch(() => []); // it is being killed
    if (crashes !== this.crashes || crashes !== this.stack.crashes) this.positions = new Map();
    this.crashes = this.stack.crashes;
    this.faults.push(...faultsOfPositions(this.positions, rows));
  }
}

/** Why this must not be what the metrics say of the queue. One that is missing is a fault as well: nobody would see it grow. */
export const faultOfQueue = (metrics: string): string | undefined => {
  const events = /^sijill_append_queue_events (\d+)$/m.exec(metrics)?.[1];
  if (events === undefined) return `no metric tells how many events wait in the queue: ${metrics.slice(0, 300)}`;
  return Number(events) > QUEUE_EVENTS_MAX ? `${events} events wait in the queue` : undefined;
};

export const faultOfMemory = (pid: number | undefined, bytes: number): string | undefined =>
  bytes > RESIDENT_BYTES_MAX ? `process ${pid} holds ${bytes} bytes` : undefined;

/** Projections that stand before where they were `seen`, which afterwards holds where they are now. */
export const faultsOfPositions = (seen: Map<string, bigint>, rows: readonly Standing[]): string[] =>
  rows.flatMap(({ name, position }) => {
    const before = seen.get(name) ?? -1n;
    seen.set(name, BigInt(position));
    return BigInt(position) < before ? [`${name} went back from ${before} to ${position}`] : [];
  });

/** 0 where the system does not tell. */
export const residentBytes = (pid: number | undefined): number => {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};
