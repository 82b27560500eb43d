// The api of the build with one fault built in on purpose, named by FAULT:
// early answer   it answers before the commit
// early reading  it reads the revision of a stream before it holds the head of the journal
// unsynced       it does not ask the database whether it loses commits in a crash
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startApi } from '../../dist/apps/api/src/start-api.js';
import { openEventStore } from '../../dist/libs/event-store/src/index.js';
import { Failure } from '../../dist/libs/kernel/src/index.js';

const { FAULT, DATABASE_URL: databaseUrl, HOST: host, PORT, SIJILL_DATA_DIR: dataDirectory, ADMIN_URL } = process.env;
const COMMIT_DELAY_MS = 500;
const RACE_MS = 30;
let isListening = false;
let position = 0n;

const revisionOf = (expected) => (expected === 'empty' ? -1n : expected);

const answerEarly = (store) => async (stream, expected, events) => {
  setTimeout(() => store.append(stream, expected, events).catch(() => {}), COMMIT_DELAY_MS);
  position += BigInt(events.length);
  const recorded = new Date().toISOString().replace('Z', '000Z');
  return { position, revision: revisionOf(expected) + BigInt(events.length), recorded };
};

const HEAD = `update journal.head set next_position = next_position + 1, last_recorded = last_recorded + 1
  returning next_position - 1 as position, last_recorded as recorded`;
const INSERT = `insert into journal.event
  (position, stream, revision, recorded, source, id, type, time, actor, correlation, causation, salt, request_mac, data)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;

/** As the store does, but the check stands before the lock: what is committed in between is not seen. */
const readEarly = (store, pool) => async (stream, expected, events) => {
  const last = (await store.readStream(stream, { max: 1, backwards: true }))[0]?.revision ?? -1n;
  if (last !== revisionOf(expected)) throw new Failure('stream.conflict', { kind: 'conflict', en: '', ar: '' });
  await pause(RACE_MS);
  const client = await pool.connect();
  try {
    await client.query('begin');
    let revision = revisionOf(expected);
    let place;
    for (const event of events) {
      place = (await client.query(HEAD)).rows[0];
      revision += 1n;
      const { source, id, type, time, actor, correlation = null, causation = null, salt, requestMac, data } = event;
      const bytes = [salt, requestMac, data].map((value) => Buffer.from(value));
      const values = [
        place.position,
        stream,
        revision,
        place.recorded,
        source,
        id,
        type,
        time,
        actor,
        correlation,
        causation,
      ];
      await client.query(INSERT, [...values, ...bytes]);
    }
    await client.query('commit');
    return { position: BigInt(place.position), revision, recorded: new Date().toISOString().replace('Z', '000Z') };
  } finally {
    client.release();
  }
};

const store = await openEventStore({
  eventStore: process.env.SIJILL_EVENT_STORE,
  databaseUrl,
  durability: FAULT === 'unsynced' ? 'none' : 'full',
});
const appends = {
  'early answer': () => answerEarly(store),
  'early reading': () => readEarly(store, new pg.Pool({ connectionString: ADMIN_URL })),
  unsynced: () => store.append.bind(store),
};
const append = appends[FAULT]();
const faulty = new Proxy(store, {
  get(target, name) {
    if (name === 'append' && isListening) return append;
    return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
  },
});
await startApi({ store: faulty, databaseUrl, host, port: Number(PORT), dataDirectory });
isListening = true;
