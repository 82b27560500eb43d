import { devNull } from 'node:os';
import { eventStoreFailures, type StoredEvent } from '#event-store';
import { canonicalBytes, type Json } from '#kernel';
import type { WireEvent } from '#simulation';
import { checkJournal } from '../support/checker.js';
import { checkOrder } from './checks.js';
import { type AcknowledgedByClient, faultOfAnswer, History } from './history.js';
import { isAsBefore } from './runner.js';
import { faultOfMemory, faultOfQueue, faultsOfPositions } from './watch.js';

const SOURCE = 'urn:sijill:rta:counter';
const MIB = 2 ** 20;

const stored = (position: number, stream: string, revision: number, over: Partial<StoredEvent> = {}): StoredEvent => ({
  ...({ type: 'x', time: '', actor: 'x', recorded: '', isWithheld: false } as StoredEvent),
  position: BigInt(position),
  stream,
  revision: BigInt(revision),
  source: SOURCE,
  id: `e-${position}`,
  data: canonicalBytes({ n: position }),
  ...over,
});
const acknowledged = (client: string, n: number, position = n): AcknowledgedByClient => ({
  ...{ client, source: SOURCE, id: `e-${n}`, data: { n }, position: String(position) },
});

/** Two streams, written by two clients by turns. */
const JOURNAL = [stored(0, 'a-1', 0), stored(1, 'b-1', 0), stored(2, 'a-1', 1), stored(3, 'b-1', 1)];
const TOLD = [0, 1, 2, 3].map((n) => acknowledged(n % 2 === 0 ? 'one' : 'two', n));
const SENT = new Set(JOURNAL.map(({ id }) => id));

describe('The check of the journal (I1, I2)', () => {
  const faultsOf = (
    journal = JOURNAL,
    told: readonly AcknowledgedByClient[] = TOLD,
    sent: ReadonlySet<string> = SENT,
  ) => checkJournal(journal, told, sent).join('\n');
  /** The journal with another event at this place. */
  const having = (at: number, over: Partial<StoredEvent>) =>
    JOURNAL.map((event, place) => (place === at ? { ...event, ...over } : event));

  test('finds nothing in a whole one, acknowledged or not', () => {
    expect(faultsOf()).toBe('');
    expect(faultsOf(JOURNAL, [])).toBe('');
  });

  test.each<[what: string, faults: string, finds: RegExp]>([
    ['a hole between positions', faultsOf(having(3, { position: 4n })), /position 4 stands at 3/],
    ['a hole between revisions', faultsOf(having(2, { revision: 2n })), /a-1 has revision 2 after 0/],
    ['a revision told twice', faultsOf(having(2, { revision: 0n })), /a-1 has revision 0 after 0/],
    ['what nobody sent', faultsOf(JOURNAL, TOLD, new Set(['e-0', 'e-1', 'e-2'])), /e-3 was never sent/],
    ['an event twice', faultsOf([...JOURNAL, stored(4, 'a-1', 2, { id: 'e-0' })]), /e-0 is there 2 times/],
    ['an acknowledged event that is gone', faultsOf(JOURNAL.slice(0, 3)), /e-3 was acknowledged and is not there/],
    ['one at another place', faultsOf(JOURNAL, [acknowledged('one', 0, 2)]), /e-0 was acknowledged at 2, is at 0/],
    ['one with other bytes', faultsOf(having(1, { data: canonicalBytes({ n: 7 }) })), /e-1 has other bytes/],
  ])('finds %s', (_what, faults, finds) => expect(faults).toMatch(finds));
});

describe('The check of the order (I3)', () => {
  test('finds nothing where each client was answered in the order of its streams', () => {
    expect(checkOrder(JOURNAL, TOLD)).toEqual([]);
    // Another stream of the same client, or another client of the same stream, may be answered earlier.
    expect(checkOrder(JOURNAL, [acknowledged('one', 3), acknowledged('one', 0), acknowledged('two', 2)])).toEqual([]);
    expect(checkOrder(JOURNAL, [acknowledged('one', 2), acknowledged('two', 0)])).toEqual([]);
  });

  test('finds events of a stream that stand in another order than their client was answered', () => {
    const turned = [acknowledged('one', 2), acknowledged('two', 1), acknowledged('one', 0)];
    expect(checkOrder(JOURNAL, turned)).toEqual(['e-0 stands at 0, behind 2 of the same client and stream']);
  });
});

describe('The check of answers (I6)', () => {
  test.each<[what: string, status: number, text: string, isBad: boolean]>([
    ['a fault of ours', 500, 'Unexpected error', false],
    ['an outage of something else', 502, '', false],
    ['an outage told to a broken request', 503, 'The event store cannot be reached.', true],
    ['a trace', 400, 'Error: x\\n    at append (/app/lib/flush.js:20:11)', false],
    ['a place in our code', 400, 'see /app/dist/libs/event-store/src/index.js', false],
    ['a place in a package', 503, 'see /app/node_modules/pg/lib/client.js', false],
    ['a question to the database', 503, 'SELECT position FROM journal.event', false],
    ['what is written to it', 503, 'insert into journal.event values ($1)', false],
    ['what is changed in it', 503, 'update journal.head set next_position = $1', false],
    ['what is taken from it', 503, 'delete from projector.projection', false],
    ['the word of a socket', 503, 'connect ECONNREFUSED 127.0.0.1:5432', false],
    ['the word of a disk', 507, 'ENOSPC: no space left on device, write', false],
    ['the word of PostgreSQL', 503, 'PANIC:  could not write to file', false],
  ])('finds %s', (_what, status, text, isBad) => expect(faultOfAnswer(status, text, isBad)).toMatch(/^answer/));

  test.each([200, 201, 400, 409, 422, 429, 503, 507])('takes a sentence of ours with status %s', (status) => {
    for (const { en, ar } of Object.values(eventStoreFailures))
      expect(faultOfAnswer(status, JSON.stringify({ at: '2026-02-03T10:04:11.201+04:00', en, ar }))).toBeUndefined();
  });

  test('a good event that is refused for good is a fault of its history; one that is taken is not', async () => {
    const history = new History(devNull);
    const event = { source: SOURCE, id: 'e-0', data: { n: 0 } as Json } as WireEvent;
    const request = history.invoke('one', [event]);
    history.ok(request, 'one', [event], [{ status: 'created', position: '0' }]);
    expect([history.faults, history.acknowledged]).toEqual([[], [acknowledged('one', 0)]]);
    history.ok(request, 'one', [event], [{ status: 'rejected', problem: { code: 'event.invalid' } }]);
    expect(history.faults).toEqual(['e-0 was refused: event.invalid']);
    await history.close();
  });
});

describe('The looks at a stack that is hurt (I4, I7)', () => {
  const metrics = (line: string) => `# TYPE sijill_append_queue_events gauge\n${line}\nsijill_other 5000\n`;

  test.each(['0', '4096'])('take a queue of %s events', (events) =>
    expect(faultOfQueue(metrics(`sijill_append_queue_events ${events}`))).toBeUndefined(),
  );

  test.each([
    ['one more than it may hold', metrics('sijill_append_queue_events 4097'), /^4097 events wait/],
    ['no figure', metrics('sijill_append_queue_events NaN'), /^no metric tells/],
    ['no metric', metrics(''), /^no metric tells/],
    ['no answer', '', /^no metric tells/],
  ])('find a queue with %s', (_what, text, finds) => expect(faultOfQueue(text)).toMatch(finds));

  test('find the memory of a process that grows beyond its bound, and no other', () => {
    const curve = [120, 300, 650, 700].map((mebibytes) => mebibytes * MIB);
    expect(curve.map((bytes) => faultOfMemory(1, bytes))).toEqual(curve.map(() => undefined));
    expect(faultOfMemory(1, 700 * MIB + 1)).toBe('process 1 holds 734003201 bytes');
  });

  test('find a projection that goes back, however far it came before', () => {
    const seen = new Map<string, bigint>();
    const look = (...positions: string[]) =>
      faultsOfPositions(
        seen,
        positions.map((position, at) => ({ name: `p${at}`, position })),
      );
    expect([look('-1', '7'), look('9', '7'), look('10', '8')]).toEqual([[], [], []]);
    expect(look('9', '9')).toEqual(['p0 went back from 10 to 9']);
    expect(look('9', '9')).toEqual([]);
  });

  test('find answers that are slower than before', () => {
    expect([isAsBefore(10, 40), isAsBefore(10_000, 40_000)]).toEqual([true, true]);
    expect([isAsBefore(10, 20_000), isAsBefore(10_000, 50_000)]).toEqual([false, false]);
  });
});
