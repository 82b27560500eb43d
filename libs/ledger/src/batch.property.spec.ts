import { type EventStore, eventStoreFailures, type MemoryEventStore } from '#event-store';
import { failingWith } from '#kernel';
import {
  drawnBatch,
  entity,
  freshStore,
  journalOf,
  oneByOne,
  postedOf,
  received,
  remembering,
  service,
  streamsOf,
  told,
  transaction,
  transferred,
} from './batch.given.contract.js';
import { type Posted, recordAll, WAVE_FACTS_MAX, wavesOf } from './batch.js';
import { randomOf } from './drawn.contract.js';
import { frozen } from './given.contract.js';
import type { Outcome } from './judgement.js';
import { type RememberedStream, StreamMemory } from './stream-memory.js';

const SEED = Number(process.env.TEST_SEED ?? 20261122);
const BATCHES = 400;
const refuse = failingWith(eventStoreFailures);

const together = (store: EventStore, batch: readonly Posted[], memory?: StreamMemory) =>
  recordAll(store, batch, remembering(store), memory);
const codeOf = (outcome: Outcome | undefined) =>
  outcome === undefined
    ? 'none'
    : 'failure' in outcome
      ? outcome.failure.code
      : outcome.answer.isDuplicate
        ? 'duplicate'
        : 'created';

/** The store with its appends counted, and now and then out of reach. */
const watched = (store: MemoryEventStore, isAway: () => boolean = () => false) => {
  const appends: number[] = [];
  const through = new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name !== 'append') return member.bind(target);
      return async (...call: Parameters<EventStore['append']>) => {
        if (isAway()) throw refuse('store.unavailable');
        appends.push(call[2].length);
        return target.append(...call);
      };
    },
  });
  return { through, appends };
};

/** What is remembered is shared by requests: a rule book that changed a state in place would throw here. */
class FrozenMemory extends StreamMemory {
  override keep(name: string, stream: RememberedStream): void {
    frozen(stream.state);
    super.keep(name, stream);
  }
}

const noMemory = (): StreamMemory | undefined => undefined;
const aMemory = (): StreamMemory | undefined => new FrozenMemory();

describe.each([
  ['dense', 'no', noMemory],
  ['sparse', 'no', noMemory],
  ['dense', 'a', aMemory],
  ['sparse', 'a', aMemory],
] as const)(`A batch on a store with %s positions and %s memory of streams, seed ${SEED}`, (order, _, newMemory) => {
  test(`is answered and recorded exactly as if its facts came one by one (${BATCHES} batches)`, async () => {
    const random = randomOf(SEED);
    const seen = new Map<string, number>();
    for (let nth = 0; nth < BATCHES; nth++) {
      const [alone, shared] = [await freshStore(), await freshStore(order)];
      const memory = newMemory();
      for (const label of ['a', 'b']) {
        const batch = drawnBatch(random, label);
        const [expected, outcomes] = [await oneByOne(alone, batch), await together(shared, batch, memory)];
        const [left, right] = [await journalOf(alone), await journalOf(shared)];
        expect(told(outcomes, right)).toEqual(told(expected, left));
        expect(streamsOf(right)).toEqual(streamsOf(left));
        for (const outcome of outcomes) seen.set(codeOf(outcome), (seen.get(codeOf(outcome)) ?? 0) + 1);
      }
    }
    const codes = ['created', 'duplicate', 'event.idReused', 'reference.unknown', 'transaction.unknown'];
    for (const code of [...codes, 'entry.exists', 'transaction.closed', 'source.notOwner', 'role.forbidden']) {
      expect([code, (seen.get(code) ?? 0) > 20]).toEqual([code, true]);
    }
  });

  test('loses and doubles nothing when the store is away now and then: what was unsettled is sent again, in order', async () => {
    const random = randomOf(SEED + 2);
    for (let nth = 0; nth < BATCHES / 2; nth++) {
      const [alone, shaken] = [await freshStore(), await freshStore(order)];
      const isOwn = ({ references, stream }: Posted) =>
        stream.category === 'transaction' && references.every(({ id }) => id === 'permit');
      const batch = drawnBatch(random, 'a').filter(isOwn); // what a batch opens for itself is there when a part is sent again
      const expected = await oneByOne(alone, batch);
      const { through } = watched(shaken, () => random.upTo(3) === 0);
      const final: Outcome[] = [];
      const memory = newMemory();
      for (let left = batch.map((_, at) => at); left.length > 0; ) {
        const outcomes = await together(
          through,
          left.map((at) => batch[at] as Posted),
          memory,
        );
        for (const [index, at] of left.entries()) final[at] = outcomes[index] as Outcome;
        left = left.filter((at) => codeOf(final[at]) === 'store.unavailable');
      }
      expect(streamsOf(await journalOf(shaken))).toEqual(streamsOf(await journalOf(alone)));
      expect(final.map(codeOf)).toEqual(expected.map(codeOf));
    }
  });
});

const none = () => [];
const ofEach = (count: number) => Array.from({ length: count }, aMemory);
const ofAll = (count: number) => Array.from({ length: count }).fill(aMemory()) as StreamMemory[];

describe.each([
  ['dense', 'no memory', none],
  ['sparse', 'no memory', none],
  ['dense', 'a memory each, as in processes of their own', ofEach],
  ['sparse', 'a memory each, as in processes of their own', ofEach],
  ['dense', 'one memory, as in one process', ofAll],
  ['sparse', 'one memory, as in one process', ofAll],
] as const)(`Batches at once on a store with %s positions and %s, seed ${SEED}`, (order, _, memoriesOf) => {
  test('keep their promises beside racing ones: what is answered is there, once, and a repeat is told so', async () => {
    const random = randomOf(SEED + 1);
    for (let nth = 0; nth < BATCHES / 4; nth++) {
      const store = await freshStore(order);
      const batches = ['a', 'b', 'c'].map((label) => drawnBatch(random, label));
      const memories = memoriesOf(batches.length);
      const outcomes = await Promise.all(batches.map((batch, of) => together(store, batch, memories[of])));
      const journal = await journalOf(store);
      const identities = journal.map(({ stream, source, id }) => `${stream} ${source} ${id}`);
      expect(new Set(identities).size).toBe(identities.length);
      const repeated = await Promise.all(batches.map((batch, of) => together(store, batch, memories[of])));
      for (const [at, outcome] of outcomes.flat().entries()) {
        if ('failure' in outcome || outcome.answer.isDuplicate) continue;
        const again = repeated.flat()[at];
        expect(again).toEqual({ answer: { ...outcome.answer, isDuplicate: true } });
        const there = journal.find(({ position }) => position === outcome.answer.position);
        expect(there).toMatchObject({ stream: outcome.answer.stream, revision: outcome.answer.revision });
      }
    }
  });
});

describe('A batch on its way to the store', () => {
  const step = (nth: number) =>
    transaction('stepCompleted', { number: 'T-1', stepId: `s-${nth}`, mode: 'manual', actor: 'staff' });

  test('writes the facts of one stream in one append, at most 100 of them', async () => {
    const { through, appends } = watched(await freshStore());
    const facts = [received('T-1'), ...Array.from({ length: 149 }, (_, nth) => step(nth)), received('T-2')];
    const outcomes = await together(
      through,
      facts.map((fact, nth) => postedOf(fact, `e-${nth}`)),
    );
    expect(outcomes.map(codeOf).filter((code) => code !== 'created')).toEqual([]);
    expect(appends).toEqual([100, 1, 50]);
  });

  test('takes facts apart again where one of them makes the append fail', async () => {
    const store = await freshStore();
    const huge = transaction('stepCompleted', {
      number: 'T-1',
      stepId: 'x'.repeat(600_000),
      mode: 'manual',
      actor: 'staff',
    });
    const facts = [received('T-1'), step(1), huge, step(2)];
    const outcomes = await together(
      store,
      facts.map((fact, nth) => postedOf(fact, `e-${nth}`)),
    );
    expect(outcomes.map(codeOf)).toEqual(['created', 'created', 'append.tooLarge', 'created']);
  });

  const two = [postedOf(received('T-1'), 'e-1'), postedOf(step(1), 'e-2')];
  const placesIn = (outcomes: readonly Outcome[]) =>
    outcomes.map((outcome) => ('answer' in outcome ? outcome.answer.position : codeOf(outcome)));

  test('reads back where the facts of one append stand, where positions have gaps', async () => {
    const store = await freshStore('sparse');
    const { through, appends } = watched(store);
    const outcomes = await together(through, two);
    expect(appends).toEqual([2]);
    expect(placesIn(outcomes)).toEqual((await store.readWhole('transaction-rta:T-1')).map(({ position }) => position));
  });

  test.each([
    ['does not answer', async () => Promise.reject(refuse('store.unavailable'))],
    ['has them no more', async () => []],
  ])('does not claim to know where they stand when the store then %s, and a repeat is told', async (_, readStream) => {
    const store = await freshStore('sparse');
    const silent = Object.assign(Object.create(store) as MemoryEventStore, { readStream });
    expect(placesIn(await together(silent, two))).toEqual(['store.outcomeUnknown', 'store.outcomeUnknown']);
    expect((await together(store, two)).map(codeOf)).toEqual(['duplicate', 'duplicate']);
  });

  test('goes in waves: after what opens the streams it names, never before what it must not find', () => {
    const wavesFor = (...facts: Parameters<typeof postedOf>[0][]) => wavesOf(facts.map((fact) => postedOf(fact, 'e')));
    expect(wavesFor(received('T-1', 'new'), service('new', 'rta'), received('T-2', 'new'))).toEqual([[0, 1], [2]]);
    expect(wavesFor(entity('e'), service('s', 'e'), received('T-1', 's'), received('T-1'))).toEqual([[0], [1], [2, 3]]);
    const many = wavesFor(...Array.from({ length: 1_000 }, (_, nth) => received(`T-${nth}`)));
    expect(many.map((wave) => wave.length)).toEqual([WAVE_FACTS_MAX, 1_000 - WAVE_FACTS_MAX]);
  });

  test('does not try a fact whose reference is unsettled, nor what follows it in its stream', async () => {
    let appends = 0;
    const { through } = watched(await freshStore(), () => ++appends === 1);
    const facts = [service('new', 'rta'), received('T-1', 'new'), received('T-1'), received('T-2')];
    const batch = facts.map((fact, nth) => postedOf(fact, `e-${nth}`, nth === 0));
    const away = 'store.unavailable';
    expect((await together(through, batch)).map(codeOf)).toEqual([away, away, away, 'created']);
    expect((await together(through, batch)).map(codeOf)).toEqual([
      'created',
      'created',
      'transaction.exists',
      'duplicate',
    ]);
  });

  test('judges by what an earlier fact of it changed, whatever was remembered before', async () => {
    const facts = [received('T-1'), transferred('permit'), received('T-2')];
    const batch = facts.map((fact, nth) => postedOf(fact, `e-${nth}`, nth === 1));
    const outcomes = await together(await freshStore(), batch);
    expect(outcomes.map(codeOf)).toEqual(['created', 'created', 'transaction.foreignService']);
  });

  test('waits for every stream before it tells of a fault of ours', async () => {
    const store = await freshStore();
    const faulty: Posted = {
      ...postedOf(received('T-1'), 'e-1'),
      say: () => Promise.reject(new TypeError('a defect')),
    };
    await expect(together(store, [faulty, postedOf(received('T-2'), 'e-2')])).rejects.toThrow('a defect');
  });
});
