import { dayOfInstant, failingWith, halfOf, zoneOf } from '#kernel';
import { type Decider, defineStream } from '../stream.js';
import { type PeriodFact, periodEvents, periodFailures } from './period.events.js';

/** `open`: frozen before, and reopened since. */
export type PeriodState = { readonly is: 'none' } | { readonly is: 'frozen' } | { readonly is: 'open' };

const refuse = failingWith(periodFailures);

export const periodDecider: Decider<PeriodFact, PeriodState> = {
  initial: { is: 'none' },
  decide(fact, period) {
    const { jurisdiction, half } = fact.data;
    switch (fact.type) {
      case 'gov.sijill.period.frozen.v1':
        assertOver(fact);
        return period.is === 'frozen' ? [] : [fact];
      case 'gov.sijill.period.reopened.v1':
        if (period.is === 'none') throw refuse('period.notFrozen', { params: { jurisdiction, half } });
        return period.is === 'open' ? [] : [fact];
    }
  },
  evolve: (_period, { type }) => ({ is: type === 'gov.sijill.period.frozen.v1' ? 'frozen' : 'open' }),
};

/** A half is fixed after its last day, both by the time that the event names and by the clock of the ledger. */
const assertOver = ({ data: { jurisdiction, half }, time, recorded }: PeriodFact): void => {
  const { end } = halfOf(half);
  const zone = zoneOf(jurisdiction);
  for (const instant of [time, recorded]) {
    const day = dayOfInstant(instant, zone);
    if (day <= end) throw refuse('period.notOver', { params: { half, end, day } });
  }
};

export const periodStream = defineStream<PeriodFact, PeriodState>({
  category: 'period',
  title: { ar: 'نصف سنوي', en: 'Half-year' },
  events: periodEvents,
  opening: ['gov.sijill.period.frozen.v1'],
  stewardOnly: ['gov.sijill.period.frozen.v1', 'gov.sijill.period.reopened.v1'],
  id: ({ jurisdiction, half }) => `${jurisdiction}:${half}`,
  references: () => [],
  owners: () => [],
  decider: periodDecider,
});
