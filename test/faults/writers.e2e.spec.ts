import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { WireEvent } from '#simulation';
import { until } from '../support/processes.js';
import { faultOfAnswer, type Told } from './history.js';
import { postRegisters, send } from './load.js';
import { figuresOf, underLoad } from './runner.js';
import { inShort, report } from './scale.js';
import { Stack } from './stack.js';
import { residentBytes } from './watch.js';

const REPEATS = 10;
const CLIENTS = 8;
const GROWTH_BYTES_MAX = 150 * 1024 * 1024;
const IDLE_MS = inShort(3_000, 30_000);

describe('A ledger whose clients misbehave', () => {
  let stack: Stack;
  let isWell = true;

  beforeAll(async () => {
    stack = await Stack.open();
    await postRegisters(stack);
  }, 180_000);
  afterAll(() => stack.close(!isWell));

  /** Posts once, records it, and gives what each event was told. */
  const post = async (client: string, events: readonly WireEvent[]): Promise<readonly Told[]> => {
    const request = stack.history.invoke(client, events);
    const { status, text = '' } = await send(stack.door, stack.token('steward'), JSON.stringify(events));
    expect([status, faultOfAnswer(status, text)]).toEqual([200, undefined]);
    const { results } = JSON.parse(text) as { results: readonly Told[] };
    const kept = results.flatMap((told, index) =>
      told.position === undefined ? [] : [{ told, event: events[index]! }],
    );
    stack.history.ok(
      request,
      client,
      kept.map(({ event }) => event),
      kept.map(({ told }) => told),
    );
    return results;
  };

  test('duplicates: one event sent ten times by eight clients at once is there once, and every answer says where', async () => {
    isWell = false;
    const [event] = stack.lanes.next(0, 1) as [WireEvent];
    const answers = await Promise.all(
      Array.from({ length: CLIENTS * REPEATS }, (_, nth) => post(`client ${nth % CLIENTS}`, [event])),
    );
    const told = answers.flat();
    expect(told.filter(({ status }) => status === 'created')).toHaveLength(1);
    expect(told.filter(({ status }) => status === 'duplicate')).toHaveLength(CLIENTS * REPEATS - 1);
    expect(new Set(told.map(({ position }) => position)).size).toBe(1);
    const other = { ...event, time: '2025-01-01T00:00:00Z', data: { ...event.data, channel: 'mail' } };
    const [refused] = await post('client 0', [other]);
    expect(refused).toMatchObject({ status: 'rejected', problem: { code: 'event.idReused' } });
    expect(await underLoad(stack, () => pause(200))).toEqual([]);
    report('duplicates', figuresOf(stack));
    isWell = true;
  }, 120_000);

  test('reordered: two writers who tell one story out of order are accepted or refused by the rules, never half', async () => {
    isWell = false;
    const story = stack.lanes.next(1, inShort(60, 600));
    const shuffled = story.map((event, at) => ({ event, at: (at * 7_919) % story.length })).sort((a, b) => a.at - b.at);
    const halves = [0, 1].map((half) => shuffled.filter((_, at) => at % 2 === half).map(({ event }) => event));
    const told = await Promise.all(
      halves.map(async (events, half) => {
        const all: Told[] = [];
        // Each on its own: what is refused because it came too early is refused alone.
        for (const event of events) all.push(...(await post(`writer ${half}`, [event])));
        return all;
      }),
    );
    const codes = told.flat().flatMap(({ problem }) => problem?.code ?? []);
    expect(codes.filter((code) => !/^(transaction|stream)\./.test(code))).toEqual([]);
    // Told again in order, what was missing is accepted, and what was there is a repeat.
    for (const event of story) await post(`teller of ${event.id}`, [event]);
    expect(await underLoad(stack, () => pause(200))).toEqual([]);
    report('reordered', { 'refused by rules': codes.length, ...figuresOf(stack) });
    isWell = true;
  }, 300_000);

  test.each(['sijill', 'postgres'])(
    'idle-transaction: one that stays open in %s holds nobody up',
    async (database) => {
      isWell = false;
      const idle = new pg.Client(stack.cluster.url('sijill', database));
      await idle.connect();
      try {
        // It holds a snapshot and has written: the horizon of every database of the server stops here.
        await idle.query('begin isolation level repeatable read; create temporary table held (id int); select 1');
        const faults = await underLoad(stack, async (load) => {
          await load.percentile99();
          await pause(IDLE_MS);
          await load.percentile99();
        });
        expect(faults).toEqual([]);
      } finally {
        await idle.end();
      }
      report(`idle-transaction ${database}`, figuresOf(stack));
      isWell = true;
    },
    180_000,
  );

  test('slow-readers: readers of a byte a second and readers who never read cost bounded memory and slow nobody', async () => {
    isWell = false;
    const before = residentBytes(stack.door.api.pid);
    const readers = Array.from({ length: 40 }, (_, nth) => {
      const { hostname, port } = new URL(stack.door.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined); // the api may give such a reader up
      socket.write(
        `GET /v1/events HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\nauthorization: Bearer ${stack.token('regulator')}\r\n\r\n`,
      );
      socket.pause();
      const timer = nth % 2 === 0 ? setInterval(() => socket.read(1), 1_000) : undefined;
      return () => {
        clearInterval(timer);
        socket.destroy();
      };
    });
    try {
      const faults = await underLoad(stack, async (load) => {
        await pause(inShort(2_000, 30_000));
        await load.percentile99();
      });
      expect(faults).toEqual([]);
      const grown = residentBytes(stack.door.api.pid) - before;
      expect(grown).toBeLessThan(GROWTH_BYTES_MAX);
      report('slow-readers', {
        readers: readers.length,
        'MiB grown': Math.round(grown / 2 ** 20),
        ...figuresOf(stack),
      });
    } finally {
      for (const leave of readers) leave();
    }
    await until('the api has let them go', async () => (await fetch(`${stack.door.url}/health/ready`)).ok);
    isWell = true;
  }, 240_000);
});
