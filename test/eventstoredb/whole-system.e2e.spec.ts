import { StandIn } from '../support/eventstoredb/stand-in.js';
import { Importing, rejectedLines } from '../support/importing.js';
import { until } from '../support/processes.js';

const EVENTS = 1_500;
/** A maintainer's own server must be one that nobody has written to. It is not ours to kill: the faults hit a stand-in that nobody asks. */
const OWN = process.env.TEST_ESDB_IMPORT_URL;
if (OWN)
  process.stdout.write('Your own server is not killed, and that the ledger is not ready without it is left out.\n');

/** What stands on the journal, with the journal in three nodes that may change under it. The demo on both stores is another test. */
describe('A ledger whose journal is in a cluster', () => {
  let cluster: StandIn;
  let importing: Importing;
  beforeAll(async () => {
    cluster = await StandIn.start({ nodes: 3 });
    importing = await Importing.open({ SIJILL_EVENT_STORE: OWN ?? cluster.url });
  });
  afterAll(async () => {
    await importing?.close();
    await cluster?.stop();
  });

  test('takes an import once and in its order, though the importer is killed and another node leads from then on', async () => {
    const file = importing.fileOf('cluster', { events: EVENTS, hasRegisters: true });
    await importing.killedHalfway(file.file);
    const electing = (async () => {
      for (const node of [1, 2]) {
        await cluster.elect(node);
        await cluster.dropConnections();
      }
    })();
    const { code, output } = await importing.run(file.file, ['--resume']);
    await electing;
    expect([code, output]).toEqual([5, expect.stringContaining('"isComplete":true')]);
    expect(rejectedLines(file.file)).toEqual(file.broken);
    expect(await importing.faultsOf(file)).toEqual([]);
  });

  test('is folded anew as of a position: equal to what is live there, also when the cluster goes away meanwhile', async () => {
    const { ledger } = importing;
    await ledger.settled();
    const [{ head }] = (await ledger.get<{ projections: { head: string }[] }>('/v1/projections', 'operator'))
      .projections;
    const question = ['asof', '--projection', 'channel_volume', '--position', head, '--json'];
    const equal = expect.stringMatching(/"isEqual": true/);
    expect(await ledger.sijill(...question)).toEqual({ code: 0, output: equal });
    const again = ledger.verb(...question);
    await cluster.kill();
    await cluster.restart();
    expect([await again.done(), again.output]).toEqual([0, equal]);
  });

  test('swaps a read model that was built anew, and goes on counting', async () => {
    const { ledger } = importing;
    const figures = () => ledger.get<{ rows: object[] }>('/v1/datasets/channel_volume?group=month');
    const before = await figures();
    const swapped = await ledger.sijill('projections', 'rebuild', 'channel_volume', '--yes', '--json');
    expect([swapped.code, swapped.output]).toEqual([0, expect.stringContaining('"state": "done"')]);
    await ledger.settled();
    expect((await figures()).rows).toEqual(before.rows);
    expect(before.rows.length).toBeGreaterThan(0);
  });

  if (!OWN)
    test('is not ready while no node is there, and says so; it is again when they are back', async () => {
      const { ledger } = importing;
      const ready = async () => (await fetch(`${ledger.url}/health/ready`)).status;
      expect((await ledger.sijill('doctor')).output).toContain('in a cluster; last event at');
      await cluster.kill();
      await until('it is not ready', async () => (await ready()) === 503);
      expect((await ledger.sijill('doctor')).output).toContain('start the cluster, or mend SIJILL_EVENT_STORE');
      await cluster.restart();
      await until('it is ready', async () => (await ready()) === 200);
    });
});
