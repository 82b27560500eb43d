/** Events of one request. */
export const EVENTS_PER_REQUEST_MAX = 1_000;
/** Bytes of one request body. */
export const REQUEST_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes of one event as sent, envelope and data together. */
export const EVENT_BYTES_MAX = 256 * 1024;
/** Bytes of one bearer token. */
export const TOKEN_BYTES_MAX = 8 * 1024;

/** The largest file that is an answer: what is larger is refused, never cut. Memory of one answer is bounded by it. */
export interface FileLimits {
  readonly rows: number;
  readonly bytes: number;
}
export const FILE_LIMITS: FileLimits = { rows: 250_000, bytes: 64 * 1024 * 1024 };

/** Content types of `POST /v1/events`: structured, batch, lines, and binary mode. */
export const STRUCTURED_TYPE = 'application/cloudevents+json';
export const BATCH_TYPE = 'application/cloudevents-batch+json';
export const LINES_TYPE = 'application/x-ndjson';
export const BINARY_TYPE = 'application/json';
export const ACCEPTED_TYPES = [STRUCTURED_TYPE, BATCH_TYPE, LINES_TYPE, BINARY_TYPE] as const;
