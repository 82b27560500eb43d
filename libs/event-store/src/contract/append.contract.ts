import { Failure } from '#kernel';
import { type Appended, type EventStore, type Expected, type NewEvent, STREAM_NAME_BYTES_MAX } from '../port.js';
import {
  type Check,
  failing,
  fill,
  fresh32,
  freshStream,
  plain,
  readAfter,
  sample,
  samples,
  write,
} from './fixtures.contract.js';

const CASES: readonly [holds: number, expected: Expected][] = [0, 1, 3].flatMap((holds) =>
  (['empty', 0n, BigInt(holds) - 1n, BigInt(holds)] as const)
    .filter((expected) => expected === 'empty' || expected >= 0n)
    .map((expected): [number, Expected] => [holds, expected]),
);

async function acceptsTheExpectedRevisionOnly(store: EventStore): Promise<void> {
  for (const [holds, expected] of CASES) {
    const stream = freshStream();
    if (holds > 0) await fill(store, stream, holds);
    const actual: Expected = holds === 0 ? 'empty' : BigInt(holds) - 1n;
    const append = fill(store, stream, 2, expected);
    if (expected === actual) expect(await append).toMatchObject({ revision: BigInt(holds) + 1n });
    else {
      const params = { expected: String(expected), actual: String(actual) };
      await expect(append).rejects.toEqual(failing('stream.conflict', params));
    }
    expect(await store.readWhole(stream)).toHaveLength(expected === actual ? holds + 2 : holds);
  }
}

async function leavesNothingOfARefusedAppend(store: EventStore): Promise<void> {
  const [stream, before] = [freshStream(), await store.head()];
  const events = [sample(), sample(), sample({ salt: new Uint8Array(31) })];
  await expect(store.append(stream, 'empty', events)).rejects.toEqual(failing('append.invalid'));
  await expect(fill(store, stream, 3, 0n)).rejects.toEqual(failing('stream.conflict'));
  expect(await store.readWhole(stream)).toEqual([]);
  expect(await store.head()).toBe(before);
}

async function keepsAppendsWholeUnderEightWriters(store: EventStore): Promise<void> {
  const before = await store.head();
  const written = await write(store, 8, 20);
  const events = await readAfter(store, before);
  expect(events).toHaveLength(written);
  const revisions = new Map<string, bigint>();
  for (const [index, { stream, revision, position, recorded }] of events.entries()) {
    expect(revision).toBe((revisions.get(stream) ?? -1n) + 1n);
    revisions.set(stream, revision);
    const next = events[index + 1];
    if (!next) continue;
    expect(next.position > position).toBe(true);
    expect(next.recorded >= recorded).toBe(true);
    // Appends have 1, 2, 3, 4, 1, 2, … events: inside of one the next event of the journal is the next of the stream.
    if (![0n, 2n, 5n, 9n].includes(revision % 10n)) expect(next).toMatchObject({ stream, revision: revision + 1n });
  }
}

async function letsExactlyOneRacerWin(store: EventStore): Promise<void> {
  const stream = freshStream();
  await fill(store, stream, 1);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => fill(store, stream, 1, 0n)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected')
      expect(result.reason).toEqual(failing('stream.conflict', { expected: '0', actual: '1' }));
  }
  expect(await store.readWhole(stream)).toHaveLength(2);
}

async function givesBackTheBytesItTook(store: EventStore): Promise<void> {
  const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const texts = ['{"10":1.0,"9":"\u2028"}', '{"ا":"سجل"}', '', '{"a":"\\u0000"}'];
  const data = [...texts.map((text) => new TextEncoder().encode(text)), everyByte];
  const stream = freshStream();
  await store.append(
    stream,
    'empty',
    data.map((bytes) => sample({ data: bytes })),
  );
  const big = new Uint8Array(512 * 1024).map((_, index) => (index * 31) % 256);
  await store.append(stream, BigInt(data.length - 1), [sample({ data: big })]);
  const stored = await store.readWhole(stream);
  for (const [index, bytes] of [...data, big].entries()) expect(Buffer.compare(stored[index].data, bytes)).toBe(0);
  expect(Buffer.compare((await store.readAt(stored[stored.length - 1].position))?.data ?? everyByte, big)).toBe(0);
}

async function keepsEveryMember(store: EventStore): Promise<void> {
  const stream = freshStream();
  const events = [sample(), sample({ correlation: 'corr-1', causation: 'urn:x#2' }), sample({ causation: 'only' })];
  const appended = await store.append(stream, 'empty', events);
  const stored = await store.readWhole(stream);
  expect(appended).toEqual(placed(stored[2]));
  for (const [index, event] of events.entries()) {
    const { stream: at, revision, position, recorded, isWithheld } = stored[index];
    expect(plain(stored[index])).toEqual(plain(event));
    expect([at, revision, isWithheld]).toEqual([stream, BigInt(index), false]);
    expect(typeof position).toBe('bigint');
    expect(recorded).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }
}

async function answersARepeatedAttemptAsTheFirstTime(store: EventStore): Promise<void> {
  const stream = freshStream();
  const events = samples(3);
  const first = await store.append(stream, 'empty', events);
  expect(await store.append(stream, 'empty', events)).toEqual(first);
  await fill(store, stream, 1, 2n);
  expect(await store.append(stream, 'empty', events)).toEqual(first);
  expect(await store.readWhole(stream)).toHaveLength(4);
}

/** The caller settles a repeat with fresh salts: it needs a conflict, and the stored salt and MAC. */
async function refusesAnotherAttemptWithWhatSettlesIt(store: EventStore): Promise<void> {
  const stream = freshStream();
  const event = sample();
  const again: NewEvent = { ...event, salt: fresh32(), requestMac: fresh32() };
  const results = await Promise.allSettled([
    store.append(stream, 'empty', [event]),
    store.append(stream, 'empty', [again]),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const winner = results[0].status === 'fulfilled' ? event : again;
  const [stored] = await store.readWhole(stream);
  expect(plain(stored)).toMatchObject(plain(winner));
  const other = freshStream();
  // The same source and id elsewhere is another event.
  await store.append(other, 'empty', [{ ...event, salt: fresh32() }]);
  expect(await store.readWhole(other)).toHaveLength(1);
}

async function refusesWhatIsOutOfBounds(store: EventStore): Promise<void> {
  const before = await store.head();
  const stream = freshStream();
  const names = [
    '',
    'x',
    '-1',
    '$all-1',
    'Sample-1',
    'sample-',
    'sample-a b',
    'sample-"',
    'sample-\\',
    'sample-é',
    freshStream().padEnd(STREAM_NAME_BYTES_MAX + 1, 'x'),
  ];
  for (const name of names) await expect(fill(store, name, 1)).rejects.toEqual(failing('append.invalid'));
  await fill(store, freshStream().padEnd(STREAM_NAME_BYTES_MAX, 'x'), 1);
  const invalid: NewEvent[][] = [
    [],
    samples(101),
    [sample({ type: 'a b' })],
    [sample({ id: '' })],
    [sample({ correlation: 'é' })],
    [sample({ id: 'x'.repeat(2_049) })],
    [sample({ requestMac: new Uint8Array(33) })],
  ];
  for (const events of invalid) {
    await expect(store.append(stream, 'empty', events)).rejects.toEqual(failing('append.invalid'));
  }
  await expect(fill(store, stream, 1, -1n)).rejects.toEqual(failing('append.invalid'));
  const large: NewEvent[][] = [
    [sample({ data: new Uint8Array(512 * 1024 + 1) })],
    samples(2, { data: new Uint8Array(499_000) }),
  ];
  for (const events of large)
    await expect(store.append(stream, 'empty', events)).rejects.toEqual(failing('append.tooLarge'));
  await expect(fill(store, stream, 1, 49_999n)).rejects.toEqual(failing('stream.full'));
  await expect(fill(store, stream, 1, 49_998n)).rejects.toEqual(failing('stream.conflict'));
  expect(await readAfter(store, before)).toHaveLength(1);
  await store.append(stream, 'empty', samples(100));
  await store.append(stream, 99n, samples(2, { data: new Uint8Array(497_952) }));
}

async function failsWithFailuresOnly(store: EventStore): Promise<void> {
  const error = await fill(store, freshStream(), 1, 5n).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).kind).toBe('conflict');
  expect((error as Failure).text('ar')).toContain('empty');
}

const placed = ({ revision, position, recorded }: Appended): Appended => ({ revision, position, recorded });

export const appendChecks = {
  'an append is taken at the revision the caller has read and at no other': acceptsTheExpectedRevisionOnly,
  'an append is stored as a whole or not at all': leavesNothingOfARefusedAppend,
  'revisions are contiguous and appends adjacent under eight writers': keepsAppendsWholeUnderEightWriters,
  'of twenty racers on one revision exactly one wins, the others learn the actual one': letsExactlyOneRacerWin,
  'bytes come back as they went in': givesBackTheBytesItTook,
  'salts, MACs, optional members and submitted times survive': keepsEveryMember,
  'the same attempt again is stored once and answered as the first time': answersARepeatedAttemptAsTheFirstTime,
  'another attempt with the same id is a conflict that the stored salt and MAC settle':
    refusesAnotherAttemptWithWhatSettlesIt,
  'what is out of bounds is refused and leaves nothing': refusesWhatIsOutOfBounds,
  'a refusal is a Failure with a code, a kind and both languages': failsWithFailuresOnly,
} as const satisfies Record<string, Check>;
