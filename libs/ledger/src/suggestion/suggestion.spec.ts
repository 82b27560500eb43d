import { contextOf, fact, given } from '../given.contract.js';
import { personalMembers } from '../vocabulary/shape.js';
import { suggestionDecider, suggestionStream } from './suggestion.decider.js';
import { SuggestionSubmitted } from './suggestion.events.js';

const suggestion = given(suggestionStream);
const suggestionId = 'ask-dubai-17';
const submitted = (data: object = {}) =>
  fact('gov.sijill.suggestion.submitted.v1', {
    suggestionId,
    about: { kind: 'service' as const, id: 'parking-fine' } as { kind: 'service' | 'none'; id?: string },
    by: 'customer' as 'customer' | 'entity',
    customerCategory: 'resident' as const,
    topic: 'improvement' as const,
    text: 'أرجو إتاحة الدفع بالتقسيط',
    ...data,
  });
const decided = (decision: 'accepted' | 'declined') =>
  fact('gov.sijill.suggestion.decided.v1', { suggestionId, decision, reason: { ar: 'ضمن خطة العام' } });
const delivered = (serviceId?: string) =>
  fact('gov.sijill.suggestion.delivered.v1', serviceId ? { suggestionId, serviceId } : { suggestionId });
const byEntity = { by: 'entity', about: { kind: 'none' }, topic: 'newService' };

describe('A suggestion', () => {
  test('[CAT-18] is submitted, decided and delivered', () => {
    suggestion().when(submitted()).isRecorded();
    suggestion(submitted()).when(decided('accepted')).isRecorded();
    suggestion(submitted(), decided('accepted')).when(delivered('instalments')).isRecorded();
  });
  test('[CAT-18] of a department asks for a new shared service, and names the department', () => {
    suggestion()
      .when(submitted({ ...byEntity, entityId: 'rta' }))
      .isRecorded();
    suggestion().when(submitted(byEntity)).refuses('event.invalid', { type: submitted().type });
  });
  test('[CAT-20] of a customer takes part in shaping bundles and platforms', () => {
    suggestion()
      .when(submitted({ about: { kind: 'bundle', id: 'getting-married' }, topic: 'formulation' }))
      .isRecorded();
    expect(suggestionStream.references(submitted({ about: { kind: 'bundle', id: 'getting-married' } }))).toEqual([
      { category: 'bundle', id: 'getting-married', pointer: '#/data/about/id' },
    ]);
    expect(suggestionStream.owners(submitted(), suggestionDecider.initial, contextOf())).toEqual(['rta']);
  });
  test('names what it is about by an id, and nothing by none', () => {
    suggestion()
      .when(submitted({ about: { kind: 'service' } }))
      .refuses('event.invalid');
    suggestion()
      .when(submitted({ about: { kind: 'none', id: 'parking-fine' } }))
      .refuses('event.invalid');
    suggestion()
      .when(submitted({ about: { kind: 'none' } }))
      .isRecorded();
  });
  test('is submitted once; its text is personal and takes no part in the comparison', () => {
    expect(personalMembers(SuggestionSubmitted)).toEqual(['text']);
    suggestion(submitted())
      .when(submitted({ text: 'sealed anew' }))
      .isAlreadySo();
    suggestion(submitted())
      .when(submitted({ topic: 'formulation' }))
      .refuses('suggestion.exists');
  });
  test('is decided once', () => {
    suggestion().when(decided('accepted')).refuses('suggestion.unknown');
    suggestion(submitted(), decided('accepted')).when(decided('accepted')).isAlreadySo();
    suggestion(submitted(), decided('accepted'))
      .when(decided('declined'))
      .refuses('suggestion.decided', { suggestionId, decision: 'accepted' });
  });
  test('is delivered after it was accepted, once a service', () => {
    suggestion().when(delivered()).refuses('suggestion.unknown');
    suggestion(submitted()).when(delivered()).refuses('suggestion.notAccepted', { suggestionId });
    suggestion(submitted(), decided('declined')).when(delivered()).refuses('suggestion.notAccepted');
    const accepted = [submitted(), decided('accepted'), delivered('instalments')];
    suggestion(...accepted)
      .when(delivered('instalments'))
      .isAlreadySo();
    suggestion(...accepted)
      .when(delivered('reminders'))
      .isRecorded();
    suggestion(...accepted)
      .when(decided('accepted'))
      .isAlreadySo();
  });
  test('is spoken for by the entity it names; stewards decide', () => {
    const ofDepartment = submitted({ ...byEntity, entityId: 'dm' });
    expect(suggestionStream.owners(ofDepartment, suggestionDecider.initial, contextOf())).toEqual(['dm']);
    expect(suggestionStream.references(ofDepartment).map(({ pointer }) => pointer)).toEqual(['#/data/entityId']);
    expect(suggestionStream.references(delivered('instalments')).map(({ category }) => category)).toEqual(['service']);
    expect(suggestionStream.references(delivered())).toEqual([]);
    expect(suggestionStream.stewardOnly).toEqual([decided('accepted').type, delivered().type]);
  });
});
