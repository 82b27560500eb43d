import type { Fact } from '../stream.js';
import {
  activated,
  classified,
  described,
  dropped,
  event,
  fee,
  from,
  offered,
  opened,
  reason,
  registered,
  resumed,
  retired,
  service,
  shares,
  suspended,
  transferred,
  used,
  withdrawn,
} from './service.given.contract.js';

const ITEMS: [string, (items: object[]) => Fact, object][] = [
  ['requirements', (items) => event('requirementsSet', { items, from }), { id: 'a', text: { ar: 'شرط' } }],
  ['documents', (items) => event('documentsSet', { items, from }), { id: 'a', title: { ar: 'هوية' }, form: 'either' }],
  [
    'procedure',
    (steps) => event('proceduresSet', { steps, from }),
    { id: 'a', title: { ar: 'دفع' }, mode: 'electronic', weight: 1 },
  ],
];

describe('A service in the catalogue', () => {
  test('[CAT-2] is registered once however often it is told', () => {
    service().when(opened).isRecorded();
    service(opened).when(opened).isAlreadySo();
  });
  test('is not registered again with other content', () =>
    service(opened)
      .when(registered({ critical: true }))
      .refuses('service.exists'));
  test.each([described({}), offered(), suspended, retired, used()].map((one) => [one.type, one] as const))(
    'must be registered before %s',
    (_, later) => service().when(later).refuses('service.unknown'),
  );
  test('[CAT-3, CAT-11] is described in parts, and a part that is so already says nothing', () => {
    const definition = described({ definition: { ar: 'تعريف' } });
    service(opened).when(definition).isRecorded();
    service(opened, definition).when(definition).isAlreadySo();
    service(opened, definition, described({ processingMinutes: 5 }))
      .when(definition)
      .isAlreadySo();
    service(opened, definition)
      .when(described({ definition: { ar: 'تعريف', en: 'definition' } }))
      .isRecorded();
    service(opened)
      .when(described({ title: { ar: 'سداد مخالفة موقف', en: 'Parking fine' } }))
      .isAlreadySo();
  });
  test('is not described by nothing', () => service(opened).when(described({})).refuses('event.invalid'));
  test('[CAT-4] is for at least one audience', () => {
    service(opened).when(classified([])).refuses('service.noAudience');
    service(opened)
      .when(classified(['citizen', 'visitor']))
      .isRecorded();
  });
  test('[CAT-4] is classified anew as needs change', () => {
    service(opened, classified(['citizen']))
      .when(classified(['citizen', 'resident']))
      .isRecorded();
    service(opened, classified(['citizen']))
      .when(classified(['citizen']))
      .isAlreadySo();
  });
  test.each([
    ['internal', 'citizen', false],
    ['internal', 'employee', true],
    ['internal', 'supplier', true],
    ['customer', 'supplier', true],
    ['customer', 'employee', false],
  ])('[CAT-16] of flow %s is for the category %s: %s', (flow, category, isAccepted) => {
    const rule = service(registered({ flow })).when(classified([category]));
    if (isAccepted) rule.isRecorded();
    else rule.refuses('service.flowMismatch');
  });
  test.each(ITEMS)('[CAT-5, CAT-6] has its %s set as a whole', (_, set, item) => {
    service(opened)
      .when(set([item]))
      .isRecorded();
    service(opened, set([item]))
      .when(set([]))
      .isRecorded();
    service(opened, set([item]))
      .when(set([item]))
      .isAlreadySo();
    service(opened)
      .when(set([item, item]))
      .refuses('list.repeated');
  });
  test('[CAT-10] declares shares that make a whole', () => {
    service(opened).when(shares(9_999, 1)).isRecorded();
    service(opened).when(shares(10_000, 0)).isRecorded();
    service(opened).when(shares(9_999, 0)).refuses('service.sharesNotWhole');
    service(opened).when(shares(10_000, 1)).refuses('service.sharesNotWhole');
  });
});

describe('The channels of a service', () => {
  test('[CAT-9] are offered with their terms, and other terms replace them', () => {
    service(opened).when(offered()).isRecorded();
    service(opened, offered()).when(offered()).isAlreadySo();
    service(opened, offered())
      .when(offered({ feeFils: '2000', from: '2020-01-01' }))
      .isRecorded();
  });
  test('are offered already on any later day with equal terms, but not on an earlier one', () => {
    service(opened, offered())
      .when(offered({ from: '2019-06-01' }))
      .isAlreadySo();
    service(opened, offered())
      .when(offered({ from: '2018-06-01' }))
      .isRecorded();
  });
  test('are offered by informational services too', () =>
    service(registered({ kind: 'informational' }))
      .when(offered())
      .isRecorded());
  test('[CAT-14] are offered on each platform for itself', () => {
    service(opened, offered())
      .when(offered({ platformId: 'dubai-now' }))
      .isRecorded();
    service(opened, offered())
      .when(withdrawn({ platformId: 'dubai-now' }))
      .refuses('service.channelNotOffered');
  });
  test('are withdrawn only when offered', () => {
    service(opened, offered()).when(withdrawn()).isRecorded();
    service(opened).when(withdrawn()).refuses('service.channelNotOffered');
    service(opened, offered(), withdrawn()).when(withdrawn()).refuses('service.channelNotOffered');
    service(opened, offered(), withdrawn()).when(offered()).isRecorded();
  });
  test('have fees of their own beside the general one', () => {
    service(opened, fee()).when(fee()).isAlreadySo();
    service(opened, fee())
      .when(fee({ channel: 'counter' }))
      .isRecorded();
    service(opened, fee())
      .when(fee({ from: '2020-01-01' }))
      .isRecorded();
    service(opened, fee())
      .when(fee({ feeFils: '0' }))
      .isRecorded();
  });
});

describe('Shared services', () => {
  test('[CAT-17] are used and dropped', () => {
    service(opened).when(used()).isRecorded();
    service(opened, used()).when(used()).isAlreadySo();
    service(opened, used()).when(dropped()).isRecorded();
    service(opened).when(dropped()).isAlreadySo();
    service(opened, used(), dropped()).when(used()).isRecorded();
  });
  test('must be of kind shared', () => service(opened).when(used('plate-renewal')).refuses('service.notShared'));
});

describe('The life of a service', () => {
  test('goes on under another owner', () => {
    service(opened).when(transferred('dm')).isRecorded();
    service(opened).when(transferred('rta')).isAlreadySo();
    service(opened, transferred('dm')).when(transferred('rta')).isRecorded();
  });
  test('begins, where it was planned, once and on the earliest day that is told', () => {
    const planned = registered({ status: 'planned' });
    service(planned).when(activated()).isRecorded();
    service(planned, activated()).when(activated()).isAlreadySo();
    service(planned, activated()).when(activated('2019-06-01')).isAlreadySo();
    service(planned, activated()).when(activated('2018-06-01')).isRecorded();
    service(opened).when(activated()).isAlreadySo();
  });
  test('pauses and goes on', () => {
    service(opened).when(suspended).isRecorded();
    service(opened, suspended).when(suspended).isAlreadySo();
    service(opened, suspended).when(resumed).isRecorded();
    service(opened).when(resumed).refuses('service.notSuspended');
    service(opened, suspended, resumed).when(resumed).refuses('service.notSuspended');
  });
  test('[CAT-23] ends, with successors that need not be recorded yet', () => {
    service(opened).when(retired).isRecorded();
    service(opened, suspended).when(retired).isRecorded();
    service(opened)
      .when(event('retired', { from, reason, successorIds: ['parking-fine'] }))
      .refuses('service.selfSuccessor');
  });
  test.each(
    [
      classified(['citizen']),
      offered(),
      withdrawn(),
      shares(1, 9_999),
      fee(),
      used(),
      dropped(),
      activated('2017-01-01'),
      suspended,
      resumed,
      retired,
    ].map((one) => [one.type, one] as const),
  )('takes no %s after its end', (_, later) => service(opened, retired).when(later).refuses('service.retired'));
  test('is described and transferred after its end', () => {
    service(opened, retired)
      .when(described({ definition: { ar: 'تعريف' } }))
      .isRecorded();
    service(opened, retired).when(transferred('dm')).isRecorded();
    service(opened, retired, transferred('dm')).when(offered()).refuses('service.retired');
  });
});
