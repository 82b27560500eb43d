import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { DriverFault, type FaultKind } from './driver.js';
import { faultOf } from './driver-faults.js';

const status = (code: number, text: string) => Object.assign(new Error(`${code} ${text}`), { code, details: text });
const atOther = (current: bigint | 'no_stream') =>
  new WrongExpectedVersionError(undefined as never, { streamName: 'a-1', current, expected: 4n } as never);

describe('What the client throws', () => {
  test.each<[what: string, error: unknown, kind: FaultKind]>([
    ['another revision', atOther(7n), 'conflict'],
    ['a tombstone', StreamDeletedError.fromStreamName('a-1'), 'deleted'],
    ['no such stream', new StreamNotFoundError(undefined as never, 'a-1'), 'missing'],
    ['no right', new AccessDeniedError(), 'denied'],
    ['no right, as a status', status(7, 'PERMISSION_DENIED: Access Denied'), 'denied'],
    ['a wrong password, as a status', status(16, 'UNAUTHENTICATED'), 'denied'],
    ['too much', MaxAppendSizeExceededError.fromMaxAppendSize(1_048_576), 'tooLarge'],
    ['a leader that is none', { type: 'not-leader', message: 'Leader info available' }, 'lost'],
    ['an election', status(14, 'UNAVAILABLE: Server Is Not Ready'), 'lost'],
    ['a connection that broke', status(14, 'UNAVAILABLE: Connection dropped'), 'lost'],
    ['a call that was cut off', new CancelledError(), 'lost'],
    ['a call that was cut off, as a status', status(1, 'CANCELLED: Call cancelled'), 'lost'],
    ['a time limit of the server', new DeadlineExceededError(), 'lost'],
    [
      'a refused connection',
      status(14, 'UNAVAILABLE: No connection established. Last error: ECONNREFUSED'),
      'unreachable',
    ],
    ['a cluster that nobody of answers', new Error('Failed to discover after 3 attempts.'), 'unreachable'],
    ['a place where nothing begins', status(3, 'INVALID_ARGUMENT: Invalid position'), 'position'],
    ['a bad request as something unknown', new UnknownError(undefined, 'Bad Request'), 'strange'],
    ['a fault of the client', new TypeError('undefined is not iterable'), 'strange'],
    ['a text', 'Impossible situation', 'strange'],
    ['nothing', undefined, 'strange'],
  ])('%s is told', (_what, error, kind) => {
    expect(faultOf(error)).toMatchObject({ name: 'DriverFault', kind });
  });

  test('another revision says which', () => {
    expect(faultOf(atOther(7n)).actual).toBe(7n);
    expect(faultOf(atOther('no_stream')).actual).toBe('empty');
  });

  test('a time limit of the server names the clocks: it is a time of the client, held against the clock of the server', () => {
    expect(faultOf(new DeadlineExceededError()).message).toContain('clocks');
  });

  test('a fault of ours is passed on as it is', () => {
    const fault = new DriverFault('silent', 'no answer');
    expect(faultOf(fault)).toBe(fault);
  });
});
