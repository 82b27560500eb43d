import type { EntityManager } from 'typeorm';
import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { catalogueDataSet, catalogueModel } from '../catalogue.js';
import { inSnapshot } from '../snapshot.js';
import { type CatalogueEntry, serviceEntry, serviceHistory } from './entry-answer.js';

const from = '2020-01-01';
const told = (past: string, data: object, serviceId = 'renewal'): PostedFact => ({
  type: `gov.sijill.service.${past}.v1`,
  stream: `service-${serviceId}`,
  data: { serviceId, from, ...data },
  time: '2020-01-01T08:00:00+04:00',
});
const registered = (serviceId: string, status = 'active') =>
  told(
    'registered',
    {
      ...{ ownerEntityId: 'rta', title: { ar: `خدمة ${serviceId}`, en: serviceId }, kind: 'transactional' },
      ...{ flow: 'customer', critical: true, status },
    },
    serviceId,
  );
const DEFINITION = { ar: 'تجديد ترخيص المركبة سنوياً', en: 'Yearly renewal of a vehicle licence' };
const REQUIREMENTS = [{ id: 'insured', text: { ar: 'تأمين سارٍ', en: 'Valid insurance' } }];
const DOCUMENTS = [
  { id: 'emirates-id', title: { ar: 'بطاقة الهوية' }, form: 'digital', issuerEntityId: 'icp' },
  { id: 'test-report', title: { ar: 'شهادة الفحص' }, form: 'either' },
];
const APP = { channel: 'app', hours: 'always', processingMinutes: 5, feeFils: '35000', url: 'https://rta.example/app' };
const reason = { ar: 'دمج الخدمات', en: 'Services merged' };

const FIRST = [
  ...[registered('renewal'), registered('vehicle-account'), registered('to-come', 'planned')],
  told('described', { definition: DEFINITION }),
  told('classified', { audience: ['citizen', 'resident', 'business', 'visitor'], scheme: 'gss2', themes: ['cars'] }),
  ...[told('requirementsSet', { items: REQUIREMENTS }), told('documentsSet', { items: DOCUMENTS })],
  ...[told('channelOffered', APP), told('channelOffered', { channel: 'counter', feeFils: '38000' })],
  told('proceduresSet', { steps: [{ id: 'pay', title: { ar: 'السداد' }, mode: 'electronic', weight: 1 }] }),
  told('sharesDeclared', { electronicBp: 10_000, manualBp: 0, basis: 'declared' }),
  told('feeSet', { feeFils: '35000' }),
  told('suspended', { from: '2020-03-01', reason: { ar: 'صيانة' } }),
  told('resumed', { from: '2020-03-15', reason: { ar: 'انتهت الصيانة' } }),
];
/** Told on 10 March 2021. */
const SECOND = [
  told('retired', { from: '2021-01-01', reason, successorIds: ['vehicle-account', 'to-come'] }),
  told('activated', { from: '2021-02-01' }, 'to-come'),
];

describe('An entry of the catalogue', () => {
  let lots: ProjectedLots;
  const entry = (asOf: object = {}) =>
    inSnapshot(lots.source, 'catalogue', (manager) =>
      serviceEntry('renewal', asOf, manager),
    ) as Promise<CatalogueEntry>;

  beforeAll(async () => {
    lots = await projectedLots(catalogueModel, FIRST, SECOND);
  });
  afterAll(() => lots?.close());

  test('[CAT-3, CAT-5, CAT-6, CAT-9] shows definition, requirements, documents and channels with their terms', async () => {
    const { entry: shown } = await entry({ effectiveAt: '2020-02-01' });
    expect(shown).toMatchObject({ definition: DEFINITION, requirements: REQUIREMENTS, documents: DOCUMENTS });
    expect(shown.channels).toEqual([APP, { channel: 'counter', feeFils: '38000' }]);
    expect(shown.fees).toEqual([{ feeFils: '35000' }]);
  });
  test('[CAT-11, CAT-24] is complete with Arabic and English, and says what is missing of twelve points', async () => {
    expect((await entry({ effectiveAt: '2020-02-01' })).completeness).toEqual({ num: '12', den: '12', missing: [] });
    const { completeness } = (await inSnapshot(lots.source, 'catalogue', (manager) =>
      serviceEntry('vehicle-account', {}, manager),
    )) as CatalogueEntry;
    expect([completeness.num, completeness.missing.length]).toEqual(['2', 10]);
  });
  test('[CAT-23] is suspended, resumed, and retired in favour of successors, each from its day', async () => {
    const status = async (asOf: object) => (await entry(asOf)).entry.status;
    expect(await status({ effectiveAt: '2020-02-29' })).toBe('active');
    expect(await status({ effectiveAt: '2020-03-01' })).toBe('suspended');
    expect(await status({ effectiveAt: '2020-03-15' })).toBe('active');
    expect(await status({ effectiveAt: '2021-01-01', knownAt: '2021-03-09' })).toBe('active');
    const retired = await entry({ effectiveAt: '2021-01-01' });
    expect(retired.entry).toMatchObject({ status: 'retired', reason });
    expect(retired.successors.map(({ serviceId, title }) => [serviceId, title?.en])).toEqual([
      ['vehicle-account', 'vehicle-account'],
      ['to-come', 'to-come'],
    ]);
    const { rows } = await inSnapshot(lots.source, 'catalogue', (manager) =>
      catalogueDataSet.rows({ group: ['status'], filters: {}, kpis: [], limit: 9, effectiveAt: '2021-01-01' }, manager),
    );
    expect(rows.map((row) => [row.status, row.services])).toEqual([
      ['active', 1],
      ['planned', 1],
      ['retired', 1],
    ]);
  });
  test('[CAT-12] is planned until the day on which it begins, and no longer once that is known', async () => {
    const status = async (effectiveAt: string, knownAt = '2021-03-10') => {
      const read = (manager: EntityManager) => serviceEntry('to-come', { effectiveAt, knownAt }, manager);
      return (await inSnapshot(lots.source, 'catalogue', read))?.entry.status;
    };
    expect([await status('2021-01-31'), await status('2021-02-01')]).toEqual(['planned', 'active']);
    expect(await status('2021-02-01', '2021-03-09')).toBe('planned');
  });
  test('[CAT-12] has a history of its status with reasons', async () => {
    const history = await inSnapshot(lots.source, 'catalogue', (manager) =>
      serviceHistory('renewal', { limit: 100 }, manager),
    );
    const statuses = history?.spans.filter(({ attribute }) => attribute === 'status') ?? [];
    expect(
      statuses.map(({ value, effectiveFrom, effectiveTo, event }) => [value, effectiveFrom, effectiveTo, event.type]),
    ).toEqual([
      ['active', '2020-01-01', '2020-03-01', 'gov.sijill.service.registered.v1'],
      ['suspended', '2020-03-01', '2020-03-15', 'gov.sijill.service.suspended.v1'],
      ['active', '2020-03-15', '2021-01-01', 'gov.sijill.service.resumed.v1'],
      ['retired', '2021-01-01', null, 'gov.sijill.service.retired.v1'],
    ]);
    const reasons = history?.spans.filter(({ attribute }) => attribute === 'reason') ?? [];
    expect(reasons.map(({ effectiveFrom, effectiveTo }) => [effectiveFrom, effectiveTo])).toEqual([
      ['2020-03-01', '2020-03-15'],
      ['2021-01-01', null],
    ]);
  });
});
