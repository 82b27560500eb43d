import { contextOf, fact, given, type Known } from '../given.contract.js';
import type { Fact } from '../stream.js';
import { transactionStream } from './transaction.stream.js';

const customerService = { ownerEntityId: 'rta', kind: 'transactional', flow: 'customer' } as const;

/** Streams that the transactions of the specs name. */
export const KNOWN: Known = {
  service: {
    'parking-fine': customerService,
    'plate-renewal': customerService,
    'staff-leave': { ...customerService, flow: 'internal' },
    'open-pharmacies': { ...customerService, kind: 'informational' },
    'payment-gateway': { ...customerService, kind: 'shared' },
    'building-permit': { ...customerService, ownerEntityId: 'dm' },
    'taken-over': { ...customerService, ownerEntityId: 'dm', formerOwners: [{ entityId: 'rta', until: '2020-06-01' }] },
  },
  platform: { 'dubai-now': { operatorEntityId: 'smart-dubai' } },
};

export const IDENTITY = { entityId: 'rta', number: 'T-1' } as const;
export const PLATFORM_SOURCE = 'urn:sijill:smart-dubai:now';

/** States rules of one transaction of the roads authority. */
export const transaction = given(transactionStream, { known: KNOWN });
export const context = contextOf({ known: KNOWN });

type Options = Parameters<typeof fact>[2];

/** An event of transaction rta:T-1, by the last part of its name. */
export const event = (name: string, data: object, options?: Options): Fact =>
  fact(`gov.sijill.transaction.${name}.v1`, { ...IDENTITY, ...data }, options);

export const started = (data: object = {}, options?: Options): Fact =>
  event('started', { serviceId: 'parking-fine', channel: 'app', ...data }, options);

const RECEIPT = {
  serviceId: 'parking-fine',
  channel: 'app',
  assisted: false,
  flow: 'customer',
  customerCategory: 'resident',
  feeDue: '35000',
};
/** Received at 09:00 by the app, for a resident. */
export const received = (data: object = {}, options?: Options): Fact =>
  event('received', { ...RECEIPT, ...data }, options);

export const at = (clock: string, more: Options = {}): Options => ({ time: `2020-04-13T${clock}:00+04:00`, ...more });

export const step = (data: object = {}, options = at('09:30')): Fact =>
  event('stepCompleted', { stepId: 'check', mode: 'electronic', actor: 'system', ...data }, options);
export const document = (data: object = {}, options = at('09:30')): Fact =>
  event('documentSubmitted', { documentId: 'deed', form: 'digital', sheets: 0, reused: false, ...data }, options);
export const sheets = (data: object = {}, options = at('09:30')): Fact =>
  event('sheetsConsumed', { recordId: 'print-1', sheets: 2, kind: 'process', ...data }, options);
export const switched = (data: object = {}, options = at('09:30')): Fact =>
  event('channelSwitched', { channel: 'counter', assisted: false, reason: 'failure', ...data }, options);
export const paid = (data: object = {}, options = at('09:30')): Fact =>
  event(
    'paymentSettled',
    { paymentId: 'p1', amount: '35000', kind: 'fee', method: 'card', channel: 'app', ...data },
    options,
  );
export const refunded = (data: object = {}, options = at('11:00')): Fact =>
  event('paymentRefunded', { refundId: 'r1', paymentId: 'p1', amount: '5000', ...data }, options);

export const completed = (data: object = {}, options = at('10:00')): Fact =>
  event('completed', { delivery: 'electronic', intended: true, ...data }, options);
export const rejected = (data: object = {}, options = at('10:00')): Fact =>
  event('rejected', { reason: 'notEligible', ...data }, options);
export const withdrawn = (data: object = {}, options = at('10:00')): Fact =>
  event('withdrawn', { by: 'customer', ...data }, options);
export const markedDuplicate = (data: object = {}, options = at('10:00')): Fact =>
  event('markedDuplicate', { ofNumber: 'T-0', ...data }, options);
export const transferred = (data: object = {}, options = at('10:00')): Fact =>
  event('transferred', { toEntityId: 'dm', ...data }, options);

export const corrected = (changes: object, options = at('11:00')): Fact =>
  event('corrected', { changes, reason: { ar: 'خطأ في الإدخال' }, requestedBy: 'entity' }, options);
export const entryVoided = (entry: string, entryId: string): Fact =>
  event('entryVoided', { entry, entryId, reason: { en: 'entered twice' } }, at('11:00'));
export const voided = (): Fact => event('voided', { reason: { en: 'a test' }, requestedBy: 'audit' }, at('11:00'));
