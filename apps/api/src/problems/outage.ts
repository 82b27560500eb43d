import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { eventStoreFailures } from '#event-store';
import { failingWith } from '#kernel';

const refuse = failingWith(eventStoreFailures);
export const storeUnavailable = (cause: unknown) => refuse('store.unavailable', { cause });

/** Server going down or starting, no connection left, connection lost (PostgreSQL, appendix A), and our own limit on a statement. */
const STATES = /^(08...|53...|57P..|57014)$/;
const SOCKETS = /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** The driver has no code for these. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered))/;
/** What a connection that ended between two steps of an answer is to the next of them. */
const RELEASED = [QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError];
const DEPTH_MAX = 5;

/** True when the database could not be asked: nobody's question was wrong, and the same one may be answered later. */
export function isOutage(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > DEPTH_MAX) return false;
  const { code, driverError, errors } = error as { code?: unknown; driverError?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string' && (STATES.test(code) || SOCKETS.test(code))) return true;
  if (MESSAGES.test(error.message) || RELEASED.some((released) => error instanceof released)) return true;
  return [driverError, error.cause, ...(Array.isArray(errors) ? errors : [])].some((one) => isOutage(one, depth + 1));
}
