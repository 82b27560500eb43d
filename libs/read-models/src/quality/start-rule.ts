import { addDays } from '#kernel';
import type { Page, ReadEvent } from '../read-model.js';
import { NOTHING_TOLD, type StartFacts, type TransactionFacts } from './event-rules.js';

/** Policy `started-expiry@1`: without receipt for so many days a start counts as abandoned. */
const EXPIRY_DAYS = 30;

/** A difference to the findings of starts that were never received, on the cell of the start. */
export interface StartFinding {
  readonly start: StartFacts;
  readonly knownDay: string;
  readonly findings: 1 | -1;
}

/**
 * A start is a finding from the day on which its time is over. That day is known in advance, so the finding is noted with
 * it at once and no clock is asked: questions leave out what will be known after their day. Receipt or void take it back,
 * from that same day where they come in time, else from their own.
 */
export const startFinding = (
  { type, stream, source, effectiveDay, knownDay }: ReadEvent,
  page: Page,
): readonly StartFinding[] => {
  switch (type) {
    case 'gov.sijill.transaction.started.v1': {
      const known = page.get<TransactionFacts>(stream) ?? NOTHING_TOLD;
      const begun = { source, day: effectiveDay, abandonedOn: later(addDays(effectiveDay, EXPIRY_DAYS), knownDay) };
      page.set<TransactionFacts>(stream, { ...known, start: begun });
      return [{ start: begun, knownDay: begun.abandonedOn, findings: 1 }];
    }
    case 'gov.sijill.transaction.received.v1':
    case 'gov.sijill.transaction.voided.v1': {
      const { start, ...others } = page.get<TransactionFacts>(stream) ?? NOTHING_TOLD;
      if (!start) return NONE;
      page.set<TransactionFacts>(stream, others);
      return [{ start, knownDay: later(start.abandonedOn, knownDay), findings: -1 }];
    }
    default:
      return NONE;
  }
};

const NONE: readonly StartFinding[] = [];

const later = (one: string, other: string): string => (one > other ? one : other);
