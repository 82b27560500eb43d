import { fact, given } from '../given.contract.js';
import { releaseStream } from './release.decider.js';
import type { DatasetReleased } from './release.events.js';

const release = given(releaseStream, { isSteward: true });
const released = (more: Partial<DatasetReleased> = {}) =>
  fact('gov.sijill.dataset.released.v1', {
    dataset: 'channel_volume',
    licence: 'CC-BY-4.0',
    threshold: 10,
    from: '2020-04-13',
    ...more,
  });
const recalled = fact('gov.sijill.dataset.recalled.v1', { dataset: 'channel_volume', reason: { en: 'A fault' } });

describe('The release of a data set', () => {
  test('[SHR-9] is by a steward, with licence and threshold', () => {
    release().when(released()).isRecorded();
    expect(releaseStream.stewardOnly).toEqual(Object.keys(releaseStream.events));
  });
  test('is said once, and again with other terms', () => {
    release(released()).when(released()).isAlreadySo();
    release(released())
      .when(released({ threshold: 20 }))
      .isRecorded();
  });
  test('is recalled once, and may follow again', () => {
    release().when(recalled).refuses('release.unknown', { id: 'channel_volume' });
    release(released()).when(recalled).isRecorded();
    release(released(), recalled).when(recalled).isAlreadySo();
    release(released(), recalled).when(released()).isRecorded();
  });
});
