import { Metadata, type StatusObject, status } from '@grpc/grpc-js';

/** A call that ends with a status instead of an answer. */
export class Refusal extends Error implements Partial<StatusObject> {
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, value);
  }
}

/** Nobody has told this server what a real one does here: it does not guess. */
export const unknownBehaviour = (what: string): Refusal =>
  new Refusal(status.UNIMPLEMENTED, `the stand-in does not know what a server does with ${what}`);

export const notLeader = (host: string, port: number): Refusal =>
  new Refusal(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

export const streamDeleted = (stream: string): Refusal =>
  new Refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const appendTooLarge = (bytesMax: number): Refusal =>
  new Refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytesMax} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(bytesMax),
  });

export const accessDenied = (): Refusal =>
  new Refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
export const unauthenticated = (): Refusal => new Refusal(status.UNAUTHENTICATED, 'Unauthenticated');
export const invalidPosition = (): Refusal => new Refusal(status.INVALID_ARGUMENT, 'Invalid position');
