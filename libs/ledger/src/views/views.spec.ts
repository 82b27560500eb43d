import { contextOf, fact, given } from '../given.contract.js';
import { viewsDecider, viewsStream } from './views.decider.js';

const views = given(viewsStream);
const id = { platformId: 'ae-du.dubainow', infoId: 'prayer', day: '2024-05-31' };
const counted = (count: number) => fact('gov.sijill.views.counted.v1', { ...id, views: count });
const corrected = (count: number) =>
  fact('gov.sijill.views.corrected.v1', { ...id, views: count, reason: { en: 'Counted twice' } });

describe('The views of one page on one day', () => {
  test('are counted once', () => {
    views().when(counted(10)).isRecorded();
    views(counted(10)).when(counted(10)).isAlreadySo();
    views(counted(10)).when(counted(11)).refuses('views.exists');
  });
  test('are corrected after they were counted, to another number', () => {
    views().when(corrected(5)).refuses('views.unknown');
    views(counted(10)).when(corrected(5)).isRecorded();
    views(counted(10), corrected(5)).when(corrected(5)).isAlreadySo();
    views(counted(10), corrected(5)).when(corrected(10)).isRecorded();
  });
  test('stay counted once after a correction', () => views(counted(10), corrected(5)).when(counted(10)).isAlreadySo());
  test('are told by the operator of the platform', () => {
    const context = contextOf({ known: { platform: { 'ae-du.dubainow': { operatorEntityId: 'ae-du.sdd' } } } });
    expect(viewsStream.owners(counted(1), viewsDecider.initial, context)).toEqual(['ae-du.sdd']);
    expect(viewsStream.id(counted(1).data)).toBe('ae-du.dubainow:prayer:2024-05-31');
  });
});
