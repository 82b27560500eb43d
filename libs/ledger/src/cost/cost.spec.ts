import { contextOf, fact, given } from '../given.contract.js';
import { costDecider, costStream } from './cost.decider.js';
import type { CostComponent } from './cost.events.js';

const cost = given(costStream);
const id = { entityId: 'ae-du.rta', serviceId: 'parking-fine', periodStart: '2020-01-01', periodEnd: '2020-03-31' };
const staff: CostComponent = { kind: 'staff', channel: 'counter', amount: '5000000' };
const computers: CostComponent = { kind: 'it', amount: '250000' };
const reported = (components: readonly CostComponent[] = [staff, computers], more: object = {}) =>
  fact('gov.sijill.cost.reported.v1', { ...id, components, ...more });
const restated = (components: readonly CostComponent[], en = 'Invoice came late') =>
  fact('gov.sijill.cost.restated.v1', { ...id, components, reason: { en } });
const withdrawn = fact('gov.sijill.cost.withdrawn.v1', id);

describe('The cost of a service over a period', () => {
  test('is reported once however often it is sent', () => {
    cost().when(reported()).isRecorded();
    cost(reported()).when(reported()).isAlreadySo();
    cost(reported(), restated([staff]))
      .when(reported())
      .isAlreadySo();
  });
  test('is not reported again otherwise', () =>
    cost(reported())
      .when(reported([staff]))
      .refuses('cost.exists'));
  test('has a period that does not end before it starts', () => {
    const wrong = { ...reported().data, periodStart: '2020-01-02', periodEnd: '2020-01-01' };
    cost().when(fact('gov.sijill.cost.reported.v1', wrong)).refuses('period.invalid');
  });
  test('has at least one component', () => expect(() => cost().when(reported([]))).toThrow());
  test.each(['-1', '1.5', '01', '', 100])('[TRX-12] of %j is refused: money is whole fils as text', (amount) => {
    expect(() => cost().when(reported([{ kind: 'it', amount: amount as string }]))).toThrow();
  });
  test('is restated after it was reported, to other components', () => {
    cost()
      .when(restated([staff]))
      .refuses('cost.unknown');
    cost(reported())
      .when(restated([staff]))
      .isRecorded();
    cost(reported(), restated([staff]))
      .when(restated([staff], 'Again'))
      .isAlreadySo();
    cost(reported(), restated([staff]))
      .when(restated([staff, computers]))
      .isRecorded();
  });
  test('is withdrawn once, and reported anew after that', () => {
    cost().when(withdrawn).refuses('cost.unknown');
    cost(reported()).when(withdrawn).isRecorded();
    cost(reported(), withdrawn).when(withdrawn).isAlreadySo();
    cost(reported(), withdrawn)
      .when(restated([staff]))
      .refuses('cost.unknown');
    cost(reported(), withdrawn)
      .when(reported([staff]))
      .isRecorded();
  });
});

describe('The stream of a cost', () => {
  test('is named by entity, service and period, and told by the entity', () => {
    expect(costStream.id(withdrawn.data)).toBe('ae-du.rta:parking-fine:2020-01-01..2020-03-31');
    expect(costStream.owners(withdrawn, costDecider.initial, contextOf())).toEqual(['ae-du.rta']);
    expect(costStream.references(reported())).toEqual([
      { category: 'entity', id: 'ae-du.rta', pointer: '#/data/entityId' },
      { category: 'service', id: 'parking-fine', pointer: '#/data/serviceId' },
    ]);
  });
});
