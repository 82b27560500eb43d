import { stateAfter } from '../given.contract.js';
import type { Fact } from '../stream.js';
import { event, from, offered, opened, registered, retired, transferred, used } from './service.given.contract.js';
import { serviceStream } from './service.stream.js';

describe('What other streams know of a service', () => {
  const factsAfter = (...history: readonly Fact[]) => serviceStream.facts?.(stateAfter(serviceStream.decider, history));
  test('nothing before it is registered', () => expect(factsAfter()).toBeUndefined());
  test('its owner with the owners before, its kind and its flow', () =>
    expect(factsAfter(opened, transferred('dm'), retired)).toEqual({
      ownerEntityId: 'dm',
      formerOwners: [{ entityId: 'rta', until: '2020-01-01' }],
      kind: 'transactional',
      flow: 'customer',
    }));
  test('all owners before, for a service may be handed on twice', () =>
    expect(factsAfter(opened, transferred('dm'), transferred('dewa'))).toMatchObject({
      ownerEntityId: 'dewa',
      formerOwners: [{ entityId: 'rta' }, { entityId: 'dm' }],
    }));
  test('[CAT-1] the owner of the day writes its entry, and nobody else', () => {
    const owners = (one: Fact, ...history: readonly Fact[]) => {
      const state = stateAfter(serviceStream.decider, history);
      return serviceStream.owners(one, state, { isSteward: false, refer: () => undefined });
    };
    expect(owners(opened)).toEqual(['rta']);
    expect(owners(offered(), opened)).toEqual(['rta']);
    expect(owners(offered(), opened, transferred('dm'))).toEqual(['dm']);
    expect(owners(registered({ ownerEntityId: 'dm' }), opened)).toEqual(['rta']);
  });
  test('[TRX-13] an event names the streams that it needs', () => {
    const pointers = (one: Fact) =>
      serviceStream.references(one).map(({ category, pointer }) => `${category} ${pointer}`);
    expect(pointers(opened)).toEqual(['entity #/data/ownerEntityId']);
    expect(pointers(offered({ platformId: 'dubai-now' }))).toEqual(['platform #/data/platformId']);
    expect(pointers(used())).toEqual(['service #/data/sharedServiceId']);
    expect(pointers(retired)).toEqual([]);
    const items = [
      { id: 'a', title: { ar: 'أ' }, form: 'paper' },
      { id: 'b', title: { ar: 'ب' }, form: 'paper', issuerEntityId: 'dm' },
    ];
    expect(pointers(event('documentsSet', { items, from }))).toEqual(['entity #/data/items/1/issuerEntityId']);
  });
});
