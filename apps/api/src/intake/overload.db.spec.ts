import { setTimeout as pause } from 'node:timers/promises';
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

const BATCHES = 16;
const EVENTS_PER_BATCH = 500;
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
    const batches = Array.from({ length: BATCHES }, (_, batch) =>
      Array.from({ length: EVENTS_PER_BATCH }, (__, nth) => transactionReceived(`${batch}-${nth}`)),
    );
    let answers: Promise<Reply>[] = [];
    const alone = await whileCommitsAreHeldUp(() => {
      answers = batches.map((batch) => api.post('integrator', batch));
      return untilOverloaded();
    });
    const sent = await Promise.all(answers);
    expect(alone.body).toMatchObject({ status: 503, code: 'store.overloaded', retryable: true });
    expect(Number(alone.headers.get('retry-after'))).toBeGreaterThan(0);
    const refused = sent.flatMap(rejected).map(({ problem }) => problem);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter((problem) => problem?.retryable !== true)).toEqual([]);
    expect(refused.some((problem) => problem?.code === 'store.overloaded')).toBe(true);

    for (const batch of batches) expect(rejected(await api.post('integrator', batch))).toEqual([]);
    const stored = (await wholeJournal(api.store)).filter(({ stream }) => /^transaction-rta:\d+-\d+$/.test(stream));
    expect(stored).toHaveLength(BATCHES * EVENTS_PER_BATCH);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
  }, 180_000);
});
