import { fact, given } from '../given.contract.js';
import { subjectStream } from './subject.decider.js';

const subject = given(subjectStream, { isSteward: true });
const erased = (legalBasis: string) =>
  fact('gov.sijill.subject.erased.v1', {
    subjectId: '0b7a4f0e-0000-4000-8000-000000000000',
    legalBasis,
    keyHash: 'a'.repeat(64),
  });

describe('A person of whom the journal holds sealed data', () => {
  test('is erased once, on whatever basis it is said again', () => {
    subject().when(erased('Request 12 of 2026')).isRecorded();
    subject(erased('Request 12 of 2026')).when(erased('Request 12 of 2026')).isAlreadySo();
    subject(erased('Request 12 of 2026')).when(erased('Decision 3')).isAlreadySo();
  });

  test('has a stream of its own, which nobody but the ledger writes', () => {
    expect(subjectStream.id(erased('x').data)).toBe('0b7a4f0e-0000-4000-8000-000000000000');
    expect(subjectStream.ledgerOnly).toEqual(Object.keys(subjectStream.events));
  });
});
