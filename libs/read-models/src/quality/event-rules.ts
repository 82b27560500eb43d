import { daysFromTo } from '#kernel';
import type { Page, ReadEvent } from '../read-model.js';
import { nounOf } from '../transaction/facts.js';
import { isLateAfterFreeze } from './freeze-rule.js';
import { isLikelyRewritten } from './rewrite-rule.js';

export const SEVERITIES = {
  late: 'info',
  backdated_knowledge: 'warning',
  service_retired: 'error',
  channel_not_offered: 'warning',
  fee_on_free_service: 'error',
  no_step: 'info',
  no_arabic_text: 'warning',
  digital_exceeds_total: 'error',
  roll_up_mismatch: 'warning',
  late_after_freeze: 'warning',
  definition_changed: 'error',
  definition_unclear: 'info',
  started_never_received: 'info',
  id_likely_rewritten: 'warning',
} as const;
export type Rule = keyof typeof SEVERITIES;

/** Days behind which a transaction or a count of views is late. */
const LATE_DAYS_MIN = 2;
/** Policy `knowledge@1`, where a ledger has adopted none. */
const BACKDATE_DAYS_MAX = 7;
/** State key of the versions of policy `knowledge`. */
export const KNOWLEDGE_KEY = 'policy-knowledge';
interface KnowledgePolicy {
  readonly versions: readonly { readonly from: string; readonly days: number }[];
}
/** Facts that happen on a day; what holds from a day on is no late news of it. */
const TIMELY = new Set(['transaction', 'views']);

/** Days from the effective day to the recording; negative for what was told ahead. */
const latenessDays = ({ effectiveDay, recordedDay }: ReadEvent): number => daysFromTo(effectiveDay, recordedDay) - 1;

/** Measure of a range of days. */
export type Bucket = 'late0' | 'late1' | 'late2To7' | 'late8To30' | 'lateOver30';

/** Measure of the bucket that an event falls in; undefined where lateness says nothing. */
export const latenessBucket = (event: ReadEvent): Bucket | undefined => {
  if (!TIMELY.has(event.category)) return undefined;
  const days = latenessDays(event);
  if (days <= 0) return 'late0';
  if (days === 1) return 'late1';
  if (days <= 7) return 'late2To7';
  return days <= 30 ? 'late8To30' : 'lateOver30';
};

interface ServiceFacts {
  readonly retiredFrom?: string;
  /** Channel → days from which it was offered (true) or not (false), in the order of telling. */
  readonly offers: Readonly<Record<string, readonly (readonly [from: string, isOffered: boolean])[]>>;
}
export interface TransactionFacts {
  readonly feeDue: string;
  readonly hasStep: boolean;
  /** Begun, and neither received nor voided yet. */
  readonly start?: StartFacts;
}
export interface StartFacts {
  readonly source: string;
  readonly day: string;
  /** Day on which it counts as abandoned unless it was received. */
  readonly abandonedOn: string;
}
export const NOTHING_TOLD: TransactionFacts = { feeDue: '', hasStep: false };

export const serviceKey = (id: unknown): string => `service-${String(id)}`;

/** Rules that one event breaks by itself or against what its own stream and service have told before. */
export const brokenRules = (event: ReadEvent, page: Page): Rule[] => {
  const found: Rule[] = [];
  if (TIMELY.has(event.category) && latenessDays(event) >= LATE_DAYS_MIN) found.push('late');
  if (isLateAfterFreeze(event, page)) found.push('late_after_freeze');
  if (isLikelyRewritten(event, page)) found.push('id_likely_rewritten');
  if (isBackdated(event, page)) found.push('backdated_knowledge');
  if (event.stream === KNOWLEDGE_KEY) adoptKnowledge(event, page);
  if (lacksArabic(event)) found.push('no_arabic_text');
  if (event.category === 'service') page.set(event.stream, tellService(page.get<ServiceFacts>(event.stream), event));
  if (event.category === 'transaction') found.push(...transactionRules(event, page));
  return found;
};

/** Judged by the policy in force on the day of recording, as it was known then. */
const isBackdated = ({ data, knownDay, recordedDay }: ReadEvent, page: Page): boolean => {
  if (data.publishedOn === undefined) return false;
  const { versions } = page.get<KnowledgePolicy>(KNOWLEDGE_KEY) ?? { versions: [] };
  const { days } = versions.findLast(({ from }) => from <= recordedDay) ?? { days: BACKDATE_DAYS_MAX };
  return daysFromTo(knownDay, recordedDay) - 1 > days;
};

const adoptKnowledge = ({ data }: ReadEvent, page: Page): void => {
  const { versions } = page.get<KnowledgePolicy>(KNOWLEDGE_KEY) ?? { versions: [] };
  const { backdateDays: days } = data.parameters as { backdateDays: number };
  page.set<KnowledgePolicy>(KNOWLEDGE_KEY, { versions: [...versions, { from: data.from as string, days }] });
};

/** A title or definition was given without Arabic (CAT-11). */
const lacksArabic = ({ category, data }: ReadEvent): boolean =>
  CATALOGUED.has(category) &&
  [data.title, data.definition].some((text) => typeof text === 'object' && text !== null && !('ar' in text));
const CATALOGUED = new Set(['service', 'entity', 'platform', 'centre', 'callCentre']);

const tellService = (before: ServiceFacts | undefined, { type, data }: ReadEvent): ServiceFacts => {
  const service = before ?? { offers: {} };
  const { channel, from } = data as { channel: string; from: string };
  if (type === 'gov.sijill.service.retired.v1') return { ...service, retiredFrom: from };
  const isOffer = type === 'gov.sijill.service.channelOffered.v1';
  if (!isOffer && type !== 'gov.sijill.service.channelWithdrawn.v1') return service;
  const told = [...(service.offers[channel] ?? []), [from, isOffer] as const];
  return { ...service, offers: { ...service.offers, [channel]: told } };
};

const NONE: readonly Rule[] = [];

const transactionRules = (event: ReadEvent, page: Page): readonly Rule[] => {
  const { type, stream, data } = event;
  const known = page.get<TransactionFacts>(stream) ?? NOTHING_TOLD;
  const tell = (more: Partial<TransactionFacts>) => page.set(stream, { ...known, ...more });
  switch (nounOf(type)) {
    case 'received':
      tell({ feeDue: data.feeDue as string });
      return catalogueRules(event, page.get<ServiceFacts>(serviceKey(data.serviceId)));
    case 'corrected': {
      const { feeDue } = data.changes as { feeDue?: string };
      if (feeDue !== undefined) tell({ feeDue });
      return NONE;
    }
    case 'stepCompleted':
      if (!known.hasStep) tell({ hasStep: true });
      return NONE;
    case 'paymentSettled':
      return data.kind === 'fee' && known.feeDue === '0' ? ['fee_on_free_service'] : NONE;
    case 'completed':
      return known.hasStep ? NONE : ['no_step'];
    default:
      return NONE;
  }
};

/** Against the catalogue as it was known then. A service without any offer says nothing of channels. */
const catalogueRules = ({ effectiveDay, data }: ReadEvent, service: ServiceFacts | undefined): Rule[] => {
  if (!service) return [];
  const found: Rule[] = [];
  if (service.retiredFrom !== undefined && service.retiredFrom <= effectiveDay) found.push('service_retired');
  const told = service.offers[data.channel as string] ?? [];
  const latest = told
    .filter(([from]) => from <= effectiveDay)
    .reduce<readonly [string, boolean] | undefined>((last, one) => (last && last[0] > one[0] ? last : one), undefined);
  if (Object.keys(service.offers).length > 0 && !latest?.[1]) found.push('channel_not_offered');
  return found;
};
