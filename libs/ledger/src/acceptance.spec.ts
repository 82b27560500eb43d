import { Failure } from '#kernel';
import { acceptData } from './acceptance.js';
import { codeOf } from './given.contract.js';
import { acceptTime, effectiveDay, entityOfSource, knownDay } from './time.js';

const RECEIVED = 'gov.sijill.transaction.received.v1';
const receipt = {
  entityId: 'rta',
  number: 'T-1',
  serviceId: 'parking-fine',
  channel: 'app',
  assisted: false,
  flow: 'customer',
  customerCategory: 'resident',
  feeDue: '35000',
};

describe('Data of an event', () => {
  test('are accepted as they are', () => expect(acceptData(RECEIVED, receipt)).toEqual([]));
  test('are not changed by the check', () => {
    const data = { ...receipt, handlers: ['urn:sijill:rta:core'] };
    const before = JSON.stringify(data);
    acceptData(RECEIVED, data);
    expect(JSON.stringify(data)).toBe(before);
  });
  test('tell all their faults at once, each with its place, both languages and what was expected', () => {
    const { number: _, ...rest } = receipt;
    const faults = acceptData(RECEIVED, {
      ...rest,
      feeDue: '350.00',
      channel: 'App',
      colour: 'red',
      handlers: ['rta', 7],
    });
    expect(faults.map(({ pointer, code, received }) => [pointer, code, received])).toEqual([
      ['#/data/colour', 'member.unknown', undefined],
      ['#/data/number', 'member.missing', undefined],
      ['#/data/channel', 'code.unknown', 'App'],
      ['#/data/feeDue', 'fils.format', '350.00'],
      ['#/data/handlers/0', 'source.format', 'rta'],
      ['#/data/handlers/1', 'source.format', '7'],
    ]);
    expect(faults[3]?.expected).toBe('0 or 1-18 digits');
    for (const { text } of faults) {
      expect(text.ar).toMatch(/[\u0600-\u06ff]/);
      expect(text.en).not.toMatch(/must be|should/); // never the words of the validation library
    }
  });
  test('point into titles and corrections', () => {
    expect(
      acceptData('gov.sijill.transaction.corrected.v1', {
        entityId: 'rta',
        number: 'T-1',
        changes: { feeDue: 5, mood: 'good' },
        reason: { ar: '' },
        requestedBy: 'entity',
      }).map(({ pointer }) => pointer),
    ).toEqual(['#/data/changes/mood', '#/data/changes/feeDue', '#/data/reason/ar']);
  });
  test('of a person are never repeated', () => {
    const [fault] = acceptData(RECEIVED, { ...receipt, customerRef: 'x'.repeat(129) });
    expect(fault).toMatchObject({ pointer: '#/data/customerRef', code: 'text.format' });
    expect(fault).not.toHaveProperty('received');
  });
  test.each([[null], [[]], ['text'], [7], [undefined]])('are an object and not %j', (data) =>
    expect(acceptData(RECEIVED, data)).toMatchObject([{ pointer: '#/data', code: 'object.type' }]),
  );
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'])(
    'have no member %s, at any depth',
    (name) => {
      const hostile = JSON.parse(`{"${name}": {"a": 1}}`) as object;
      const data = Object.defineProperties({ ...receipt }, Object.getOwnPropertyDescriptors(hostile));
      expect(acceptData(RECEIVED, data)).toMatchObject([{ pointer: `#/data/${name}`, code: 'member.unknown' }]);
      const deep = { entityId: 'rta', number: 'T-1', changes: hostile, reason: { ar: 'خطأ' }, requestedBy: 'audit' };
      expect(acceptData('gov.sijill.transaction.corrected.v1', deep)).toMatchObject([
        { pointer: `#/data/changes/${name}` },
      ]);
    },
  );
  test('of an unknown type are refused with the nearest types', () => {
    const failure = (type: string) => {
      try {
        acceptData(type, {});
      } catch (error) {
        return error as Failure;
      }
      throw new Error('accepted');
    };
    const refused = failure('gov.sijill.transaction.recieved.v1');
    expect(refused).toBeInstanceOf(Failure);
    expect(refused.code).toBe('event.unknownType');
    expect(refused.params.nearest?.split(', ')[0]).toBe(RECEIVED);
    expect(failure('constructor').code).toBe('event.unknownType');
  });
});

describe('The time of an event', () => {
  const now = '2020-04-13T08:00:00.000000Z';
  test('may run 5 minutes ahead and no more', () => {
    expect(() => acceptTime('2020-04-13T12:05:00+04:00', now)).not.toThrow();
    expect(codeOf(() => acceptTime('2020-04-13T12:05:00.001+04:00', now))).toBe('time.inFuture');
  });
  test('may lie back as far as 1900', () => {
    expect(() => acceptTime('1900-01-01T00:00:00Z', now)).not.toThrow();
    expect(codeOf(() => acceptTime('1899-12-31T23:59:59Z', now))).toBe('time.tooEarly');
  });
  test('gives the effective day where the data name none, by the calendar of Dubai', () => {
    expect(effectiveDay({ data: {}, time: '2020-04-13T20:30:00Z' })).toBe('2020-04-14');
    expect(effectiveDay({ data: { from: '2019-01-01' }, time: '2020-04-13T20:30:00Z' })).toBe('2019-01-01');
    expect(effectiveDay({ data: { periodEnd: '2019-03-31' }, time: '2020-04-13T20:30:00Z' })).toBe('2019-03-31');
  });
  test('of recording gives the knowledge day, of publication only for published figures', () => {
    const known = { data: { publishedOn: '2020-03' }, recorded: '2020-04-13T20:30:00.000000Z' };
    expect(knownDay('transaction-rta:1', known)).toBe('2020-04-14');
    expect(knownDay('aggregate-gov.uk:ab', known)).toBe('2020-03-31');
  });
  test('is told by a source, in which an entity speaks', () =>
    expect(entityOfSource('urn:sijill:rta:core')).toBe('rta'));
});
