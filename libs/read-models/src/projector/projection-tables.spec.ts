import type { ClientBase, Connection, Submittable } from 'pg';
import { parcels } from '../../../../test/support/read-models.js';
import type { ReadEvent } from '../read-model.js';
import { ProjectionTables } from './projection-tables.js';

type Answered = (error: Error | undefined, result: { readonly rowCount: number }) => void;

/** A connection that takes bytes and sends none: it may still hold them when somebody has given up. */
class StalledConnection {
  readonly held: Buffer[] = [];
  readonly parsedStatements = {};
  readonly stream = { writable: true, cork() {}, uncork() {}, write: (bytes: Buffer) => this.held.push(bytes) };
  parse(): void {}
  describe(): void {}
  execute(): void {}
  sync(): void {}
}

/** The driver as the tables use it. */
const clientOn = (connection: StalledConnection, answer: (answered: Answered) => void): ClientBase =>
  ({
    query(query: Submittable, answered: Answered) {
      query.submit(connection as unknown as Connection);
      answer(answered);
    },
  }) as unknown as ClientBase;

const advance = { sql: 'select 1', values: [] };

const sentParcel = (id: string): ReadEvent => ({
  ...{ type: 'gov.sijill.parcel.sent.v1', data: { channel: 'app', grams: 100 } },
  ...{ stream: `parcel-${id}`, category: 'parcel', id, revision: 0n, source: 'urn:sijill:test:facts' },
  ...{ time: '2021-03-01T08:00:00+04:00', recorded: '2021-03-01T04:00:00.000000Z' },
  ...{ effectiveDay: '2021-03-01', knownDay: '2021-03-01', recordedDay: '2021-03-01' },
});

/** States, and what events added: each longer than what is copied into one piece. */
const pageOf = (tables: ProjectionTables, letter: string) => {
  const folded = tables.begin();
  for (let nth = 0; nth < 400; nth++) {
    folded.page.set(`p${nth}`, { channel: letter.repeat(100) });
    folded.page.take(sentParcel(`${letter}${nth}`), parcels);
  }
  return folded;
};

describe('Memory of the parameters of a page', () => {
  const holds = ({ held }: StalledConnection, letter: string) => Buffer.concat(held).includes(letter.repeat(100));

  test('is not used again when nobody knows whether it was sent', async () => {
    const tables = new ProjectionTables(parcels, 'p_parcels');
    const stalled = new StalledConnection();
    const lost = clientOn(stalled, (answered) => answered(new Error('no answer'), { rowCount: 0 }));
    await expect(tables.write(lost, advance, pageOf(tables, 'a'))).rejects.toThrow('no answer');
    const told = Buffer.concat(stalled.held);
    tables.forget();
    const next = new StalledConnection();
    const client = clientOn(next, (answered) => answered(undefined, { rowCount: 1 }));
    expect(await tables.write(client, advance, pageOf(tables, 'b'))).toBe(true);
    expect(holds(next, 'b')).toBe(true);
    expect(Buffer.concat(stalled.held).equals(told)).toBe(true);
  });

  test('is not used for the next page while the server has not answered', async () => {
    const tables = new ProjectionTables(parcels, 'p_parcels');
    const areAsTold: (() => boolean)[] = [];
    let folded = pageOf(tables, 'a');
    for (const next of ['b', 'c', 'd']) {
      const connection = new StalledConnection();
      let answer: Answered | undefined;
      const client = clientOn(connection, (answered) => {
        answer = answered;
      });
      const writing = tables.write(client, advance, folded);
      const told = Buffer.concat(connection.held);
      areAsTold.push(() => Buffer.concat(connection.held).equals(told));
      folded = pageOf(tables, next); // as the projector does, while the one before is on its way
      expect(areAsTold.at(-1)?.()).toBe(true);
      answer?.(undefined, { rowCount: 1 });
      expect(await writing).toBe(true);
    }
    pageOf(tables, 'e');
    expect(areAsTold.at(-1)?.()).toBe(false); // it is the memory itself that was held, and no copy
  });

  test('is used again once the server has answered', async () => {
    const tables = new ProjectionTables(parcels, 'p_parcels');
    const sent = new StalledConnection();
    const client = clientOn(sent, (answered) => answered(undefined, { rowCount: 1 }));
    expect(await tables.write(client, advance, pageOf(tables, 'a'))).toBe(true);
    expect(holds(sent, 'a')).toBe(true);
    const next = new StalledConnection();
    const again = clientOn(next, (answered) => answered(undefined, { rowCount: 1 }));
    expect(await tables.write(again, advance, pageOf(tables, 'b'))).toBe(true);
    expect(holds(sent, 'a')).toBe(false); // the next page is where the first one was
  });
});
