import { DemoLedger } from './support/demo-ledger.js';
import { StandIn } from './support/eventstoredb/stand-in.js';

/** More by `npm run test:eventstoredb -- --events 20000`. */
const EVENTS = process.env.SIJILL_EITHER_STORE_EVENTS ?? '4000';
const SECONDS_MAX = Math.max(600, Number(EVENTS) / 20);

describe(`The same year of government in ${EVENTS} events, told to a ledger on each store`, () => {
  let cluster: StandIn;
  let onPostgres: DemoLedger;
  let onCluster: DemoLedger;
  beforeAll(
    async () => {
      cluster = await StandIn.start();
      onPostgres = new DemoLedger({}, SECONDS_MAX);
      // A maintainer's own server must be one that nobody has written to.
      onCluster = new DemoLedger({ SIJILL_EVENT_STORE: process.env.TEST_ESDB_URL ?? cluster.url }, SECONDS_MAX);
      await onPostgres.demo(EVENTS);
      await onCluster.demo(EVENTS);
    },
    2 * SECONDS_MAX * 1_000,
  );
  afterAll(async () => {
    await onCluster?.close();
    await onPostgres?.close();
    await cluster?.stop();
  });

  test('leaves journals of the same contents, at positions of their own', async () => {
    const [one, other] = [await onPostgres.digest(), await onCluster.digest()];
    expect([other.events, other.contents]).toEqual([one.events, one.contents]);
    expect(BigInt(one.position)).toBe(BigInt(one.events) - 1n);
    expect(BigInt(other.position)).toBeGreaterThan(BigInt(one.position));
    expect(other.root).not.toBe(one.root); // told at other times: the year was recorded twice
    process.stdout.write(`${one.events} events on each store, contents ${one.contents}\n`);
  });

  test(
    'gives the same answers of every data set, row by row',
    async () => {
      const dataSets = await onPostgres.dataSets();
      expect(await onCluster.dataSets()).toEqual(dataSets);
      let rows = 0;
      for await (const [question, answer] of onPostgres.everyAnswer()) {
        expect([question, await onCluster.rows(question)]).toEqual([question, answer]);
        rows += answer.length;
      }
      expect(dataSets.length).toBeGreaterThan(20);
      expect(rows).toBeGreaterThan(1_000);
      process.stdout.write(`${rows} rows of ${dataSets.length} data sets are equal\n`);
    },
    SECONDS_MAX * 1_000,
  );

  test('leaves no call open on the cluster but those of the processes that run', async () => {
    expect((await cluster.openCalls()).length).toBeLessThanOrEqual(8);
  });
});
