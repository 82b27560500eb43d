import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT } from 'jose';
import pg from 'pg';
import {
  entityRegistered,
  type Reply,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';
import { wholeJournal } from '../../../../test/support/checker.js';
import { DEVELOPMENT_ISSUER } from '../access/development-issuer.js';
import { DEFAULT_AUDIENCE, TOKEN_TYPE } from '../access/tokens.js';
import { PROBLEM_TYPE } from '../problems/failure.filter.js';
import { SHARE } from './under-way.js';

const BATCHES = 16;
const EVENTS_PER_BATCH = 500;
/** As many as one client may have under way. */
const BATCHES_PER_CLIENT = Math.floor(SHARE.events / EVENTS_PER_BATCH);
const SINGLES = 200;
const REFUSALS_MS_MAX = 5_000;
/** Enough for a flood to be where it can get to, and less than an append waits for its commit. */
const FLOOD_MS = 1_500;
const TRIES_MAX = 400;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
});
afterAll(() => api.close());

interface Result {
  readonly status: string;
  readonly problem?: { readonly code: string; readonly retryable: boolean };
}
const rejected = ({ body }: Reply): Result[] => body.results.filter(({ status }: Result) => status === 'rejected');

/** Header of an integrator of this name. */
async function tokenOf(name: string): Promise<{ readonly authorization: string }> {
  const pem = await readFile(join(api.dataDirectory, 'keys/development-issuer.pem'));
  const token = await new SignJWT({ roles: ['integrator'], sources: ['urn:sijill'] })
    .setProtectedHeader({ alg: 'EdDSA', typ: TOKEN_TYPE })
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEFAULT_AUDIENCE)
    .setSubject(name)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(createPrivateKey(pem));
  return { authorization: `Bearer ${token}` };
}

const batchesOf = (prefix: string) =>
  Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: EVENTS_PER_BATCH }, (__, nth) => transactionReceived(`${prefix}${batch}-${nth}`)),
  );
const storedOf = async (prefix: string) =>
  (await wholeJournal(api.store)).filter(({ stream }) => stream.startsWith(`transaction-rta:${prefix}`));

/** Whoever holds the head row holds up every commit: appends queue behind it, as behind a disk that hangs. */
async function whileCommitsAreHeldUp<T>(work: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({ connectionString: api.database.adminUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select from journal.head for update');
    return await work();
  } finally {
    await holder.end(); // rolls back
  }
}

/** Single events until one is told, however late, that too many wait; those before it are among the waiting. */
async function untilOverloaded(): Promise<Reply> {
  const replies: Reply[] = [];
  for (let nth = 0; nth < TRIES_MAX; nth++) {
    void api.post('integrator', transactionReceived(`single-${nth}`)).then((reply) => replies.push(reply));
    await pause(50);
    const overloaded = replies.find(({ body }) => body.code === 'store.overloaded');
    if (overloaded !== undefined) return overloaded;
  }
  throw new Error(`the queue of appends has no end: ${replies.map(({ body }) => body.code).join(' ')}`);
}

describe('When more events wait for their commit than the store takes', () => {
  test('the rest is refused for now with 503 and Retry-After, and sent again it is all there, once', async () => {
    const batches = batchesOf('many-');
    const clients = await Promise.all(batches.map((_, at) => tokenOf(`client-${Math.floor(at / BATCHES_PER_CLIENT)}`)));
    const send = (batch: unknown, at: number) => api.post(null, batch, clients[at]);
    let answers: Promise<Reply>[] = [];
    const alone = await whileCommitsAreHeldUp(() => {
      answers = batches.map(send);
      return untilOverloaded();
    });
    const sent = await Promise.all(answers);
    expect(alone.body).toMatchObject({ status: 503, code: 'store.overloaded', retryable: true });
    expect(Number(alone.headers.get('retry-after'))).toBeGreaterThan(0);
    const refused = sent.flatMap(rejected).map(({ problem }) => problem);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter((problem) => problem?.retryable !== true)).toEqual([]);
    expect(refused.some((problem) => problem?.code === 'store.overloaded')).toBe(true);

    for (const [at, batch] of batches.entries()) expect(rejected(await send(batch, at))).toEqual([]);
    const stored = await storedOf('many-');
    expect(stored).toHaveLength(BATCHES * EVENTS_PER_BATCH);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
  }, 180_000);
});

describe('When one client has more on its way than its share of the queue', () => {
  test('it is told to wait, nothing of what was refused is recorded, and the single events of another are all taken', async () => {
    const batches = batchesOf('flood-');
    const answered: Reply[] = [];
    let flood: Promise<Reply>[] = [];
    let singles: Promise<Reply>[] = [];
    await whileCommitsAreHeldUp(async () => {
      flood = batches.map(async (batch) => {
        const reply = await api.post('integrator', batch);
        answered.push(reply);
        return reply;
      });
      const refusals = async (milliseconds: number) => {
        const end = Date.now() + milliseconds;
        while (answered.length < BATCHES - BATCHES_PER_CLIENT && Date.now() < end) await pause(20);
      };
      await refusals(FLOOD_MS);
      const another = await tokenOf('another');
      singles = Array.from({ length: SINGLES }, (_, nth) =>
        api.post(null, transactionReceived(`another-${nth}`), another),
      );
      await pause(500); // they wait in the queue now, or were refused
      await refusals(REFUSALS_MS_MAX);
    });
    const told = await Promise.all(singles);
    expect(told.map(({ status, body }) => body.code ?? status)).toEqual(Array.from({ length: SINGLES }, () => 201));

    const replies = await Promise.all(flood);
    const refused = batches.filter((_, at) => replies[at]?.status === 429);
    expect(refused).toHaveLength(BATCHES - BATCHES_PER_CLIENT);
    for (const { status, headers, body } of replies.filter((reply) => reply.status !== 200)) {
      expect([status, headers.get('content-type'), headers.get('retry-after')]).toEqual([429, PROBLEM_TYPE, '1']);
      expect(body).toMatchObject({ code: 'rate.limited', status: 429, retryable: true });
    }
    expect(replies.filter(({ status }) => status === 200).flatMap(rejected)).toEqual([]);
    expect(await storedOf('flood-')).toHaveLength(BATCHES_PER_CLIENT * EVENTS_PER_BATCH);
    for (const batch of refused) expect((await api.post('integrator', batch)).body.created).toBe(EVENTS_PER_BATCH);
  }, 180_000);
});
