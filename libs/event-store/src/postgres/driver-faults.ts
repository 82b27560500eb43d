import { Failure } from '#kernel';
import { refuse } from '../failures.js';

export interface Fault {
  /** The server may have committed before the answer was lost. */
  readonly isUnknown: boolean;
  /** One append of a group may be the cause: its neighbours deserve a try of their own. */
  readonly isOfOneAppend: boolean;
  /** What to say when nothing was written. */
  readonly failure: Failure;
}

/**
 * Reads what the driver threw. An answer of the server is definite: the transaction was rolled back. Class 08 and 57P
 * (connection lost, server going down) and everything without a SQLSTATE (sockets, our own time limit) leave the
 * outcome open.
 */
export function faultOf(error: unknown): Fault {
  if (error instanceof Failure) return { isUnknown: false, isOfOneAppend: false, failure: error };
  const state = sqlState(error);
  if (state === undefined || state.startsWith('08') || state.startsWith('57P')) {
    return { isUnknown: true, isOfOneAppend: false, failure: refuse('store.unavailable', { cause: error }) };
  }
  const isOfTheServer = OF_THE_SERVER.test(state);
  return { isUnknown: false, isOfOneAppend: !isOfTheServer, failure: definite(state, error) };
}

// Lack of resources (53), of rights (28, 42501), of a writable primary (25), locks and cancels (55, 57), shape (3D, 3F,
// 42): the next append meets the same.
const OF_THE_SERVER = /^(25|28|3D|3F|42|53|55|57)/;

function definite(state: string, cause: unknown): Failure {
  if (state === '53100') return refuse('store.full', { cause });
  if (state.startsWith('28') || state === '42501' || state === '3D000') return refuse('store.denied', { cause });
  if (/^(25|40|53|55|57)/.test(state)) return refuse('store.unavailable', { cause });
  const reason = `SQLSTATE ${state}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return refuse('store.corrupt', { params: { reason }, cause });
}

/**
 * Five characters when the server answered, undefined when the way to it broke (ECONNRESET and its like are longer).
 */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.length === 5 ? error.code : undefined;
}
