import { fact, given, stateAfter } from '../given.contract.js';
import { bundleDecider, bundleStream } from './bundle.decider.js';
import type { BundleKind } from './bundle.events.js';
import { type MembershipFact, membersOn } from './members.js';

const bundle = given(bundleStream);
const bundleId = 'getting-married';
const registered = (kind: BundleKind, data: object = {}) =>
  fact('gov.sijill.bundle.registered.v1', {
    bundleId,
    kind,
    title: { ar: 'الزواج', en: 'Getting married' },
    audience: ['citizen' as const, 'resident' as const],
    priority: 3,
    from: '2019-01-01',
    ...data,
  });
const added = (serviceId: string, data: { place?: number; optional?: boolean; from?: string } = {}) =>
  fact('gov.sijill.bundle.serviceAdded.v1', { bundleId, serviceId, from: '2019-01-01', ...data });
const removed = (serviceId: string, from = '2020-01-01') =>
  fact('gov.sijill.bundle.serviceRemoved.v1', { bundleId, serviceId, from });
const reordered = (...serviceIds: string[]) =>
  fact('gov.sijill.bundle.reordered.v1', { bundleId, serviceIds, from: '2020-01-01' });
const retired = (from = '2022-01-01') => fact('gov.sijill.bundle.retired.v1', { bundleId, from });
const life = registered('life');
const path = registered('path');
const chain = [path, added('a'), added('b'), added('c')];
const idsOn = (day: string, ...changes: readonly MembershipFact[]) =>
  membersOn(changes, day).map(({ serviceId }) => serviceId);

describe('A bundle', () => {
  test('[CAT-15] is registered once, with its customers and their priority', () => {
    bundle().when(life).isRecorded();
    bundle(life).when(life).isAlreadySo();
    bundle(life)
      .when(registered('life', { priority: 4 }))
      .refuses('bundle.exists');
  });
  test.each([added('a'), removed('a'), reordered('a'), retired()])('that is not registered has no $type', (fact) =>
    bundle().when(fact).refuses('bundle.unknown'),
  );
  test('[CAT-15] has a service once', () => {
    bundle(life).when(added('a')).isRecorded();
    bundle(life, added('a'))
      .when(added('a', { from: '2020-01-01' }))
      .isAlreadySo();
    bundle(life, added('a'))
      .when(added('a', { from: '2018-01-01' }))
      .isRecorded();
    bundle(life).when(removed('a')).isAlreadySo();
    bundle(life, added('a')).when(removed('a')).isRecorded();
    bundle(life, added('a'), removed('a')).when(removed('a', '2020-02-01')).isAlreadySo();
    bundle(life, added('a'), removed('a'))
      .when(added('a', { from: '2021-01-01' }))
      .isRecorded();
  });
  test('may come to need a service that was optional', () => {
    const optional = added('a', { optional: true });
    bundle(life, optional).when(optional).isAlreadySo();
    bundle(life, optional)
      .when(added('a', { optional: false, from: '2020-01-01' }))
      .isRecorded();
  });
  test('[CAT-13] that is a path keeps its services in order', () => {
    bundle(...chain)
      .when(added('d', { place: 2 }))
      .isRecorded();
    const changes = [added('a'), added('b'), added('c'), added('d', { place: 2 }), added('e', { place: 200 })];
    expect(idsOn('2019-01-01', ...changes)).toEqual(['a', 'd', 'b', 'c', 'e']);
    expect(idsOn('2018-12-31', ...changes)).toEqual([]);
  });
  test('[CAT-13] that is a path is reordered as a whole', () => {
    bundle(...chain)
      .when(reordered('c', 'a', 'b'))
      .isRecorded();
    bundle(...chain)
      .when(reordered('a', 'b', 'c'))
      .isAlreadySo();
    bundle(...chain)
      .when(reordered('a', 'b'))
      .refuses('bundle.notPermutation', { bundleId, count: '3' });
    bundle(...chain)
      .when(reordered('a', 'b', 'c', 'd'))
      .refuses('bundle.notPermutation');
    bundle(...chain)
      .when(reordered('a', 'b', 'd'))
      .refuses('bundle.notPermutation');
    expect(idsOn('2020-01-01', added('a'), added('b'), added('c'), reordered('c', 'a', 'b'))).toEqual(['c', 'a', 'b']);
  });
  test('that is no path has no order', () => {
    bundle(life)
      .when(added('a', { place: 1 }))
      .refuses('bundle.unordered', { bundleId });
    bundle(life, added('a')).when(reordered('a')).refuses('bundle.unordered');
    bundle(registered('business'))
      .when(added('a', { place: 1 }))
      .refuses('bundle.unordered');
  });
  test('takes changes in the order of their days, however late they are told', () => {
    const changes = [added('a'), added('c'), reordered('c', 'a'), added('b', { from: '2019-06-01', place: 1 })];
    expect(idsOn('2019-07-01', ...changes)).toEqual(['b', 'a', 'c']);
    expect(idsOn('2020-01-01', ...changes)).toEqual(['c', 'a', 'b']);
    expect(idsOn('2020-01-01', ...changes, removed('c', '2019-08-01'))).toEqual(['a', 'b']);
  });
  test('holds at most 200 services', () => {
    const all = Array.from({ length: 200 }, (_, at) => added(`s${at}`));
    bundle(life, ...all.slice(1))
      .when(added('s0'))
      .isRecorded();
    bundle(life, ...all)
      .when(added('one-more'))
      .refuses('bundle.full', { most: '200' });
    bundle(life, ...all)
      .when(added('s0'))
      .isAlreadySo();
  });
  test('does not change after it was retired', () => {
    bundle(life).when(retired()).isRecorded();
    bundle(life, retired()).when(retired()).isAlreadySo();
    bundle(life, retired()).when(retired('2023-01-01')).refuses('bundle.retired');
    bundle(life, retired()).when(added('a')).refuses('bundle.retired', { bundleId, from: '2022-01-01' });
  });
  test('is a matter of stewards, names its new services, and shows others its kind', () => {
    expect([...bundleStream.stewardOnly].sort()).toEqual(Object.keys(bundleStream.events).sort());
    expect(bundleStream.references(added('a'))).toEqual([
      { category: 'service', id: 'a', pointer: '#/data/serviceId' },
    ]);
    expect(bundleStream.references(removed('a'))).toEqual([]);
    expect(bundleStream.facts?.(stateAfter(bundleDecider, [path]))).toEqual({ kind: 'path' });
    expect(bundleStream.facts?.(bundleDecider.initial)).toBeUndefined();
  });
});
