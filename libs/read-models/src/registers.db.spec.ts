import { isWorkingDay } from '#kernel';
import { type ProjectedLots, projectedLots } from '../../../test/support/projection.js';
import { foldInPages, type PostedFact } from '../../../test/support/read-models.js';
import type { DataSetQuery } from './read-model.js';
import { calendarAsKnown, factorsInForce, kpiInForce, policyInForce, versionsOfItem } from './register-look-ups.js';
import { registers, registersDataSet } from './registers.js';
import { inSnapshot } from './snapshot.js';

const fact = (noun: string, id: string, data: object): PostedFact => {
  const [category = ''] = noun.split('.');
  return { type: `gov.sijill.${noun}.v1`, stream: `${category}-${id}`, data: { [`${category}Id`]: id, ...data } };
};
const kpi = (version: number, from: string) =>
  fact('kpi.defined', 'take_up', { version, from, title: { en: `v${version}` } });
const factor = (id: string, version: number, set: string, more: object = {}) =>
  fact('factor.adopted', id, { version, set, value: { num: '1', den: '2' }, from: '2020-01-01', ...more });

const BEGINNING = [
  kpi(1, '1900-01-01'),
  kpi(2, '2021-01-01'),
  kpi(3, '2200-01-01'),
  factor('sheets-per-tree', 1, 'strategy'),
  factor('sheets-per-tree', 2, 'releases'),
  factor('fils-per-sheet', 1, 'strategy', { until: '2020-12-31' }),
  fact('policy.adopted', 'take-up', { version: 1, from: '1900-01-01', parameters: { volume: 'completed' } }),
  fact('calendar.weekSet', 'ae-du', {
    ...{
      zone: 'Asia/Dubai',
      workingDays: ['sunday', 'monday'],
      halfDays: [],
      weekStart: 'sunday',
      fiscalYearStart: '01-01',
      from: '1900-01-01',
    },
  }),
  fact('calendar.holidayDeclared', 'ae-du', { day: '2021-03-07', title: { en: 'A feast' } }),
];
const LATER = [
  fact('kpi.retired', 'take_up', { version: 2, from: '2021-02-01', reason: { en: 'wrong' } }),
  fact('calendar.holidayRevoked', 'ae-du', { day: '2021-03-07' }),
];

describe('The registers', () => {
  let lots: ProjectedLots;
  const inRegisters = <T>(read: Parameters<typeof inSnapshot<T>>[2]) => inSnapshot(lots.source, 'registers', read);
  const ask = (query: Partial<DataSetQuery>) =>
    inRegisters((manager) =>
      registersDataSet.rows({ group: [], filters: {}, kpis: [], limit: 100, ...query }, manager),
    );

  beforeAll(async () => {
    lots = await projectedLots(registers, BEGINNING, LATER);
  });
  afterAll(() => lots?.close());

  test('[REG-1] say which version was in force when, and answer any version by number', async () => {
    const versionOn = (day: string, asKnown = {}) =>
      inRegisters(async (manager) => (await kpiInForce(manager, 'take_up', day, asKnown))?.version);
    expect(await versionOn('2020-06-01')).toBe(1);
    expect(await versionOn('2021-01-15')).toBe(2);
    expect(await versionOn('2021-02-15')).toBe(1);
    expect(await versionOn('2021-02-15', { knownAt: '2021-03-09' })).toBe(2);
    expect(await versionOn('2021-02-15', { version: 3 })).toBe(3);
    expect(await versionOn('2021-02-15', { knownAt: '2021-02-01' })).toBeUndefined();
    expect(await inRegisters((manager) => versionsOfItem(manager, 'kpi', 'take_up'))).toHaveLength(3);
  });

  test('keep factors of several sets side by side, each in its days', async () => {
    const of = (day: string, more = {}) =>
      inRegisters(async (manager) =>
        (await factorsInForce(manager, day, more)).map(({ id, version }) => `${id}@${version}`),
      );
    expect(await of('2020-06-01')).toEqual(['fils-per-sheet@1', 'sheets-per-tree@1', 'sheets-per-tree@2']);
    expect(await of('2021-06-01', { set: 'strategy' })).toEqual(['sheets-per-tree@1']);
    expect(await of('2019-06-01')).toEqual([]);
  });

  test('give the parameters of a policy', async () => {
    const policy = await inRegisters((manager) => policyInForce(manager, 'take-up', '2021-01-01'));
    expect(policy?.content.parameters).toEqual({ volume: 'completed' });
  });

  test('give the calendar as known: a holiday counts until its revocation is known', async () => {
    const isOff = (knownAt?: string) =>
      inRegisters(async (manager) => !isWorkingDay('2021-03-07', await calendarAsKnown(manager, 'ae-du', knownAt)));
    expect(await isOff('2021-03-05')).toBe(true);
    expect(await isOff()).toBe(false);
    expect((await inRegisters((manager) => calendarAsKnown(manager, 'xx'))).weeks).toHaveLength(2);
  });

  test('are a data set like the others', async () => {
    expect((await ask({ group: ['kind'] })).rows).toMatchObject([
      { kind: 'calendar', items: 1 },
      { kind: 'factor', items: 3 },
      { kind: 'holiday', items: 1 },
      { kind: 'kpi', items: 3 },
      { kind: 'policy', items: 1 },
    ]);
    expect((await ask({ group: ['version'], effectiveAt: '2021-02-15', filters: { kind: ['kpi'] } })).rows).toEqual([
      { version: '1', items: 1, participants: null },
    ]);
    expect((await ask({ knownAt: '2021-02-28' })).rows).toEqual([{ items: 0, participants: null }]);
    const behind = (after?: DataSetQuery['after']) =>
      inRegisters((manager) =>
        registersDataSet.contributions(
          { group: [], filters: { kind: ['kpi'] }, kpis: [], limit: 2, ...(after && { after }) },
          manager,
        ),
      );
    const first = await behind();
    expect([...first.events, ...(await behind(first.next)).events].map(({ revision }) => revision)).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  test('give the same tables wherever pages end', () => {
    const whole = foldInPages(registers, lots.events, []);
    for (const ends of [[1, 2, 3], [5], [4, 9]]) expect(foldInPages(registers, lots.events, ends)).toEqual(whole);
  });
});
