import { fact, given } from '../given.contract.js';
import { projectionStream } from './projection.decider.js';
import type { ProjectionStateHashed } from './projection.events.js';

const projection = given(projectionStream, { isSteward: true });
const hashed = (more: Partial<ProjectionStateHashed> = {}) =>
  fact('gov.sijill.projection.stateHashed.v1', {
    name: 'channel_volume',
    version: 2,
    atPosition: '1000',
    hash: 'a'.repeat(64),
    ...more,
  });

describe('The digest of a projection', () => {
  test('is kept with version and position', () => {
    projection().when(hashed()).isRecorded();
    projection(hashed()).when(hashed()).isAlreadySo();
    projection(hashed())
      .when(hashed({ atPosition: '2000', hash: 'b'.repeat(64) }))
      .isRecorded();
  });
  test('does not go back in the journal', () => {
    projection(hashed())
      .when(hashed({ atPosition: '999' }))
      .refuses('time.beforeLast', { last: '1000' });
    projection(hashed({ atPosition: '9' }))
      .when(hashed({ atPosition: '10' }))
      .isRecorded();
  });
  test('is one at one position of one version', () => {
    projection(hashed())
      .when(hashed({ hash: 'b'.repeat(64) }))
      .refuses('entry.exists', { id: 'channel_volume@2:1000' });
    projection(hashed())
      .when(hashed({ version: 3, hash: 'b'.repeat(64) }))
      .isRecorded();
  });
});
