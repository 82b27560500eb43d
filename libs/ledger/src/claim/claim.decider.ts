import { failingWith, isDec, isPart } from '#kernel';
import type { Qualifier } from '../codes.js';
import { refuseBeforeLast, refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { assertPublished } from '../rules/knowledge.js';
import { assertPeriod, refuseInvalid } from '../rules/structure.js';
import { type Decider, defineStream } from '../stream.js';
import { entityOfSource, knownDay } from '../time.js';
import { type ClaimFact, type ClaimPublished, claimEvents, claimFailures, DATE_UNITS } from './claim.events.js';

interface Published {
  readonly published: Readonly<ClaimPublished>;
  readonly value: string;
  readonly qualifier: Qualifier;
  /** Day since which the latest of it is known. */
  readonly knownDay: string;
  /** Entity that recorded it: publishers are no parties of the ledger. */
  readonly recordedBy: string;
}

export type Claim =
  | { readonly is: 'none' }
  | (Published & { readonly is: 'published' })
  | (Published & { readonly is: 'withdrawn' });

const refuse = failingWith(claimFailures);

export const claimDecider: Decider<ClaimFact, Claim> = {
  initial: { is: 'none' },
  decide(fact, claim, context) {
    const { claimId } = fact.data;
    if (fact.type === 'gov.sijill.claim.published.v1') {
      const { value, unit, periodStart, periodEnd } = fact.data;
      assertForm(fact.type, value, unit);
      if (periodStart !== undefined && periodEnd !== undefined) assertPeriod(periodStart, periodEnd);
      assertPublished(fact, context);
      if (claim.is === 'none') return [fact];
      if (sameContent(claim.published, fact.data)) return [];
      throw refuseExists('claim', claimId);
    }
    if (claim.is === 'none') throw refuseUnknown('claim', claimId);
    if (claim.is === 'withdrawn') {
      if (fact.type === 'gov.sijill.claim.withdrawn.v1') return [];
      throw refuse('claim.withdrawn', { params: { claimId } });
    }
    if (fact.type === 'gov.sijill.claim.corrected.v1') {
      const { value = claim.value, qualifier = claim.qualifier } = fact.data;
      assertForm(fact.type, value, claim.published.unit);
      if (value === claim.value && qualifier === claim.qualifier) return [];
    }
    assertPublished(fact, context);
    assertLater(fact, claim);
    return [fact];
  },
  evolve(claim, fact) {
    const day = knownDay('claim-', fact);
    switch (fact.type) {
      case 'gov.sijill.claim.published.v1':
        return {
          is: 'published',
          published: fact.data,
          value: fact.data.value,
          qualifier: fact.data.qualifier,
          knownDay: day,
          recordedBy: entityOfSource(fact.source),
        };
      case 'gov.sijill.claim.corrected.v1': {
        if (claim.is !== 'published') return claim;
        const { value = claim.value, qualifier = claim.qualifier } = fact.data;
        return { ...claim, value, qualifier, knownDay: laterOf(day, claim.knownDay) };
      }
      case 'gov.sijill.claim.withdrawn.v1':
        return claim.is === 'published' ? { ...claim, is: 'withdrawn', knownDay: laterOf(day, claim.knownDay) } : claim;
    }
  },
};

const laterOf = (one: string, other: string): string => (one > other ? one : other);

/** A publisher cannot have taken back what it had not said. Without a day of its own a change counts from when it is learnt. */
const assertLater = (fact: ClaimFact, claim: Published): void => {
  const day = knownDay('claim-', fact);
  if (fact.data.publishedOn !== undefined && day < claim.knownDay) throw refuseBeforeLast(day, claim.knownDay);
};

/** `2021` is a number and a year: the unit says which. */
const assertForm = (type: string, value: string, unit: string): void => {
  const isDate = (DATE_UNITS as readonly string[]).includes(unit);
  const fits = isDate
    ? isPart(value) && value.length === FORM_LENGTH[unit as (typeof DATE_UNITS)[number]]
    : isDec(value);
  if (fits) return;
  const expected = isDate ? `a ${unit}` : 'a decimal number';
  throw refuseInvalid(type, [{ pointer: '#/data/value', ...UNIT_MISMATCH, expected, received: value }]);
};

/** Length of the text `YYYY`, `YYYY-MM`, `YYYY-MM-DD`. */
const FORM_LENGTH = { year: 4, 'year-month': 7, day: 10 } as const satisfies Record<
  (typeof DATE_UNITS)[number],
  number
>;

const UNIT_MISMATCH = {
  code: 'value.unitMismatch',
  text: { ar: 'القيمة لا توافق الوحدة', en: 'The value does not fit the unit' },
} as const;

export const claimStream = defineStream<ClaimFact, Claim>({
  category: 'claim',
  title: { ar: 'رقم معلن', en: 'Claim' },
  events: claimEvents,
  opening: ['gov.sijill.claim.published.v1'],
  stewardOnly: [],
  id: ({ claimId }) => claimId,
  // A scope names groups and places as the publisher sees them: it refers to no register.
  references: () => [],
  // Anybody may record what was made public, and mend what they recorded themselves.
  owners: ({ source }, claim) => [claim.is === 'none' ? entityOfSource(source) : claim.recordedBy],
  facts: (claim) => (claim.is === 'none' ? undefined : { value: claim.value }),
  decider: claimDecider,
});
