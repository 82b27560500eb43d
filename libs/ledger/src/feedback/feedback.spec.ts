import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { personalMembers, subjectMember } from '../vocabulary/shape.js';
import { feedbackDecider, feedbackStream } from './feedback.decider.js';
import { FeedbackGiven } from './feedback.events.js';

const feedback = given(feedbackStream);
const id = { entityId: 'ae-du.rta', feedbackId: 'f-1' };
const rated = (rating: number) =>
  fact('gov.sijill.feedback.given.v1', {
    ...id,
    serviceId: 'ae-du.pay-fine',
    channel: 'app' as const,
    platformId: 'ae-du.dubainow',
    rating,
    number: 'T-1',
    comment: 'Quick',
  });
const voided = fact('gov.sijill.feedback.voided.v1', { ...id, reason: { ar: 'تقييم تجريبي' } });

describe('What a customer thought of a service', () => {
  test.each([1, 2, 3, 4, 5])('[SAV-17] is told once, with a rating of %s', (rating) => {
    feedback().when(rated(rating)).isRecorded();
    feedback(rated(rating)).when(rated(rating)).isAlreadySo();
  });
  test('is the same whatever seal its comment has', () =>
    feedback(rated(4))
      .when({ ...rated(4), data: { ...rated(4).data, comment: 'sealed-otherwise' } })
      .isAlreadySo());
  test('keeps its id: another rating under it is refused', () =>
    feedback(rated(4)).when(rated(5)).refuses('feedback.exists', { id: 'ae-du.rta:f-1' }));
  test('may be said of no service, channel or platform in particular', () =>
    feedback()
      .when({ ...rated(3), data: { ...id, rating: 3 } })
      .isRecorded());
  test('is voided once, after it was given, and never given again', () => {
    feedback().when(voided).refuses('feedback.unknown');
    feedback(rated(4)).when(voided).isRecorded();
    feedback(rated(4), voided).when(voided).isAlreadySo();
    feedback(rated(4), voided).when(rated(4)).refuses('feedback.voided', { feedbackId: 'f-1' });
  });
  test('is told by the entity or the platform on which it was given, and taken back by whoever told it', () => {
    const known = { platform: { 'ae-du.dubainow': { operatorEntityId: 'ae-du.sdd' } } };
    const owners = (one: ReturnType<typeof rated> | typeof voided, context = contextOf({ known })) =>
      feedbackStream.owners(one, feedbackDecider.initial, context);
    expect(owners(rated(4))).toEqual(['ae-du.rta', 'ae-du.sdd']);
    expect(owners(rated(4), contextOf())).toEqual(['ae-du.rta']);
    expect(owners(voided)).toEqual(['ae-du.rta']);
    const toldByPlatform = stateAfter(feedbackDecider, [{ ...rated(4), source: 'urn:sijill:ae-du.sdd:dubainow' }]);
    expect(feedbackStream.owners(voided, toldByPlatform, contextOf())).toEqual(['ae-du.rta', 'ae-du.sdd']);
    expect(feedbackStream.references(rated(4)).map(({ pointer }) => pointer)).toEqual([
      '#/data/entityId',
      '#/data/serviceId',
      '#/data/platformId',
    ]);
    expect(feedbackStream.references({ ...rated(4), data: { ...id, rating: 3 } })).toHaveLength(1);
    expect(feedbackStream.references(voided)).toEqual([]);
  });
  test('hides the comment, of which nobody is the subject', () =>
    expect([personalMembers(FeedbackGiven), subjectMember(FeedbackGiven)]).toEqual([['comment'], undefined]));
});
