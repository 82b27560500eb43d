import type { BundleFact } from './bundle.events.js';

export type MembershipFact = Exclude<
  BundleFact,
  { readonly type: 'gov.sijill.bundle.registered.v1' } | { readonly type: 'gov.sijill.bundle.retired.v1' }
>;

/** A service in a bundle. On a path its place is that in the list. */
export interface Member {
  readonly serviceId: string;
  readonly isOptional: boolean;
}

/** Members on a day, in order: changes in the order of their days, those of one day as they were recorded. */
export const membersOn = (changes: readonly MembershipFact[], day: string): readonly Member[] =>
  changes
    .filter(({ data }) => data.from <= day)
    .sort((one, other) => (one.data.from < other.data.from ? -1 : one.data.from > other.data.from ? 1 : 0))
    .reduce(withChange, []);

/**
 * The members after one change. Never refuses: what was decided by the days known then may meet other members once an earlier
 * day is known. A service that an order does not name keeps to the end, one that it names and that is not there is left out.
 */
export const withChange = (members: readonly Member[], { type, data }: MembershipFact): readonly Member[] => {
  switch (type) {
    case 'gov.sijill.bundle.serviceAdded.v1': {
      const { serviceId, place, optional = false } = data;
      const member = { serviceId, isOptional: optional };
      if (members.some((one) => one.serviceId === serviceId))
        return members.map((one) => (one.serviceId === serviceId ? member : one));
      return members.toSpliced((place ?? members.length + 1) - 1, 0, member);
    }
    case 'gov.sijill.bundle.serviceRemoved.v1':
      return members.filter(({ serviceId }) => serviceId !== data.serviceId);
    case 'gov.sijill.bundle.reordered.v1': {
      const named = data.serviceIds.flatMap((id) => members.find(({ serviceId }) => serviceId === id) ?? []);
      return [...named, ...members.filter((member) => !named.includes(member))];
    }
  }
};
