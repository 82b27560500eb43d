import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { type ProjectionWatch, readModels } from '#read-models';
import { EVENT_STORE, METRICS, PROJECTION_WATCH } from '../tokens.js';
import type { Metrics } from './metrics.js';

const CHECK_MILLISECONDS_MAX = 3_000;

interface Check {
  readonly name: string;
  readonly status: 'ok' | 'behind' | 'parked' | 'down';
  readonly position?: string | null;
  readonly lagEvents?: string | null;
}

export interface Readiness {
  readonly status: 'ready' | 'notReady';
  /** `none`: acknowledged events may be lost in a crash. For tests only. */
  readonly durability: 'full' | 'none';
  readonly checks: readonly Check[];
}

/** Whether this process can do its work. One projection behind or parked is named but turns nobody away from the others. */
@Injectable()
export class Health {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(PROJECTION_WATCH) private readonly watch: ProjectionWatch,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.measure(metrics);
  }

  async check(): Promise<Readiness> {
    const checks = (await Promise.all([this.storeCheck(), this.projectionChecks()])).flat();
    const isReady = checks.every(({ status }) => status !== 'down');
    return { status: isReady ? 'ready' : 'notReady', durability: this.store.capabilities.durability, checks };
  }

  private async storeCheck(): Promise<Check> {
    const head = await settledIn(this.store.head());
    return head === DOWN
      ? { name: 'store', status: 'down' }
      : { name: 'store', status: 'ok', position: head?.toString() ?? null };
  }

  private async projectionChecks(): Promise<readonly Check[]> {
    const statuses = await settledIn(this.watch.statuses());
    if (statuses === DOWN) return readModels.map(({ name }) => ({ name: `projection ${name}`, status: 'down' }));
    return statuses.map(({ name, state, position, lagEvents, lagSeconds: lag }) => ({
      name: `projection ${name}`,
      status: state === 'parked' ? 'parked' : lag === 0 ? 'ok' : 'behind',
      position,
      lagEvents,
    }));
  }

  private measure(metrics: Metrics): void {
    metrics.collect('sijill_journal_head_position', 'Position of the last event.', [], async (gauge) => {
      const head = await settledIn(this.store.head());
      if (head !== DOWN && head !== undefined) gauge.set(Number(head));
    });
    const byProjection = ['projection'] as const;
    const read = (name: string, help: string, value: (status: Status) => number | null) =>
      metrics.collect(name, help, byProjection, async (gauge) => {
        const statuses = await settledIn(this.watch.statuses());
        if (statuses === DOWN) return;
        for (const status of statuses) {
          const measured = value(status);
          if (measured !== null) gauge.set({ projection: status.name }, measured);
        }
      });
    read('sijill_projection_position', 'Last event taken in.', ({ position }) =>
      position === null ? -1 : Number(position),
    );
    read('sijill_projection_lag_events', 'Events behind the head.', ({ lagEvents: lag }) =>
      lag === null ? null : Number(lag),
    );
    read('sijill_projection_lag_seconds', 'Recording time behind the head.', ({ lagSeconds: lag }) => lag);
    read('sijill_projection_rate', 'Events folded a second.', ({ rate }) => rate);
    read('sijill_projection_parked', '1 while parked.', ({ state }) => (state === 'parked' ? 1 : 0));
  }
}

type Status = Awaited<ReturnType<ProjectionWatch['statuses']>>[number];

const DOWN = Symbol('no answer in time');

/** The value, or {@link DOWN} when it fails or takes too long: here a failure is the answer. */
async function settledIn<T>(value: Promise<T>): Promise<T | typeof DOWN> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof DOWN>((resolve) => {
    timer = setTimeout(resolve, CHECK_MILLISECONDS_MAX, DOWN);
  });
  try {
    return await Promise.race([value, late]);
  } catch {
    return DOWN;
  } finally {
    clearTimeout(timer);
  }
}
