import { addDays } from '#kernel';
import type { PostedFact } from './read-models.js';
import { randomOf } from './transaction-history.js';

export const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
  ...(time && { time }),
});
const FROM = '2020-01-01';
const entity = (entityId: string, kind: string) =>
  fact('entity.registered', `entity-${entityId}`, {
    entityId,
    title: { en: entityId },
    kind,
    jurisdiction: 'AE-DU',
    from: FROM,
  });
const service = (serviceId: string, ownerEntityId: string, flow = 'customer') =>
  fact('service.registered', `service-${serviceId}`, {
    ...{ serviceId, ownerEntityId, title: { en: serviceId }, kind: 'transactional', flow, critical: false },
    ...{ status: 'active', from: FROM },
  });
const platform = (platformId: string, audience: readonly string[]) =>
  fact('platform.launched', `platform-${platformId}`, {
    platformId,
    operatorEntityId: 'sdd',
    title: { en: platformId },
    audience,
    from: FROM,
  });
export const listed = (serviceId: string, from: string, past = 'serviceAdded', platformId = 'now') =>
  fact(`platform.${past}`, `platform-${platformId}`, { platformId, serviceId, from });
export const views = (infoId: string, day: string, count: number, past = 'counted') =>
  fact(`views.${past}`, `views-now:${infoId}:${day}`, { platformId: 'now', infoId, day, views: count });

export interface Case {
  readonly number: number;
  readonly service: string;
  readonly day: string;
  readonly customer?: number;
  readonly amount?: number;
  readonly kind?: string;
  readonly platformId?: string;
}
export const OWNER: Readonly<Record<string, string>> = {
  bill: 'dewa',
  fine: 'police',
  fuel: 'enoc',
  permit: 'rta',
  payslip: 'rta',
};

export const transacted = ({
  number,
  service: serviceId,
  day,
  customer,
  amount,
  kind = 'fee',
  platformId = 'now',
}: Case): PostedFact[] => {
  const entityId = OWNER[serviceId] as string;
  const stream = `transaction-${entityId}:${number}`;
  const receipt = {
    ...{
      entityId,
      number: String(number),
      serviceId,
      platformId,
      channel: 'app',
      assisted: false,
      flow: serviceId === 'payslip' ? 'internal' : 'customer',
    },
    ...{
      customerCategory: 'unknown',
      feeDue: '0',
      ...(customer && { customerRef: { $personal: { key: `subject-${customer}` } } }),
    },
  };
  const time = `${day}T10:00:00+04:00`;
  const payment = { paymentId: 'p', amount: String(amount), kind, method: 'epay', channel: 'app' };
  return [
    fact('transaction.received', stream, receipt, time),
    ...(amount ? [fact('transaction.paymentSettled', stream, payment, time)] : []),
    fact('transaction.completed', stream, { delivery: 'electronic', intended: true }, time),
  ];
};

/** Random traffic of the weeks from 11 January to 21 February 2021, as the reference knows it. */
const random = randomOf(20_200_413);
export const TRAFFIC: Required<Case>[] = Array.from({ length: 160 }, (_, number) => {
  const serviceId = random.oneOf(['bill', 'bill', 'fine', 'fuel', 'permit']);
  const kind = { bill: 'bill', fine: 'fine', fuel: 'fuel' }[serviceId] ?? 'fee';
  return {
    ...{
      number: 1000 + number,
      service: serviceId,
      day: addDays('2021-01-11', random.upTo(41)),
      platformId: 'now',
      kind,
    },
    ...{ customer: random.upTo(12), amount: serviceId === 'permit' ? 0 : 100 * (1 + random.upTo(50)) },
  };
});
export const PLATFORM_OPENING = [
  ...[entity('sdd', 'government'), entity('dewa', 'semiGovernment'), entity('police', 'government')],
  ...[entity('enoc', 'private'), entity('rta', 'government')],
  ...[
    service('bill', 'dewa'),
    service('fine', 'police'),
    service('fuel', 'enoc'),
    service('permit', 'rta'),
    service('payslip', 'rta', 'internal'),
  ],
  ...[platform('now', ['public']), platform('staff', ['employees', 'suppliers'])],
  ...[listed('bill', FROM), listed('fine', FROM), listed('fuel', '2021-01-20'), listed('permit', FROM)],
  listed('payslip', FROM, 'serviceAdded', 'staff'),
];
