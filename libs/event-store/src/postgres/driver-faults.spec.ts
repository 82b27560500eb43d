import { refuse } from '../failures.js';
import { faultOf } from './driver-faults.js';

const answered = (code: string) => Object.assign(new Error('said by the server'), { severity: 'ERROR', code });

describe('What the driver throws', () => {
  test.each<[code: string, means: string, isOfOneAppend: boolean]>([
    ['53100', 'store.full', false],
    ['53200', 'store.unavailable', false],
    ['55P03', 'store.unavailable', false],
    ['57014', 'store.unavailable', false],
    ['25006', 'store.unavailable', false],
    ['40P01', 'store.unavailable', true],
    ['42501', 'store.denied', false],
    ['28P01', 'store.denied', false],
    ['3D000', 'store.denied', false],
    ['42P01', 'store.corrupt', false],
    ['23505', 'store.corrupt', true],
    ['22021', 'store.corrupt', true],
  ])('SQLSTATE %s is %s and wrote nothing', (code, means, isOfOneAppend) => {
    expect(faultOf(answered(code))).toMatchObject({ isUnknown: false, isOfOneAppend, failure: { code: means } });
  });

  test.each(['08006', '57P01', '57P02', '57P03'])('SQLSTATE %s leaves the outcome open', (code) => {
    expect(faultOf(answered(code)).isUnknown).toBe(true);
  });

  test('a broken socket leaves the outcome open, whatever its code', () => {
    expect(faultOf(Object.assign(new Error('read'), { code: 'EPIPE' })).isUnknown).toBe(true);
    expect(faultOf(new Error('Connection terminated unexpectedly')).isUnknown).toBe(true);
    expect(faultOf('nothing known').isUnknown).toBe(true);
  });

  test('our own refusal is passed on as it is', () => {
    const failure = refuse('store.unsafe');
    expect(faultOf(failure)).toEqual({ isUnknown: false, isOfOneAppend: false, failure });
  });
});
