import type { Failure } from '#kernel';
import { refuse } from '../failures.js';
import { DriverFault, type FaultKind } from './driver.js';

/** Status of a call that could not be made at all: the connection was refused or never came about. */
const NEVER_SENT =
  /No connection established|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|Name resolution failed|Failed to connect|Failed to discover/;
const INVALID_POSITION = /invalid.{0,20}position/i;

/** By the class of the client's error, which it says in `type`. */
const KINDS: Readonly<Record<string, FaultKind>> = {
  'wrong-expected-version': 'conflict',
  'stream-deleted': 'deleted',
  'stream-not-found': 'missing',
  'no-stream': 'missing',
  'access-denied': 'denied',
  'maximum-append-size-exceeded': 'tooLarge',
  'not-leader': 'lost',
  unavailable: 'lost',
  cancelled: 'lost',
  timeout: 'lost',
  'deadline-exceeded': 'lost',
};

/** Status codes of gRPC, for errors that reach us as the library below the client threw them. */
const STATUS: Readonly<Record<number, FaultKind>> = {
  1: 'lost', // cancelled
  4: 'lost', // deadline exceeded
  7: 'denied',
  10: 'lost', // aborted
  14: 'lost', // unavailable
  16: 'denied',
};

/**
 * Reads what the client threw, by class, code and text: the same trouble comes as one or another, after a kill as any of
 * them. Whatever is not known for certain to be definite is not taken for definite.
 */
export function faultOf(error: unknown): DriverFault {
  if (error instanceof DriverFault) return error;
  const { type, code, message, actualVersion } = membersOf(error);
  const kind = kindOf(type, code, message);
  if (kind !== 'conflict') return new DriverFault(kind, textOf(type, message));
  const actual = typeof actualVersion === 'bigint' ? actualVersion : 'empty';
  return new DriverFault(kind, textOf(type, message), actual);
}

/** What a caller is told when nothing was written, or nothing was asked to be. */
export function failureOf(fault: DriverFault): Failure {
  const cause = fault;
  switch (fault.kind) {
    case 'deleted':
      return refuse('stream.deleted', { cause });
    case 'denied':
      return refuse('store.denied', { cause });
    case 'tooLarge':
      // What we send is within the limit of every server as it comes.
      return refuse('store.unsafe', {
        params: { setting: 'MaxAppendSize', value: fault.message, needed: '1 MiB' },
        cause,
      });
    case 'position':
      return refuse('read.invalid', { params: { reason: 'no event is at that position' }, cause });
    default:
      return refuse('store.unavailable', { cause });
  }
}

function kindOf(type: unknown, code: unknown, message: string): FaultKind {
  if (NEVER_SENT.test(message)) return 'unreachable';
  const kind = KINDS[String(type)] ?? STATUS[Number(code)];
  if (kind !== undefined) return kind;
  return INVALID_POSITION.test(message) ? 'position' : 'strange';
}

function textOf(type: unknown, message: string): string {
  if (type !== 'deadline-exceeded') return message;
  return `the server's time limit of the append has passed; are the clocks of server and client right? ${message}`;
}

function membersOf(error: unknown): Record<'type' | 'code' | 'actualVersion', unknown> & { message: string } {
  const { type, code, message, actualVersion } = Object(error) as Record<string, unknown>;
  return { type, code, actualVersion, message: typeof message === 'string' ? message : String(error) };
}

/** Settles as `work` does, or as a fault after so many milliseconds; what `work` does later is nobody's business. */
export async function inTime<T>(work: Promise<T>, milliseconds: number, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DriverFault('silent', otherwise)), Math.max(milliseconds, 0));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
