export { eventStoreFailures } from './failures.js';
export { categoryOf } from './limits.js';
export { MemoryEventStore } from './memory/memory-event-store.js';
export type { StoreMetric } from './metrics.js';
export type {
  Appended,
  EventStore,
  Expected,
  Filter,
  NewEvent,
  Position,
  ReadPage,
  Revision,
  StoredEvent,
  SubscriptionBatch,
} from './port.js';
export { EVENT_DATA_BYTES_MAX, EVENTS_PER_APPEND_MAX, READ_EVENTS_MAX, STREAM_EVENTS_MAX } from './port.js';
export { type JournalPartition, type JournalState, journalState } from './postgres/journal-state.js';
export { PostgresEventStore, type PostgresEventStoreOptions } from './postgres/postgres-event-store.js';
export { recordedText } from './recorded.js';
