import { MemoryEventStore } from '#event-store';
import { acceptData, DEFAULTS_SOURCE, defaultFacts, type Fact, recordAll } from '#ledger';
import { postedOf, remembering } from '../../../ledger/src/batch.given.contract.js';
import type { SimulatedEvent } from '../event.js';
import { simulate, totalsOf } from '../year.js';

const EVENTS = 20_000;
const RECORDED = '2026-11-22T10:00:00.000000Z';

/** What the ledger refuses of a run, each with its reason. */
const refusals = async (run: readonly SimulatedEvent[]): Promise<string[]> => {
  let now = 1_790_000_000_000_000n;
  const store = new MemoryEventStore(() => (now += 1_000n));
  const registers = defaultFacts().map((fact) =>
    postedOf({ ...fact, source: DEFAULTS_SOURCE, recorded: RECORDED }, fact.id, true),
  );
  await recordAll(store, registers, remembering(store));
  const refused: string[] = [];
  const posted = run.map(({ event, role }) => {
    const faults = acceptData(event.type, event.data);
    if (faults.length > 0) refused.push(`${event.type} ${JSON.stringify(faults[0])}`);
    return postedOf({ ...event, recorded: RECORDED } satisfies Fact, event.id, role === 'steward');
  });
  if (refused.length > 0) return refused;
  for (const [at, outcome] of (await recordAll(store, posted, remembering(store))).entries()) {
    const { event } = run[at]!;
    if ('failure' in outcome) refused.push(`${event.type} ${JSON.stringify(event.data)}: ${outcome.failure.code}`);
    else if (outcome.answer.isDuplicate) refused.push(`${event.type} ${JSON.stringify(event.data)}: says nothing new`);
  }
  return refused;
};

describe('A year with programmes', () => {
  const year = [...simulate({ seed: '2026', events: EVENTS, programmes: true })];
  const nounOf = ({ event }: SimulatedEvent) => event.type.split('.').slice(2, 4).join('.');

  test('is accepted by the rules of the ledger, every event of it, and each says something', async () => {
    expect((await refusals(year)).slice(0, 5)).toEqual([]);
    expect((await refusals([...simulate({ seed: '2026', events: 4_000, programmes: true })])).slice(0, 5)).toEqual([]);
  });

  test('tells of programmes in their published size, and of traffic more than of anything else', () => {
    const counts = totalsOf(year);
    expect(counts).toMatchObject({ entities: 47, centres: expect.any(Number), kiosks: 20, editions: 2 });
    expect(counts.centres).toBeGreaterThan(100);
    expect(counts.services).toBeGreaterThan(1_100);
    expect(counts.baseline_sheets).toBe(325_766_723);
    const traffic = year.filter((one) => nounOf(one).startsWith('transaction.')).length;
    expect(traffic).toBeGreaterThan(EVENTS / 2);
  });
});
