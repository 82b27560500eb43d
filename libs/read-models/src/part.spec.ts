import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MemoryPage } from './page.js';
import { composed, type Part } from './part.js';
import type { ReadEvent, Table } from './read-model.js';

@Entity({ name: 'seen_here', synchronize: false })
class SeenHere {
  @PrimaryColumn('text') id!: string;
  @Column('int') times!: number;
}
@Entity({ name: 'seen_there', synchronize: false })
class SeenThere {
  @PrimaryColumn('text') id!: string;
  @Column('int') times!: number;
}

const RECEIVED = 'gov.sijill.transaction.received.v1';
const REGISTERED = 'gov.sijill.service.registered.v1';

const counting = (name: string, table: Table, types: readonly string[]): Part => ({
  name,
  version: 2,
  cubes: [],
  rows: [table],
  types,
  keys: ({ stream }) => [stream],
  apply(event, page) {
    const times = (page.get<{ times: number }>(event.stream)?.times ?? 0) + 1;
    page.set(event.stream, { times });
    page.put(table, { id: event.id, times });
  },
});
const here = counting('', SeenHere, [RECEIVED, REGISTERED]);
const there = counting('there', SeenThere, [REGISTERED]);

const event = (type: string, id: string): ReadEvent => ({
  ...{ type, id, data: {}, stream: `x-${id}`, category: 'x', revision: 0n, source: 's', time: '2025-01-01T00:00:00Z' },
  ...{ recorded: '2025-01-01T00:00:00.000000Z', effectiveDay: '2025-01-01', knownDay: '2025-01-01' },
  recordedDay: '2025-01-01',
});

describe('A projection of parts', () => {
  const model = composed('both', [here, there]);

  test('has the tables, the types and the sum of the versions of its parts', () => {
    expect(model).toMatchObject({ name: 'both', version: 4, cubes: [], rows: [SeenHere, SeenThere] });
    expect([...model.types].sort()).toEqual([REGISTERED, RECEIVED].sort());
  });

  test('keeps what its parts remember apart, and names every key that they read', () => {
    const page = new MemoryPage();
    for (const type of [RECEIVED, REGISTERED, REGISTERED]) page.take(event(type, '1'), model);
    expect([...page.rows(SeenHere)]).toEqual([{ id: '1', times: 3 }]);
    expect([...page.rows(SeenThere)]).toEqual([{ id: '1', times: 2 }]);
    expect(new Set(Array.from(page.changedStates(), ([key]) => key))).toEqual(new Set(['x-1', 'there/x-1']));
    expect(model.keys(event(REGISTERED, '1'))).toEqual(['x-1', 'there/x-1']);
    expect(model.keys(event(RECEIVED, '1'))).toEqual(['x-1']);
  });

  test('shows no event to a part that does not fold its type', () => {
    const page = new MemoryPage();
    page.take(event(RECEIVED, '1'), model);
    expect([...page.rows(SeenThere)]).toEqual([]);
  });

  test('has no table and no name twice', () => {
    expect(() => composed('both', [here, { ...here, name: 'again' }])).toThrow('a table in common');
    expect(() => composed('both', [here, counting('', SeenThere, [])])).toThrow('one name');
  });
});
