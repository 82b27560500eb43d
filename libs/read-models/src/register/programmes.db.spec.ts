import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { registers, registersDataSet } from '../registers.js';
import { inSnapshot } from '../snapshot.js';

const told = (past: string, programmeId: string, data: object, time = '2012-01-01T08:00:00+04:00'): PostedFact => ({
  type: `gov.sijill.programme.${past}.v1`,
  stream: `programme-${programmeId}`,
  data: { programmeId, ...data },
  time,
});
const PIONEERING = { ar: 'حكومة رائدة', en: 'Pioneering government' };
const programme = (id: string, kind: string, more: object = {}) =>
  told('registered', id, { ownerEntityId: 'ae-du.sdd', title: { ar: `برنامج ${id}`, en: id }, kind, ...more });
const held = (id: string, kind: string, day: string, more: object = {}) =>
  told('activityHeld', 'gss2', { activityId: id, kind, title: { en: id }, day, ...more });

const FIRST: readonly PostedFact[] = [
  programme('council-tracks', 'track', { ownerEntityId: 'ae-du.council' }),
  programme('government-development', 'track', { parentId: 'council-tracks' }),
  told('registered', 'paperless', {
    ...{
      ownerEntityId: 'ae-du.sdd',
      title: { ar: 'استراتيجية دبي للمعاملات اللاورقية', en: 'Dubai Paperless Strategy' },
    },
    ...{ kind: 'strategy', parentId: 'government-development', targetDay: '2021-12' },
  }),
  programme('no-centres', 'series', { ownerEntityId: 'ae-du.dof', axes: [PIONEERING, { en: 'Happy people' }] }),
  programme('gss2', 'initiative', {
    axes: [{ ar: 'من أفضل الدول بحلول 2021' }, { ar: 'مجتمع المعرفة واقتصاد المعرفة' }],
  }),
  told('milestoneReached', 'gss2', { milestone: 'arabic-version', day: '2012-03-01' }),
  held('forum-2', 'forum', '2012-05-20', { participants: 200, entityIds: ['ae-du.police', 'ae-du.dm'] }),
  held('workshop-1', 'workshop', '2012-06-01', { participants: 25, customerCategory: 'business' }),
  held('team-business', 'team', '2012-06-10', { customerCategory: 'business' }),
];
/** Told on 10 March 2021. */
const SECOND = [held('workshop-2', 'workshop', '2012-07-01', { participants: 30 })];

describe('Programmes in the registers', () => {
  let lots: ProjectedLots;
  const query: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
  const rows = async (more: Partial<DataSetQuery>) =>
    (await inSnapshot(lots.source, 'registers', (manager) => registersDataSet.rows({ ...query, ...more }, manager)))
      .rows;

  beforeAll(async () => {
    lots = await projectedLots(registers, FIRST, SECOND);
  });
  afterAll(() => lots?.close());

  test('[SAV-1] show the strategy with its owner, title, parent and target day', async () => {
    const group = ['id', 'owner', 'title', 'parent', 'target'];
    expect(await rows({ group, filters: { kind: ['programme'], id: ['paperless'] } })).toEqual([
      {
        ...{ id: 'paperless', owner: 'ae-du.sdd', title: 'استراتيجية دبي للمعاملات اللاورقية' },
        ...{ parent: 'government-development', target: '2021-12', items: 1, participants: null },
      },
    ]);
  });
  test('[SAV-16] nest: tracks of the council, the government development track, the strategy', async () => {
    const found = await rows({ group: ['id', 'parent'], filters: { kind: ['programme'] } });
    const parents = new Map(found.map(({ id, parent }) => [id, parent]));
    const chain = [];
    for (let at: unknown = 'paperless'; typeof at === 'string'; at = parents.get(at)) chain.push(at);
    expect(chain).toEqual(['paperless', 'government-development', 'council-tracks']);
  });
  test('[CAM-23, CAT-26] count under each axis that they name, and are chosen by any', async () => {
    const found = await rows({ group: ['axis'], filters: { kind: ['programme'] } });
    expect(found.map(({ axis, items }) => [axis, items])).toEqual([
      [null, 3],
      ['Happy people', 1],
      ['حكومة رائدة', 1],
      ['مجتمع المعرفة واقتصاد المعرفة', 1],
      ['من أفضل الدول بحلول 2021', 1],
    ]);
    expect(await rows({ group: ['id'], filters: { axis: ['حكومة رائدة', 'Happy people'] } })).toMatchObject([
      { id: 'no-centres', items: 1 },
    ]);
  });
  test('[CAT-19] show a road map: its forum of 200 participants, its workshops and the teams of categories', async () => {
    const filters = { parent: ['gss2'] };
    expect(await rows({ group: ['activity_kind'], filters: { ...filters, kind: ['activity'] } })).toEqual([
      { activity_kind: 'forum', items: 1, participants: 200 },
      { activity_kind: 'team', items: 1, participants: null },
      { activity_kind: 'workshop', items: 2, participants: 55 },
    ]);
    expect(await rows({ group: ['category'], filters: { kind: ['activity'], category: ['business'] } })).toEqual([
      { category: 'business', items: 2, participants: 25 },
    ]);
    expect(await rows({ group: ['id'], filters: { ...filters, kind: ['milestone'] } })).toMatchObject([
      { id: 'gss2:arabic-version' },
    ]);
  });
  test('keep both clocks: what was held by a day, as known on a day', async () => {
    const activities = async (more: Partial<DataSetQuery>) =>
      (await rows({ filters: { kind: ['activity'] }, ...more }))[0]?.items;
    expect(await activities({})).toBe(4);
    expect(await activities({ knownAt: '2021-03-05' })).toBe(3);
    expect(await activities({ effectiveAt: '2012-06-05' })).toBe(2);
    expect(await activities({ effectiveAt: '2012-05-19' })).toBe(0);
  });
  test('list the events behind them with what each added', async () => {
    const { events } = await inSnapshot(lots.source, 'registers', (manager) =>
      registersDataSet.contributions({ ...query, filters: { activity_kind: ['forum', 'team'] } }, manager),
    );
    expect(events.map(({ stream, revision, deltas }) => [`${stream}/${revision}`, deltas])).toEqual([
      ['programme-gss2/2', { items: '1', participants: '200' }],
      ['programme-gss2/4', { items: '1' }],
    ]);
  });
});
