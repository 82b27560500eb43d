import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream } from '../stream.js';
import {
  BUNDLE_SERVICES_MAX,
  type BundleFact,
  type BundleRegistered,
  type BundleRetired,
  bundleEvents,
  bundleFailures,
} from './bundle.events.js';
import { type MembershipFact, membersOn } from './members.js';

interface Registered {
  readonly registered: Readonly<BundleRegistered>;
}

export type Bundle =
  | { readonly is: 'none' }
  /** Changes as they were recorded: late ones make members of a day others than they were. */
  | (Registered & { readonly is: 'open'; readonly changes: readonly MembershipFact[] })
  | (Registered & { readonly is: 'retired'; readonly retired: Readonly<BundleRetired> });

const refuse = failingWith(bundleFailures);

export const bundleDecider: Decider<BundleFact, Bundle> = {
  initial: { is: 'none' },
  decide(fact, bundle) {
    const { bundleId } = fact.data;
    if (fact.type === 'gov.sijill.bundle.registered.v1') {
      if (bundle.is === 'none') return [fact];
      if (sameContent(bundle.registered, fact.data)) return [];
      throw refuseExists('bundle', bundleId);
    }
    if (bundle.is === 'none') throw refuseUnknown('bundle', bundleId);
    if (bundle.is === 'retired') {
      if (fact.type === 'gov.sijill.bundle.retired.v1' && sameContent(bundle.retired, fact.data)) return [];
      throw refuse('bundle.retired', { params: { bundleId, from: bundle.retired.from } });
    }
    if (fact.type === 'gov.sijill.bundle.retired.v1') return [fact];
    return isAlreadySo(fact, bundle) ? [] : [fact];
  },
  evolve(bundle, fact) {
    if (fact.type === 'gov.sijill.bundle.registered.v1') return { is: 'open', registered: fact.data, changes: [] };
    if (bundle.is !== 'open') return bundle;
    if (fact.type === 'gov.sijill.bundle.retired.v1')
      return { is: 'retired', registered: bundle.registered, retired: fact.data };
    return { ...bundle, changes: [...bundle.changes, fact] };
  },
};

/** Checks the rules of a change of members on the day from which it holds; true when it would change nothing. */
const isAlreadySo = (fact: MembershipFact, bundle: Extract<Bundle, { is: 'open' }>): boolean => {
  const { bundleId, from } = fact.data;
  const members = membersOn(bundle.changes, from);
  const isPath = bundle.registered.kind === 'path';
  switch (fact.type) {
    case 'gov.sijill.bundle.serviceAdded.v1': {
      const { serviceId, place, optional = false } = fact.data;
      if (place !== undefined && !isPath) throw refuse('bundle.unordered', { params: { bundleId } });
      const member = members.find((one) => one.serviceId === serviceId);
      if (member === undefined && members.length >= BUNDLE_SERVICES_MAX)
        throw refuse('bundle.full', { params: { bundleId, most: String(BUNDLE_SERVICES_MAX) } });
      return member?.isOptional === optional;
    }
    case 'gov.sijill.bundle.serviceRemoved.v1':
      return !members.some(({ serviceId }) => serviceId === fact.data.serviceId);
    case 'gov.sijill.bundle.reordered.v1': {
      const ids = members.map(({ serviceId }) => serviceId);
      if (!isPath) throw refuse('bundle.unordered', { params: { bundleId } });
      if (!sameContent([...ids].sort(), [...fact.data.serviceIds].sort()))
        throw refuse('bundle.notPermutation', { params: { bundleId, count: String(ids.length) } });
      return sameContent(ids, fact.data.serviceIds);
    }
  }
};

export const bundleStream = defineStream<BundleFact, Bundle>({
  category: 'bundle',
  title: { ar: 'باقة خدمات', en: 'Bundle' },
  events: bundleEvents,
  opening: ['gov.sijill.bundle.registered.v1'],
  stewardOnly: [
    'gov.sijill.bundle.registered.v1',
    'gov.sijill.bundle.serviceAdded.v1',
    'gov.sijill.bundle.serviceRemoved.v1',
    'gov.sijill.bundle.reordered.v1',
    'gov.sijill.bundle.retired.v1',
  ],
  id: ({ bundleId }) => bundleId,
  references: ({ type, data }) =>
    // A service that is removed or reordered is a member, and so proven.
    type === 'gov.sijill.bundle.serviceAdded.v1'
      ? [{ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }]
      : [],
  owners: () => [], // bundles cross the borders of entities: stewards make them
  facts: (bundle) => (bundle.is === 'none' ? undefined : { kind: bundle.registered.kind }),
  decider: bundleDecider,
});
