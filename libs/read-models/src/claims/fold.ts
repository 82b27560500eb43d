import { claimsOf, expressionOf } from '#ledger';
import type { Page, ReadEvent } from '../read-model.js';
import { ClaimCheckVersion, ClaimEntry } from './tables.js';

const PUBLISHED = 'gov.sijill.claim.published.v1';
const CORRECTED = 'gov.sijill.claim.corrected.v1';
const WITHDRAWN = 'gov.sijill.claim.withdrawn.v1';
const CHECK_ADOPTED = 'gov.sijill.claimCheck.adopted.v1';

export const CLAIM_TYPES = [PUBLISHED, CORRECTED, WITHDRAWN, CHECK_ADOPTED] as const;

type Entry = Omit<ClaimEntry, 'revision'>;

/** A check stands in one event; only claims remember what they said. */
export const claimKeys = ({ type, stream }: ReadEvent): readonly string[] => (type === CHECK_ADOPTED ? [] : [stream]);

export const foldClaim = (event: ReadEvent, page: Page): void => {
  if (event.type === CHECK_ADOPTED) {
    page.put(ClaimCheckVersion, { ...checkOf(event) });
    return;
  }
  const before = page.get<Entry>(event.stream);
  const entry = event.type === PUBLISHED ? opened(event) : before && changed(event, before);
  if (entry === undefined) return;
  page.set<Entry>(event.stream, entry);
  page.put(ClaimEntry, { ...entry, revision: event.revision });
};

const opened = ({ id, data, effectiveDay, knownDay, recordedDay }: ReadEvent): Entry => ({
  claim: id,
  publisher: String(data.publisher),
  scope: String(data.scope),
  metric: String(data.metric),
  unit: String(data.unit),
  value: String(data.value),
  qualifier: String(data.qualifier),
  kind: String(data.kind),
  period: textOrNull(data.period),
  periodStart: textOrNull(data.periodStart),
  periodEnd: textOrNull(data.periodEnd),
  isWithdrawn: false,
  effectiveDay,
  knownDay,
  recordedDay,
});

/** What is left out stays. A change without a day of its own cannot be known before what it changes. */
const changed = ({ type, data, knownDay, recordedDay }: ReadEvent, before: Entry): Entry => ({
  ...before,
  value: textOrNull(data.value) ?? before.value,
  qualifier: textOrNull(data.qualifier) ?? before.qualifier,
  isWithdrawn: type === WITHDRAWN,
  knownDay: knownDay > before.knownDay ? knownDay : before.knownDay,
  recordedDay,
});

const checkOf = ({ id, revision, data, effectiveDay, knownDay, recordedDay }: ReadEvent) => {
  const { version, expression, relation, expected, tolerance, title } = data as unknown as {
    readonly version: number;
    readonly expression: string;
    readonly relation?: string;
    readonly expected?: string;
    readonly tolerance?: object;
    readonly title: { readonly ar?: string; readonly en?: string };
  };
  const named = [expression, expected ?? ''].flatMap((side) => claimsOf(expressionOf(side)));
  return {
    ...{ check: id, version, revision, expression, relation: relation ?? 'shown', against: expected ?? null },
    ...{ tolerance: tolerance ?? null, titleAr: title.ar ?? null, titleEn: title.en ?? null },
    ...{ claims: [...new Set(named)], effectiveDay, knownDay, recordedDay },
  };
};

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
