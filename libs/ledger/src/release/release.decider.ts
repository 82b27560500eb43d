import { refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream } from '../stream.js';
import { type DatasetReleased, type ReleaseFact, releaseEvents } from './release.events.js';

export type Release =
  | { readonly is: 'none' }
  | { readonly is: 'released'; readonly terms: Readonly<DatasetReleased> }
  | { readonly is: 'recalled' };

export const releaseDecider: Decider<ReleaseFact, Release> = {
  initial: { is: 'none' },
  decide(fact, release) {
    switch (fact.type) {
      // Other terms replace those before: a release says from when.
      case 'gov.sijill.dataset.released.v1':
        return release.is === 'released' && sameContent(release.terms, fact.data) ? [] : [fact];
      case 'gov.sijill.dataset.recalled.v1':
        if (release.is === 'none') throw refuseUnknown('release', fact.data.dataset);
        return release.is === 'recalled' ? [] : [fact];
    }
  },
  evolve(_release, { type, data }) {
    switch (type) {
      case 'gov.sijill.dataset.released.v1':
        return { is: 'released', terms: data };
      case 'gov.sijill.dataset.recalled.v1':
        return { is: 'recalled' };
    }
  },
};

export const releaseStream = defineStream<ReleaseFact, Release>({
  category: 'release',
  title: { ar: 'نشر مجموعة بيانات', en: 'Release of a data set' },
  events: releaseEvents,
  opening: ['gov.sijill.dataset.released.v1'],
  stewardOnly: ['gov.sijill.dataset.released.v1', 'gov.sijill.dataset.recalled.v1'],
  id: ({ dataset }) => dataset,
  references: () => [],
  owners: () => [],
  facts: (release) => (release.is === 'released' ? release.terms : undefined),
  decider: releaseDecider,
});
