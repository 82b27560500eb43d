import { until } from '../../../../test/support/processes.js';
import { movedParcel, parcels, post } from '../../../../test/support/read-models.js';
import { history, ReplayBench } from '../../../../test/support/replays.js';
import { dumpHash } from '../canonical-dump.js';
import { PARTITIONS, partitionOf } from '../projector/partitions.js';
import type { ReadModel } from '../read-model.js';

const model: ReadModel = { ...parcels, partitionable: 'stream' };
const shared = { models: [model], isCutting: true };
const PLACES = `select array_agg(distinct position::int order by position::int) as positions,
  count(*) filter (where parked_position is not null)::int as parked from projector.projection`;

describe('A rebuild of a projection that is cut into partitions', () => {
  let bench: ReplayBench;
  beforeEach(async () => {
    bench = await ReplayBench.open();
  });
  afterEach(() => bench.close());

  const places = async (): Promise<unknown> => (await bench.admin.query(PLACES)).rows[0];
  const liveHash = () => dumpHash(bench.admin, model, 'p_parcels');
  /**
   * One partition is parked at 60, behind the place of the others, because the live table refuses a row: also when later events of
   * the same parcel come with it in one page, so by what a parcel never loses.
   */
  const parkOne = async (): Promise<void> => {
    await post(bench.store, history(60));
    const projector = await bench.project(shared);
    await bench.admin.query(`alter table p_parcels.parcel add constraint never check ('pigeon' <> all (moves))`);
    await post(bench.store, [movedParcel('p1', 'pigeon'), ...history(110).slice(60)]);
    let seen = '';
    const wanted = () => `one is parked and the others are at the head, not ${seen}`;
    const isThere = async () => {
      const [{ partitions = [] } = {}] = await bench.watch.statuses();
      seen = partitions.map(({ partition, state, position }) => `${partition} ${state} at ${position}`).join(', ');
      return partitions.every(({ partition, state, position }) =>
        partition === partitionOf('parcel-p1') ? state === 'parked' : position === '110',
      );
    };
    await until(wanted, isThere, 180);
    await bench.stop(projector);
  };

  test('compares each of them where it stands, and then takes the place with all of them at one', async () => {
    await parkOne();
    expect(await places()).toEqual({ positions: [59, 110], parked: 1 });
    bench.work({ models: [model] });
    const dry = await bench.finished(await bench.rebuild({ isDryRun: true }));
    expect(dry).toMatchObject({ state: 'done', report: { isEqual: true, position: '59' } });
    expect(await places()).toEqual({ positions: [59, 110], parked: 1 });
    expect((await bench.finished(await bench.rebuild())).state).toBe('done');
    expect(await places()).toEqual({ positions: [110], parked: 0 });
    await post(bench.store, history(150).slice(110));
    await bench.project(shared);
    expect(await liveHash()).toBe(await bench.freshHash());
  });

  test('finds a row that was altered in a partition that is ahead of the lowest', async () => {
    await parkOne();
    const ahead = Array.from({ length: 20 }, (_, at) => `p${at}`).find(
      (id) => partitionOf(`parcel-${id}`) !== partitionOf('parcel-p1'),
    );
    await bench.admin.query(`update p_parcels.parcel set channel = 'raven' where id = '${ahead}'`);
    bench.work({ models: [model] });
    const held = await bench.finished(await bench.rebuild());
    expect(held).toMatchObject({ state: 'held', report: { isEqual: false } });
    expect(held.report?.tables.find(({ table }) => table === 'parcel')?.samples).toMatchObject([
      { key: { id: ahead }, kind: 'differing' },
    ]);
    expect(await places()).toEqual({ positions: [59, 110], parked: 1 });
  });

  test('begins anew when a worker died with tables that are ahead of a partition', async () => {
    await parkOne();
    const asked = await bench.rebuild();
    await bench.admin.query(`update projector.replay set position = 110, recorded_max = '2021'`);
    bench.work({ models: [model] });
    expect(await bench.finished(asked)).toMatchObject({ state: 'done', report: { isEqual: true, position: '59' } });
    expect(await places()).toEqual({ positions: [110], parked: 0 });
    expect(await liveHash()).toBe(await bench.freshHash());
  });

  test('is under way while several workers move them, and loses nothing', async () => {
    await post(bench.store, history(200));
    await bench.project({ ...shared, owner: 'one', pageEvents: 7 });
    await bench.project({ ...shared, owner: 'two', pageEvents: 9 });
    let isOver = false;
    const writing = (async () => {
      for (let at = 0; !isOver; at++) {
        await post(bench.store, [movedParcel(`p${at % 20}`, 'web')]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    try {
      bench.work({ models: [model], pageEvents: 20 });
      for (let round = 0; round < 2; round++) {
        const done = await bench.finished(await bench.rebuild());
        expect([done.state, done.report?.isEqual]).toEqual(['done', true]);
      }
    } finally {
      isOver = true;
      await writing;
    }
    expect(await bench.arrived()).toBe(true);
    expect(await liveHash()).toBe(await bench.freshHash());
    const { rows } = await bench.admin.query('select count(*)::int as partitions from projector.projection');
    expect(rows).toEqual([{ partitions: PARTITIONS }]);
  });
});
