import { fact, given, type Known } from '../given.contract.js';
import type { Fact } from '../stream.js';
import { serviceStream } from './service.stream.js';

const KNOWN: Known = {
  service: {
    gateway: { ownerEntityId: 'smart-dubai', kind: 'shared', flow: 'customer' },
    'plate-renewal': { ownerEntityId: 'rta', kind: 'transactional', flow: 'customer' },
  },
};
export const service = given(serviceStream, { known: KNOWN });

/** An event of service parking-fine, by the last part of its name. */
export const event = (name: string, data: object): Fact =>
  fact(`gov.sijill.service.${name}.v1`, { serviceId: 'parking-fine', ...data });
export const registered = (data: object = {}): Fact =>
  event('registered', {
    ownerEntityId: 'rta',
    title: { ar: 'سداد مخالفة موقف', en: 'Parking fine' },
    kind: 'transactional',
    flow: 'customer',
    critical: false,
    status: 'active',
    from: '2018-01-01',
    ...data,
  });
export const opened = registered();
export const from = '2019-01-01';
export const reason = { ar: 'قرار' };

export const described = (data: object): Fact => event('described', data);
export const classified = (audience: string[], data: object = {}): Fact =>
  event('classified', { audience, scheme: 'gss2', themes: ['transport'], from, ...data });
export const offered = (data: object = {}): Fact =>
  event('channelOffered', { channel: 'app', feeFils: '1000', from, ...data });
export const withdrawn = (data: object = {}): Fact =>
  event('channelWithdrawn', { channel: 'app', from: '2020-01-01', ...data });
export const shares = (electronicBp: number, manualBp: number): Fact =>
  event('sharesDeclared', { electronicBp, manualBp, from, basis: 'declared' });
export const fee = (data: object = {}): Fact => event('feeSet', { feeFils: '1000', from, ...data });
export const used = (sharedServiceId = 'gateway'): Fact => event('sharedUsed', { sharedServiceId, from });
export const dropped = (sharedServiceId = 'gateway'): Fact => event('sharedDropped', { sharedServiceId, from });
export const transferred = (toEntityId: string): Fact => event('transferred', { toEntityId, from: '2020-01-01' });
export const activated = (from = '2019-01-01'): Fact => event('activated', { from });
export const suspended = event('suspended', { from, reason });
export const resumed = event('resumed', { from, reason });
export const retired = event('retired', { from, reason, successorIds: ['plate-renewal', 'not-yet-there'] });
