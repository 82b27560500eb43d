// One of several processes that append to the same streams. Says on stderr when it is ready, begins when its stdin ends, and
// prints {appended, conflicts} when its share is done.
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [connectionString, name, callers, appends] = process.argv.slice(2);
const STREAMS = 12;
const index = join(process.cwd(), 'dist/libs/event-store/src/index.js');
const { PostgresEventStore } = await import(pathToFileURL(index).href);

const store = await PostgresEventStore.open({ connectionString, durability: 'none' });
const expected = new Map();
let made = 0;
let conflicts = 0;

const event = () => ({
  type: 'gov.sijill.sample.made.v1',
  source: `urn:sijill:dm:${name}`,
  id: `${name}-${++made}`,
  time: '2026-02-03T04:05:06Z',
  actor: name,
  data: Buffer.from('{"sheets":1}'),
  salt: randomBytes(32),
  requestMac: createHash('sha256').update(name).digest(),
});

/** Until it is in: a conflict says where the stream is now. */
async function append(stream, count) {
  const events = Array.from({ length: count }, event);
  for (;;) {
    try {
      const { revision } = await store.append(stream, expected.get(stream) ?? 'empty', events);
      expected.set(stream, revision);
      return;
    } catch (error) {
      if (error.code !== 'stream.conflict') throw error;
      conflicts++;
      expected.set(stream, error.params.actual === 'empty' ? 'empty' : BigInt(error.params.actual));
    }
  }
}

process.stderr.write('ready\n');
for await (const _ of process.stdin);
let appended = 0;
await Promise.all(
  Array.from({ length: Number(callers) }, async (_, caller) => {
    for (let nth = 0; nth < Number(appends); nth++) {
      const count = 1 + ((caller + nth) % 3);
      await append(`shared-${(caller * 7 + nth) % STREAMS}`, count);
      appended += count;
    }
  }),
);
await store.close();
process.stdout.write(JSON.stringify({ appended, conflicts }));
