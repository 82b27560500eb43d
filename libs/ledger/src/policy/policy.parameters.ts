import {
  BASELINES,
  type Baseline,
  CHANNEL_CLASSES,
  type Channel,
  type ChannelClass,
  PAPER_KINDS,
  type PaperKind,
} from '../codes.js';
import { IsClosed } from '../rules/closed.js';
import {
  IsBool,
  IsEither,
  IsForm,
  IsId,
  IsInteger,
  IsJurisdiction,
  IsListOf,
  IsOneOf,
  IsRatioValue,
  IsSheets,
  IsText,
  type RatioValue,
  type ShapeDecorator,
} from '../shapes.js';

const CLASSES = ['digital', 'remote', 'postal', 'counter', 'unclassified'] as const satisfies readonly ChannelClass[];
const IDLE_RULES = ['leaveOut', 'pass', 'fail'] as const;
const VOLUMES = ['completed', 'received'] as const;
const EXPECTATIONS = ['yearBackTrend', 'eightWeek'] as const;
export const CATALOGUE_PARTS = [
  'titleAr',
  'titleEn',
  'definitionAr',
  'definitionEn',
  'audience',
  'themes',
  'requirementsSet',
  'documentsSet',
  'channel',
  'sharesDeclared',
  'steps',
  'fee',
] as const;

/** From where the read side measures what a claim says. */
export interface ClaimMapping {
  readonly scope: string;
  readonly metric: string;
  readonly dataset: string;
  readonly measure: string;
  readonly filters: readonly { readonly dimension: string; readonly isIn: readonly string[] }[];
  /** Of the claim, or every day up to its end. */
  readonly period: 'claimed' | 'untilEnd';
}

/** Parameters of each policy. Shares are exact ratios; days, weeks and sheets whole numbers. */
export interface PolicyParameters {
  /** Sheets a year of the latest baseline; an entity above a border belongs to that class, the rest are small. */
  'size-class': { readonly largeAboveSheets: number; readonly mediumAboveSheets: number };
  stamp: {
    /** Kinds of sheets that stand in the way of the mark. */
    readonly countedKinds: readonly PaperKind[];
    readonly allowedChannelClasses: readonly ChannelClass[];
    /** What a unit without activity in the half does to the score. */
    readonly idle: (typeof IDLE_RULES)[number];
    readonly unitWeight: number;
    /** Days after the end of the half until its score is fixed. */
    readonly freezeDays: number;
    readonly suspendOnLate: boolean;
  };
  'channel-classes': { readonly classes: Readonly<Record<Channel, ChannelClass>> };
  'take-up': { readonly countAssisted: boolean; readonly volume: (typeof VOLUMES)[number] };
  /** Days without receipt after which a started transaction counts as abandoned. */
  'started-expiry': { readonly days: number };
  campaign: {
    readonly baselines: readonly Baseline[];
    /** Same weekdays averaged, and how far back they may be looked for. */
    readonly weeksBack: number;
    readonly lookBackWeeksMax: number;
    readonly pullDays: number;
    readonly persistenceWeeks: readonly number[];
  };
  continuity: {
    readonly expected: (typeof EXPECTATIONS)[number];
    readonly fallback: (typeof EXPECTATIONS)[number];
    /** Restored: this share of the expected volume over this many days. */
    readonly restoredShare: RatioValue;
    readonly restoredDays: number;
  };
  claims: { readonly aboutTolerance: RatioValue; readonly minCoverage: RatioValue };
  'claim-measures': { readonly mappings: readonly ClaimMapping[] };
  /** Days by which anybody may backdate what a source made known. */
  knowledge: { readonly backdateDays: number };
  /** Counts below `smallCount` are suppressed in published data. */
  publication: { readonly smallCount: number; readonly complementary: boolean };
  /** Transactions a year from which a service counts as high-volume. */
  'high-volume': { readonly thresholds: readonly { readonly jurisdiction: string; readonly volume: number }[] };
  catalogue: { readonly completeness: readonly (typeof CATALOGUE_PARTS)[number][]; readonly reviewDays: number };
  /** Days without news after which a source is stale. */
  staleness: { readonly eventDays: number; readonly aggregateDays: number };
  /** Event types of which the law demands a record with everything in it: persons of such events are not erased. */
  'legal-hold': { readonly eventTypes: readonly string[] };
}
export type PolicyId = keyof PolicyParameters;

const IsDays = (): ShapeDecorator => IsInteger({ min: 0, max: 3660 });
const IsWeeks = (): ShapeDecorator => IsInteger({ min: 1, max: 520 });
const AreDifferent = (values: readonly string[]): ShapeDecorator =>
  IsListOf(IsOneOf(values), values.length, { min: 1, isUnique: true });

const IsFilter = IsClosed({ dimension: IsId(), isIn: IsListOf(IsText(80), 100, { min: 1, isUnique: true }) });
const IsMapping = IsClosed({
  scope: IsId(),
  metric: IsId(),
  dataset: IsId(),
  measure: IsId(),
  filters: IsListOf(IsFilter, 8),
  period: IsOneOf(['claimed', 'untilEnd']),
});

const IsEventType = IsForm({
  name: 'isEventType',
  code: 'eventType.format',
  ar: 'اسم نوع الحدث كاملاً، مثل gov.sijill.transaction.received.v1',
  en: 'The whole name of an event type, as gov.sijill.transaction.received.v1',
  expected: 'gov.sijill.<noun>.<pastParticiple>.v<n>',
  pattern: /^gov\.sijill\.[a-z][A-Za-z]{0,39}\.[a-z][A-Za-z]{0,39}\.v[1-9][0-9]{0,2}$/,
});

const CHANNEL_SHAPES = Object.fromEntries(Object.keys(CHANNEL_CLASSES).map((channel) => [channel, IsOneOf(CLASSES)]));

/** The closed schema of each policy's parameters. */
export const policyShapes: { readonly [P in PolicyId]: ShapeDecorator } = {
  'size-class': IsClosed({ largeAboveSheets: IsSheets(), mediumAboveSheets: IsSheets() }),
  stamp: IsClosed({
    countedKinds: AreDifferent(PAPER_KINDS),
    allowedChannelClasses: AreDifferent(CLASSES),
    idle: IsOneOf(IDLE_RULES),
    unitWeight: IsInteger({ min: 1, max: 1000 }),
    freezeDays: IsDays(),
    suspendOnLate: IsBool(),
  }),
  'channel-classes': IsClosed({ classes: IsClosed(CHANNEL_SHAPES) }),
  'take-up': IsClosed({ countAssisted: IsBool(), volume: IsOneOf(VOLUMES) }),
  'started-expiry': IsClosed({ days: IsDays() }),
  campaign: IsClosed({
    baselines: AreDifferent(BASELINES),
    weeksBack: IsWeeks(),
    lookBackWeeksMax: IsWeeks(),
    pullDays: IsDays(),
    persistenceWeeks: IsListOf(IsWeeks(), 8, { isUnique: true }),
  }),
  continuity: IsClosed({
    expected: IsOneOf(EXPECTATIONS),
    fallback: IsOneOf(EXPECTATIONS),
    restoredShare: IsRatioValue(),
    restoredDays: IsDays(),
  }),
  claims: IsClosed({ aboutTolerance: IsRatioValue(), minCoverage: IsRatioValue() }),
  'claim-measures': IsClosed({ mappings: IsListOf(IsMapping, 500) }),
  knowledge: IsClosed({ backdateDays: IsDays() }),
  publication: IsClosed({ smallCount: IsInteger({ min: 0, max: 1000 }), complementary: IsBool() }),
  'high-volume': IsClosed({
    thresholds: IsListOf(
      IsClosed({ jurisdiction: IsJurisdiction(), volume: IsInteger({ min: 1, max: 1_000_000_000 }) }),
      50,
      { min: 1 },
    ),
  }),
  catalogue: IsClosed({ completeness: AreDifferent(CATALOGUE_PARTS), reviewDays: IsDays() }),
  staleness: IsClosed({ eventDays: IsDays(), aggregateDays: IsDays() }),
  'legal-hold': IsClosed({ eventTypes: IsListOf(IsEventType, 100, { isUnique: true }) }),
};
export const POLICY_IDS = Object.keys(policyShapes) as readonly PolicyId[];

/** Parameters of any policy. Which one must hold follows from the policy's id: see the decider. */
export const IsPolicyParameters = (): ShapeDecorator => IsEither(...Object.values(policyShapes));
