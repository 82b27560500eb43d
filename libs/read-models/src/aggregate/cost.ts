import { decimalText, divide, ratio, ratioOfDecimal } from '#kernel';
import { NO_FIGURE, type RatioFigure } from '../kpi/figure.js';

/** Σ unit cost × volume of one service, and the volume behind it. Exact decimal text with at most 12 decimals. */
export interface Money {
  readonly subject: string;
  readonly cost: string;
  readonly volume: string;
  readonly unit: string;
}

/** A product of two reported numbers has at most twice their 6 decimals. */
const DECIMALS = 12;
const SCALE = 10n ** BigInt(DECIMALS);

const scaled = (text: string): bigint => {
  const { num, den } = ratioOfDecimal(text);
  return (num * SCALE) / den;
};
const textOf = (value: bigint): string => decimalText(ratio(value, SCALE), DECIMALS);

/** Amounts of one unit; of several units nothing can be summed. */
const totals = (services: readonly Money[]): { cost: bigint; volume: bigint; unit: string } | undefined => {
  const unit = services[0]?.unit;
  if (unit === undefined || services.some((service) => service.unit !== unit)) return undefined;
  const sum = (member: 'cost' | 'volume') => services.reduce((total, service) => total + scaled(service[member]), 0n);
  return { cost: sum('cost'), volume: sum('volume'), unit };
};

export type TotalCost = { readonly value: string | null; readonly unit: string | null; readonly services: number };

/** Σ amount over the services that have both a unit cost and a volume. */
export const totalCost = (services: readonly Money[]): TotalCost => {
  const total = totals(services);
  return { value: total ? textOf(total.cost) : null, unit: total?.unit ?? null, services: services.length };
};

export type CostPerTransaction = RatioFigure & { readonly unit: string | null; readonly services: number };

/** Total cost over the volume of the same services. Never the mean of unit costs, which weighs a licence like a tax return. */
export const costPerTransaction = (services: readonly Money[]): CostPerTransaction => {
  const total = totals(services);
  const shown = { unit: total?.unit ?? null, services: services.length };
  if (!total) return { ...NO_FIGURE, ...shown };
  const parts = { num: textOf(total.cost), den: textOf(total.volume) };
  if (total.volume === 0n) return { ...parts, value: null, ...shown };
  return { ...parts, value: decimalText(divide(ratio(total.cost), ratio(total.volume))), ...shown };
};
