import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { WireEvent } from '#simulation';
import { until } from '../support/processes.js';
import { inShort } from './length.js';
import { post } from './load.js';
import { rowsOver } from './rows.js';
import { underLoad } from './runner.js';
import { residentBytes } from './watch.js';

const REPEATS = 10;
const CLIENTS = 8;
const GROWTH_BYTES_MAX = 150 * 1024 * 1024;
const IDLE_MS = inShort(3_000, 15_000);

describe('A ledger whose clients misbehave', () => {
  const row = rowsOver();

  row(
    'duplicates: one event sent ten times by eight clients at once is there once, and every answer says where',
    async (stack) => {
      const [event] = stack.lanes.next(0, 1) as [WireEvent];
      const answers = await Promise.all(
        Array.from({ length: CLIENTS * REPEATS }, (_, nth) => post(stack, `client ${nth % CLIENTS}`, [event])),
      );
      const told = answers.flat();
      expect(told.filter(({ status }) => status === 'created')).toHaveLength(1);
      expect(told.filter(({ status }) => status === 'duplicate')).toHaveLength(CLIENTS * REPEATS - 1);
      expect(new Set(told.map(({ position }) => position)).size).toBe(1);
      const other = { ...event, time: '2025-01-01T00:00:00Z', data: { ...event.data, channel: 'mail' } };
      const [refused] = await post(stack, 'client 0', [other]);
      expect(refused).toMatchObject({ status: 'rejected', problem: { code: 'event.idReused' } });
      expect(await underLoad(stack, () => pause(200))).toEqual([]);
      return {};
    },
  );

  for (const database of ['sijill', 'postgres'])
    row(`idle-transaction ${database}: one that stays open holds nobody up`, async (stack) => {
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
      return { seconds: IDLE_MS / 1_000 };
    });

  row(
    'slow-readers: readers of a byte a second and readers who never read cost bounded memory and slow nobody',
    async (stack) => {
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
          await pause(inShort(2_000, 15_000));
          await load.percentile99();
        });
        expect(faults).toEqual([]);
        const grown = residentBytes(stack.door.api.pid) - before;
        expect(grown).toBeLessThan(GROWTH_BYTES_MAX);
        return { readers: readers.length, 'MiB grown': Math.round(grown / 2 ** 20) };
      } finally {
        for (const leave of readers) leave();
        await until('the api has let them go', async () => (await fetch(`${stack.door.url}/health/ready`)).ok);
      }
    },
  );
});
