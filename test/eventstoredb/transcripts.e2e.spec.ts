import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandIn } from '../support/eventstoredb/stand-in.js';
import { connect } from './bare-client.js';
import { conversation, type Request } from './conversation.js';
import { type Answer, Conversation } from './transcript.js';

/** First line of a transcript: who was asked. */
interface Heading {
  readonly transcript: 1;
  /** `stand-in` or `server`: only the second says anything about a real one. */
  readonly of: 'stand-in' | 'server';
  readonly version: string;
  readonly client: string;
}
interface Exchange {
  readonly request: Request;
  readonly answer: Answer;
}

const KEPT = join(__dirname, 'transcripts');
const { TEST_ESDB_URL, TEST_ESDB_TRANSCRIPT } = process.env;
const CLIENT = JSON.parse(readFileSync(require.resolve('@eventstore/db-client/package.json'), 'utf8'))
  .version as string;

/** Asks a server everything and writes down what it says: a heading, then a request with its answer a line. */
async function record(url: string, of: Heading['of'], file: string): Promise<void> {
  const client = connect(url);
  const asked = new Conversation(client);
  const lines: (Heading | Exchange)[] = [{ transcript: 1, of, version: await asked.version(), client: CLIENT }];
  for (const request of conversation) lines.push({ request, answer: await asked.ask(request) });
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await client.dispose();
}

/** Asks the stand-in the requests of a transcript. @returns where it answers in another way. */
async function differences(file: string): Promise<readonly unknown[]> {
  const [, ...exchanges] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Exchange);
  const server = await StandIn.start();
  const client = connect(server.url);
  const asked = new Conversation(client);
  const found: unknown[] = [];
  for (const { request, answer } of exchanges) {
    const standIn = await asked.ask(request);
    if (JSON.stringify(standIn) !== JSON.stringify(answer)) found.push({ request, answer, standIn });
  }
  await client.dispose();
  await server.stop();
  return found;
}

const kept = readdirSync(KEPT).filter((name) => name.endsWith('.jsonl'));
let recorded: string;
beforeAll(async () => {
  recorded = TEST_ESDB_TRANSCRIPT ?? join(mkdtempSync(join(tmpdir(), 'sijill-transcript-')), 'recorded.jsonl');
  if (TEST_ESDB_URL) {
    await record(TEST_ESDB_URL, 'server', recorded);
    return;
  }
  const server = await StandIn.start();
  await record(server.url, 'stand-in', recorded);
  await server.stop();
});

describe('A transcript', () => {
  test('of a server, recorded now, is what the stand-in answers', async () => {
    expect(await differences(recorded)).toEqual([]);
  });

  test.each(kept)('%s, kept, is what the stand-in answers', async (name) => {
    expect(await differences(join(KEPT, name))).toEqual([]);
  });

  test('says of whom it is, and asks everything that is asked today', () => {
    expect(kept).not.toEqual([]);
    for (const name of kept) {
      const [heading, ...exchanges] = readFileSync(join(KEPT, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(heading).toMatchObject({
        transcript: 1,
        of: name.startsWith('stand-in') ? 'stand-in' : 'server',
        client: CLIENT,
      });
      expect(exchanges.map(({ request }) => request)).toEqual(conversation);
    }
  });

  test('that says something else is found out', async () => {
    const changed = join(mkdtempSync(join(tmpdir(), 'sijill-transcript-')), 'changed.jsonl');
    const lines = readFileSync(recorded, 'utf8').trim().split('\n');
    const at = lines.findIndex((line) => line.includes('wrong-expected-version'));
    lines[at] = lines[at]!.replace('wrong-expected-version', 'stream-deleted');
    writeFileSync(changed, `${lines.join('\n')}\n`);
    expect(await differences(changed)).toHaveLength(1);
  });
});
