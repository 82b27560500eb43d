export { eventStoreFailures } from './failures.js';
export { appendBytes, categoryOf } from './limits.js';
export { MemoryEventStore } from './memory/memory-event-store.js';
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
export {
  APPEND_BYTES_MAX,
  EVENT_DATA_BYTES_MAX,
  EVENTS_PER_APPEND_MAX,
  READ_EVENTS_MAX,
  STREAM_EVENTS_MAX,
  STREAM_NAME_BYTES_MAX,
} from './port.js';
export { recordedText } from './recorded.js';
