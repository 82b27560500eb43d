import { addDays, dayOfInstant, type FailureTable, failingWith, lastDayOfPart } from '#kernel';
import type { Context } from '../stream.js';
import { LEDGER_ZONE } from '../time.js';

/** How long ago anybody may say a source made something known (policy `knowledge@1`). Beyond that: stewards. */
export const BACKDATE_DAYS_MAX = 7;

/** A source may publish in a zone where it is tomorrow already. */
const AHEAD_DAYS_MAX = 1;

export const knowledgeFailures = {
  'knowledge.backdated': {
    kind: 'forbidden',
    en: 'Published on {publishedOn}, more than {days} days before {recordedOn}: only a steward may record that.',
    ar: 'نُشر في {publishedOn}، أي قبل {recordedOn} بأكثر من {days} أيام، ولا يسجل ذلك إلا أمين السجل.',
  },
  'knowledge.inFuture': {
    kind: 'refused',
    en: 'Nothing recorded on {recordedOn} can have been published on {publishedOn}.',
    ar: 'لا يمكن أن يكون ما سُجل في {recordedOn} قد نُشر في {publishedOn}.',
  },
} as const satisfies FailureTable;
const refuse = failingWith(knowledgeFailures);

/**
 * Holds a fact's `publishedOn` (day, month or year; may be absent) against the day on which the intake received it.
 *
 * @throws Failure `knowledge.inFuture`, `knowledge.backdated`.
 */
export const assertPublished = (
  { data, recorded }: { readonly data: { readonly publishedOn?: string }; readonly recorded: string },
  { isSteward }: Context,
): void => {
  const { publishedOn } = data;
  if (publishedOn === undefined) return;
  const recordedOn = dayOfInstant(recorded, LEDGER_ZONE);
  const latest = addDays(recordedOn, AHEAD_DAYS_MAX).slice(0, publishedOn.length);
  if (publishedOn > latest) throw refuse('knowledge.inFuture', { params: { publishedOn, recordedOn } });
  const isBackdated = lastDayOfPart(publishedOn) < addDays(recordedOn, -BACKDATE_DAYS_MAX);
  if (isBackdated && !isSteward)
    throw refuse('knowledge.backdated', { params: { publishedOn, recordedOn, days: String(BACKDATE_DAYS_MAX) } });
};
