import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { inOrder } from './batch.js';

const item = (name: string, stream: string, ...references: string[]) => ({ name, stream, references });

/** Runs a batch and notes what had ended when each item began. */
async function run(items: readonly ReturnType<typeof item>[], work: (name: string) => Promise<void> = () => pause(1)) {
  const ended = new Set<string>();
  const seen = new Map<string, ReadonlySet<string>>();
  let running = 0;
  let most = 0;
  const results = await inOrder(items, async ({ name }) => {
    seen.set(name, new Set(ended));
    most = Math.max(most, ++running);
    await work(name);
    running--;
    ended.add(name);
    return name;
  });
  return { results, seen, most };
}

describe('A batch', () => {
  test('runs items of different streams at the same time', async () => {
    const { most } = await run([item('a', 's1'), item('b', 's2'), item('c', 's3')]);
    expect(most).toBe(3);
  });

  test('runs items of one stream one after the other, in their order', async () => {
    const { seen, most } = await run([item('a', 's'), item('b', 's'), item('c', 's')]);
    expect(most).toBe(1);
    expect([...(seen.get('c') ?? [])]).toEqual(['a', 'b']);
  });

  test('lets an item wait for an earlier one that writes a stream it refers to, never for a later one', async () => {
    const { seen } = await run([
      item('early', 't1', 'entity-x'),
      item('opens', 'entity-x'),
      item('late', 't2', 'entity-x'),
    ]);
    expect(seen.get('late')?.has('opens')).toBe(true);
    expect(seen.get('early')?.size).toBe(0);
  });

  test('lets an item that opens a stream wait for earlier ones that refer to it: they must not find it', async () => {
    const { seen } = await run(
      [item('early', 't1', 'entity-x'), item('other', 't2', 'entity-x'), item('opens', 'entity-x')],
      (name) => pause(name === 'early' ? 20 : 1),
    );
    expect([...(seen.get('opens') ?? [])].sort()).toEqual(['early', 'other']);
    expect(seen.get('early')?.size).toBe(0);
  });

  test('runs at most 512 items at once', async () => {
    const items = Array.from({ length: 1000 }, (_, at) => item(String(at), `s${at}`));
    expect((await run(items)).most).toBe(512);
  });

  test('waits for every item before it tells of a fault', async () => {
    const done: string[] = [];
    const items = [item('fails', 's1'), item('slow', 's2')];
    const batch = inOrder(items, async ({ name }) => {
      if (name === 'fails') throw new Error('fault');
      await pause(20);
      done.push(name);
    });
    await expect(batch).rejects.toThrow('fault');
    expect(done).toEqual(['slow']);
  });

  test('of any shape answers every item in its place and keeps each stream in order', async () => {
    const shape = fc.array(fc.record({ stream: fc.nat(4), references: fc.array(fc.nat(4), { maxLength: 3 }) }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(shape, async (drawn) => {
        const items = drawn.map(({ stream, references }, at) =>
          item(String(at), `s${stream}`, ...references.map((one) => `s${one}`)),
        );
        const { results, seen } = await run(items, () => Promise.resolve());
        expect(results).toEqual(items.map(({ name }) => name));
        for (const [at, { name, stream, references }] of items.entries()) {
          const needed = items.slice(0, at).filter((earlier) => [stream, ...references].includes(earlier.stream));
          for (const earlier of needed) expect(seen.get(name)?.has(earlier.name)).toBe(true);
        }
      }),
      { seed: 2026, numRuns: 100 },
    );
  });
});
