import { type BilingualText, type FailureTable, nearest } from '#kernel';
import { aggregateStream } from './aggregate/aggregate.decider.js';
import { aggregateFailures } from './aggregate/aggregate.events.js';
import { bundleStream } from './bundle/bundle.decider.js';
import { bundleFailures } from './bundle/bundle.events.js';
import { calendarStream } from './calendar/calendar.decider.js';
import { callCentreStream } from './call-centre/call-centre.decider.js';
import { callCentreFailures } from './call-centre/call-centre.events.js';
import { campaignFailures } from './campaign/campaign.failures.js';
import { campaignStream } from './campaign/campaign.stream.js';
import { centreStream } from './centre/centre.decider.js';
import { centreFailures } from './centre/centre.events.js';
import { claimStream } from './claim/claim.decider.js';
import { claimFailures } from './claim/claim.events.js';
import { claimCheckStream } from './claim-check/claim-check.decider.js';
import { claimCheckFailures } from './claim-check/claim-check.events.js';
import { collectionStream } from './collection/collection.decider.js';
import { collectionFailures } from './collection/collection.events.js';
import { costStream } from './cost/cost.decider.js';
import { disruptionStream } from './disruption/disruption.decider.js';
import { enquiryStream } from './enquiry/enquiry.decider.js';
import { enquiryFailures } from './enquiry/enquiry.events.js';
import { entityStream } from './entity/entity.decider.js';
import { entityFailures } from './entity/entity.events.js';
import { factorStream } from './factor/factor.decider.js';
import { ledgerRules, openingFailures, refuse } from './failures.js';
import { feedbackStream } from './feedback/feedback.decider.js';
import { feedbackFailures } from './feedback/feedback.events.js';
import { graphStream } from './graph/graph.decider.js';
import { graphFailures } from './graph/graph.events.js';
import { kioskStream } from './kiosk/kiosk.decider.js';
import { kioskFailures } from './kiosk/kiosk.events.js';
import { kpiStream } from './kpi/kpi.decider.js';
import { kpiFailures } from './kpi/kpi.events.js';
import { measureStream } from './measure/measure.decider.js';
import { outageStream } from './outage/outage.decider.js';
import { paperStream } from './paper/paper.decider.js';
import { paperFailures } from './paper/paper.events.js';
import { paperBaselineStream } from './paper-baseline/paper-baseline.decider.js';
import { paperBaselineFailures } from './paper-baseline/paper-baseline.events.js';
import { paperStockStream } from './paper-stock/paper-stock.decider.js';
import { paperStockFailures } from './paper-stock/paper-stock.events.js';
import { periodStream } from './period/period.decider.js';
import { periodFailures } from './period/period.events.js';
import { platformStream } from './platform/platform.decider.js';
import { platformFailures } from './platform/platform.events.js';
import { policyStream } from './policy/policy.decider.js';
import { programmeStream } from './programme/programme.decider.js';
import { programmeFailures } from './programme/programme.events.js';
import { projectionStream } from './projection/projection.decider.js';
import { releaseStream } from './release/release.decider.js';
import { knowledgeFailures } from './rules/knowledge.js';
import { serviceFailures } from './service/service.failures.js';
import { serviceStream } from './service/service.stream.js';
import { sharingStream } from './sharing/sharing.decider.js';
import { sharingFailures } from './sharing/sharing.events.js';
import { stampStream } from './stamp/stamp.decider.js';
import { stampFailures } from './stamp/stamp.failures.js';
import type { DataClass, ReferenceCategory, Stream } from './stream.js';
import { subjectStream } from './subject/subject.decider.js';
import { suggestionStream } from './suggestion/suggestion.decider.js';
import { suggestionFailures } from './suggestion/suggestion.events.js';
import { transactionFailures } from './transaction/transaction.failures.js';
import { transactionStream } from './transaction/transaction.stream.js';
import { viewsStream } from './views/views.decider.js';

/** Every stream category of the house with the table of its refusals. A new stream is a folder and a line here. */
const CATALOGUE: readonly (readonly [Stream, FailureTable])[] = [
  [entityStream, entityFailures],
  [centreStream, centreFailures],
  [kioskStream, kioskFailures],
  [callCentreStream, callCentreFailures],
  [platformStream, platformFailures],
  [viewsStream, {}],
  [serviceStream, serviceFailures],
  [graphStream, graphFailures],
  [bundleStream, bundleFailures],
  [suggestionStream, suggestionFailures],
  [programmeStream, programmeFailures],
  [transactionStream, transactionFailures],
  [paperStream, paperFailures],
  [paperStockStream, paperStockFailures],
  [paperBaselineStream, paperBaselineFailures],
  [costStream, {}],
  [periodStream, periodFailures],
  [stampStream, stampFailures],
  [enquiryStream, enquiryFailures],
  [feedbackStream, feedbackFailures],
  [disruptionStream, {}],
  [measureStream, {}],
  [outageStream, {}],
  [campaignStream, campaignFailures],
  [collectionStream, { ...collectionFailures, ...knowledgeFailures }],
  [aggregateStream, { ...aggregateFailures, ...knowledgeFailures }],
  [claimStream, { ...claimFailures, ...knowledgeFailures }],
  [claimCheckStream, claimCheckFailures],
  [sharingStream, sharingFailures],
  [releaseStream, {}],
  [factorStream, {}],
  [kpiStream, kpiFailures],
  [policyStream, {}],
  [calendarStream, {}],
  [projectionStream, {}],
  [subjectStream, {}],
];

/** Streams that are never unknown or there already: they have no single opening, or say themselves what is missing. */
const WITHOUT_OPENING: ReadonlySet<string> = new Set(['period', 'projection', 'stamp', 'subject']);

const NEAREST_TYPES_MAX = 3;

/** One table of several. Fails at load when two say different things under one name. */
export const gather = <T>(
  tables: readonly Readonly<Record<string, T>>[],
  what: string,
): Readonly<Record<string, T>> => {
  const all = new Map<string, T>();
  for (const [name, value] of tables.flatMap((table) => Object.entries(table))) {
    if (all.has(name) && all.get(name) !== value) throw new TypeError(`${what} ${name} is defined twice`);
    all.set(name, value);
  }
  return Object.fromEntries(all);
};

export const streams: readonly Stream[] = CATALOGUE.map(([stream]) => stream);

const byCategory = gather(
  streams.map((stream) => ({ [stream.category]: stream })),
  'the category',
);
const byType = asMap(
  gather(
    streams.map((stream) => Object.fromEntries(Object.keys(stream.events).map((type) => [type, stream]))),
    'the event',
  ),
);

/** Wire name → data class, over all streams. */
export const dataClasses: Readonly<Record<string, DataClass>> = gather(
  streams.map(({ events }) => events),
  'the event',
);

const classByType = asMap(dataClasses);

/** Every code with which this library says no, for the catalogue of problems. */
export const ledgerFailures: FailureTable = gather(
  [
    ledgerRules,
    ...CATALOGUE.flatMap(([{ category }, failures]) =>
      WITHOUT_OPENING.has(category) ? [failures] : [openingFailures(category), failures],
    ),
  ],
  'the code',
);

/** Fails with `event.unknownType`, which names the nearest types. */
export const streamOfType = (type: string): Stream => known(byType, type);
export const dataClassOf = (type: string): DataClass => known(classByType, type);

/** Undefined: this house has no such stream category. */
export const streamOfCategory = (category: ReferenceCategory | string): Stream | undefined =>
  Object.hasOwn(byCategory, category) ? byCategory[category] : undefined;

/** Title of a category in both languages. */
export const titleOf = (category: string): BilingualText | undefined => streamOfCategory(category)?.title;

/** A map has no member that nobody gave it, and is asked of every event. */
function asMap<T>(table: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(table));
}

const known = <T>(table: ReadonlyMap<string, T>, type: string): T => {
  const found = table.get(type);
  if (found !== undefined) return found;
  const candidates = nearest(type, table.keys(), NEAREST_TYPES_MAX);
  throw refuse('event.unknownType', { params: { type, nearest: candidates.join(', ') || '—' } });
};
