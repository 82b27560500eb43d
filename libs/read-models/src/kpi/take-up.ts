import { type Ratio, ratio } from '#kernel';
import { decompose } from './decomposition.js';
import { amountText, figureOfMillionths, figureOfRatio, NO_FIGURE, type RatioFigure } from './figure.js';

/**
 * What one service says about one period, in millionths of a transaction; null = no provided cell.
 * `paired` holds the sums over the cells (periods of one frequency) for which both parts are provided.
 */
export interface ServiceVolume {
  readonly service: string;
  readonly volume: bigint | null;
  readonly digital: bigint | null;
  readonly paired: { readonly volume: bigint; readonly digital: bigint } | null;
}

/** One service with both parts. */
export interface PairedVolume {
  readonly service: string;
  readonly volume: bigint;
  readonly digital: bigint;
}

/** Sums over whatever is there beside the headline over services that have both parts. */
export type TakeUp = {
  readonly naive: RatioFigure;
  readonly paired: RatioFigure;
  /** Services with a total, with a digital part, with both. */
  readonly services: { readonly volume: number; readonly digital: number; readonly paired: number };
};

export const takeUpOf = (services: readonly ServiceVolume[]): TakeUp => {
  const volumes = services.flatMap(({ volume }) => (volume === null ? [] : [volume]));
  const digitals = services.flatMap(({ digital }) => (digital === null ? [] : [digital]));
  const pairs = pairedOf(services);
  const isNaiveKnown = volumes.length > 0 && digitals.length > 0;
  return {
    naive: isNaiveKnown ? figureOfMillionths(sum(digitals), sum(volumes)) : NO_FIGURE,
    paired: pairs.length > 0 ? figureOfMillionths(...partsOf(pairs)) : NO_FIGURE,
    services: { volume: volumes.length, digital: digitals.length, paired: pairs.length },
  };
};

export const pairedOf = (services: readonly ServiceVolume[]): PairedVolume[] =>
  services.flatMap(({ service, paired }) => (paired ? [{ service, ...paired }] : []));

/**
 * A change of take-up from period 0 to period 1 (kpis.md, section 3.1). `rate + mix + membership = paired1 - paired0`,
 * exactly; rate and mix are left without num and den where those would run over 60 digits. Leavers are paired in period 0
 * only, joiners in period 1 only, each with the volume that left or came.
 */
export type TakeUpChange = {
  readonly like_for_like0: RatioFigure;
  readonly like_for_like1: RatioFigure;
  readonly rate: RatioFigure;
  readonly mix: RatioFigure;
  readonly membership: RatioFigure;
  readonly change: RatioFigure;
  readonly common: number;
  /** Common services without any transaction in both periods: in no weight. */
  readonly zero_in_both: number;
  readonly left: ServicesMoved;
  readonly joined: ServicesMoved;
};

export type ServicesMoved = { readonly services: number; readonly volume: string; readonly ids: readonly string[] };

/** Leavers and joiners named one by one; the largest by volume come first. */
const IDS_MAX = 20;

export const takeUpChange = (before: readonly PairedVolume[], after: readonly PairedVolume[]): TakeUpChange => {
  const [in0, in1] = [byService(before), byService(after)];
  const common = before.filter(({ service }) => in1.has(service));
  const pairs = common.map((first) => ({ before: first, after: in1.get(first.service) as PairedVolume }));
  const [whole0, whole1] = [shareOf(before), shareOf(after)];
  const parts = decompose(pairs, whole0, whole1);
  return {
    like_for_like0: figureOfMillionths(...partsOf(pairs.map((pair) => pair.before))),
    like_for_like1: figureOfMillionths(...partsOf(pairs.map((pair) => pair.after))),
    rate: figureOfRatio(parts?.rate),
    mix: figureOfRatio(parts?.mix),
    membership: figureOfRatio(parts?.membership),
    change: figureOfRatio(parts?.change),
    common: common.length,
    zero_in_both: pairs.filter((pair) => pair.before.volume === 0n && pair.after.volume === 0n).length,
    left: movedOf(before.filter(({ service }) => !in1.has(service))),
    joined: movedOf(after.filter(({ service }) => !in0.has(service))),
  };
};

const movedOf = (services: readonly PairedVolume[]): ServicesMoved => {
  const largest = [...services].sort((a, b) =>
    a.volume === b.volume ? (a.service < b.service ? -1 : 1) : a.volume > b.volume ? -1 : 1,
  );
  const [, volume] = partsOf(services);
  const ids = largest.slice(0, IDS_MAX).map(({ service }) => service);
  return { services: services.length, volume: amountText(volume), ids };
};

const partsOf = (pairs: readonly PairedVolume[]): [digital: bigint, volume: bigint] => [
  sum(pairs.map(({ digital }) => digital)),
  sum(pairs.map(({ volume }) => volume)),
];

const shareOf = (pairs: readonly PairedVolume[]): Ratio | undefined => {
  const [digital, volume] = partsOf(pairs);
  return volume === 0n ? undefined : ratio(digital, volume);
};

const byService = (pairs: readonly PairedVolume[]): ReadonlyMap<string, PairedVolume> =>
  new Map(pairs.map((pair) => [pair.service, pair]));

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
