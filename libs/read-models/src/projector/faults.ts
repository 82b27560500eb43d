import { Failure } from '#kernel';

// Connection (08), serialisation and deadlock (40), resources (53), operator (57), lock not available: the same page again may pass.
const TRANSIENT_STATE = /^(08|40|53|57)|^55P03$/;
const TRANSIENT_SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)/;
const LOST =
  /connection terminated|client was closed|timeout exceeded when trying to connect|not queryable|query read timeout/i;

/** Whether trying the same again can help. Everything else is a fault of an event, of a fold or of a table: it parks. */
export const isTransient = (error: unknown): boolean => {
  if (error instanceof Failure) return error.kind === 'unavailable' || error.kind === 'full';
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return TRANSIENT_SOCKET.test(code) || (isSqlState(error) && TRANSIENT_STATE.test(code)) || LOST.test(error.message);
};

/** What `/v1/projections` shows of the reason: a code, never a value of the event. */
export const codeOf = (error: unknown): string => {
  if (error instanceof Failure) return error.code;
  if (error instanceof Error && isSqlState(error)) return `sql.${(error as Error & { code: string }).code}`;
  return error instanceof SyntaxError ? 'event.unreadable' : 'fold.failed';
};

const isSqlState = (error: Error): boolean =>
  'severity' in error && 'code' in error && typeof error.code === 'string' && error.code.length === 5;

/** The lease is another's: this worker wrote nothing and must not go on. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The event cannot be taken in; what precedes it is written. */
export class Parked extends Error {
  override readonly name = 'Parked';

  constructor(
    readonly position: bigint,
    readonly code: string,
    cause?: unknown,
  ) {
    super(`parked at ${position}: ${code}`, { cause });
  }
}
