import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStore, StoreMetric } from '#event-store';

export const VERSION = '0.1.0';
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GROUP_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** The metrics of one api. A registry of its own: the global one collides when a process holds two. Labels are bounded lists. */
export class Metrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];

  readonly requestSeconds = new Histogram({
    name: 'sijill_http_request_duration_seconds',
    help: 'Time to answer a request.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS_BUCKETS,
    registers: this.registers,
  });
  readonly intakeEvents = new Counter({
    name: 'sijill_intake_events_total',
    help: 'Submitted events by what became of them.',
    labelNames: ['outcome'],
    registers: this.registers,
  });
  readonly intakeRejected = new Counter({
    name: 'sijill_intake_rejected_total',
    help: 'Rejected events by problem code.',
    labelNames: ['code'],
    registers: this.registers,
  });
  readonly appendSeconds = new Histogram({
    name: 'sijill_append_duration_seconds',
    help: 'Time until an append is durable.',
    buckets: SECONDS_BUCKETS,
    registers: this.registers,
  });
  readonly appendGroupEvents = new Histogram({
    name: 'sijill_append_group_events',
    help: 'Events that shared one commit.',
    buckets: GROUP_BUCKETS,
    registers: this.registers,
  });
  readonly storeReconnects = new Counter({
    name: 'sijill_store_reconnects_total',
    help: 'Connections to the event store that were lost and made again.',
    labelNames: ['connection'],
    registers: this.registers,
  });
  readonly storeStalls = new Counter({
    name: 'sijill_store_stalls_total',
    help: 'Subscriptions of the event store that were silent although the journal went on.',
    registers: this.registers,
  });
  readonly storeForeignEvents = new Counter({
    name: 'sijill_store_foreign_events_total',
    help: 'Events in the journal that somebody else wrote. Alarm when it is not 0.',
    registers: this.registers,
  });

  /** Of the store's queue, once the store has told. */
  private waitingEvents = () => 0;

  constructor() {
    const waitingEvents = () => this.waitingEvents();
    new Gauge({
      name: 'sijill_append_queue_events',
      help: 'Events that wait for the next commit.',
      registers: this.registers,
      // Read when somebody asks: what is told by a commit that ends says nothing while none does.
      collect() {
        this.set(waitingEvents());
      },
    });
    new Gauge({
      name: 'sijill_build_info',
      help: 'Version of the running program.',
      labelNames: ['version', 'commit'],
      aggregator: 'first',
      registers: this.registers,
    }).set({ version: VERSION, commit: 'unknown' }, 1);
  }

  /** What the event store tells about itself. */
  note(metric: StoreMetric): void {
    if (metric.name === 'append_group') this.appendGroupEvents.observe(metric.events);
    else if (metric.name === 'append_queue') this.waitingEvents = metric.events;
    else if (metric.name === 'reconnect') this.storeReconnects.inc({ connection: metric.connection });
    else if (metric.name === 'stall') this.storeStalls.inc();
    else if (metric.name === 'foreign_events') this.storeForeignEvents.inc(metric.events);
  }

  /** Values of the whole ledger, read when somebody asks for the metrics. Several processes may read them: the highest counts. */
  collect(name: string, help: string, labelNames: readonly string[], read: (gauge: Gauge) => Promise<void>): void {
    const registers = this.registers;
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      aggregator: 'max',
      registers,
      async collect() {
        this.reset();
        await read(this);
      },
    });
  }
}

/** The same store with the duration of its appends measured. */
export function measured(store: EventStore, metrics: Metrics): EventStore {
  const append: EventStore['append'] = async (...given) => {
    const started = performance.now();
    try {
      return await Reflect.apply(store.append, store, given);
    } finally {
      metrics.appendSeconds.observe((performance.now() - started) / 1000);
    }
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'append') return append;
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
