import { add, addDays, type Ratio, ratio, subtract } from '#kernel';
import { countsAsTold } from './campaign-counts-reference.js';
import { heirOf, type Merger } from './heirs.js';
import type { PostedFact } from './read-models.js';

// biome-ignore lint/suspicious/noExplicitAny: what an event says depends on its type, and this page only reads it
export type Data = any;
export type Told = Omit<PostedFact, 'data'> & { readonly data: Data };

/** A request or money of a customer, by the day of receipt or settlement. */
export interface Counted {
  readonly day: string;
  /** When the request came in; of money undefined. */
  readonly at?: string;
  readonly entity: string;
  readonly service: string;
  readonly class: string;
  readonly centre: string | undefined;
  readonly isFeeBearing: boolean;
  readonly received: bigint;
  readonly settled: bigint;
  readonly paid: bigint;
}

const CLASS_OF: Readonly<Record<string, string>> = {
  ...{ app: 'digital', web: 'digital', call: 'remote', mail: 'postal', counter: 'counter', partner: 'counter' },
};
export const nounOf = ({ type }: Told): string => type.replace('gov.sijill.', '').replace('.v1', '');
export const dayOf = (time: string): string => new Date(Date.parse(time) + 4 * 3_600_000).toISOString().slice(0, 10);

/** What every transaction finally was, from the facts that are visible: each request once, each payment and refund on its own day. */
const countedOf = (visible: readonly Told[]): readonly Counted[] => {
  const streams = new Map<string, Told[]>();
  for (const one of visible)
    if (one.stream.startsWith('transaction-')) streams.set(one.stream, [...(streams.get(one.stream) ?? []), one]);
  return [...streams.values()].flatMap((told) => {
    const named = (noun: string) => told.filter((one) => nounOf(one) === `transaction.${noun}`);
    const [received] = named('received');
    if (!received || named('voided').length > 0) return [];
    const final = Object.assign({}, received.data, ...named('corrected').map(({ data }) => data.changes));
    const at = String(final.receivedAt ?? received.time);
    const nothing = { received: 0n, settled: 0n, paid: 0n };
    const of = { entity: final.entityId, service: final.serviceId, isFeeBearing: final.feeDue !== '0' };
    const channel = (name: string) => ({ class: CLASS_OF[name] as string });
    const request = {
      ...of,
      ...channel(final.channel),
      ...nothing,
      centre: final.centreId,
      day: dayOf(at),
      at,
      received: 1n,
    };
    const money = named('paymentSettled').map(({ data, time = '' }) => {
      const amount = BigInt(data.amount);
      return {
        ...of,
        ...channel(data.channel),
        ...nothing,
        centre: undefined,
        day: dayOf(time),
        settled: amount,
        paid: amount,
      };
    });
    const back = named('paymentRefunded').map(({ data, time = '' }) => {
      const payment = named('paymentSettled').find((one) => one.data.paymentId === data.paymentId);
      const settled = -BigInt(data.amount);
      return { ...of, ...channel(payment?.data.channel), ...nothing, centre: undefined, day: dayOf(time), settled };
    });
    return [request, ...money, ...back];
  });
};

/** One edition as the visible facts have it. */
export interface EditionTold {
  readonly id: string;
  readonly announced: Data;
  readonly told: readonly Told[];
  readonly parties: (entity: string) => string;
  readonly scope: Readonly<Record<'entityIds' | 'centreIds' | 'serviceIds' | 'kioskIds', readonly string[]>>;
  readonly isIn: (one: Counted) => boolean;
}

export interface World {
  readonly visible: readonly Told[];
  readonly counted: readonly Counted[];
  readonly mergers: readonly Merger[];
  readonly mergedBy: string | undefined;
  readonly isFrozen: boolean;
}

export const worldOf = (visible: readonly Told[], isFrozen: boolean, mergedBy?: string): World => ({
  ...{ visible, counted: countedOf(visible), isFrozen, mergedBy },
  mergers: visible
    .filter((one) => nounOf(one) === 'entity.merged')
    .map(({ data }) => ({ entity: data.entityId, into: data.intoEntityId, from: data.from })),
});

/** Editions that were announced and not cancelled. */
export const editionsOf = ({ visible, mergers, mergedBy }: World): readonly EditionTold[] =>
  visible.flatMap(({ type, stream, data: announced }) => {
    if (type !== 'gov.sijill.campaign.announced.v1') return [];
    const told = visible.filter((one) => one.stream === stream);
    if (told.some((one) => nounOf(one) === 'campaign.cancelled')) return [];
    const parts = new Map(
      told.filter((one) => nounOf(one) === 'campaign.scopeSet').map(({ data }) => [data.part, data]),
    );
    const listed = (name: string) => [...new Set([...parts.values()].flatMap((part) => part[name]))];
    const scope = {
      ...{ entityIds: listed('entityIds'), centreIds: listed('centreIds') },
      ...{ serviceIds: listed('serviceIds'), kioskIds: listed('kioskIds') },
    };
    const parties = (entity: string) => heirOf(entity, mergedBy ?? announced.lastDay, mergers);
    const isOfEntity = (entity: string) =>
      scope.entityIds.includes(entity) || scope.entityIds.includes(parties(entity));
    const isIn = ({ service, entity, isFeeBearing }: Counted) =>
      (isFeeBearing || !announced.feeBearingOnly) &&
      (scope.serviceIds.length > 0 ? scope.serviceIds.includes(service) : isOfEntity(entity));
    return [{ id: announced.campaignId, announced, told, parties, scope, isIn }];
  });

export interface Calendar {
  readonly isWorking: (day: string) => boolean;
  readonly isOfEdition: (day: string) => boolean;
}
const calendarOf = ({ visible }: World, editions: readonly EditionTold[]): Calendar => {
  const holidays = new Set<string>();
  for (const one of visible) {
    if (nounOf(one) === 'calendar.holidayDeclared') holidays.add(one.data.day);
    if (nounOf(one) === 'calendar.holidayRevoked') holidays.delete(one.data.day);
  }
  const off = (day: string) => (day < '2022-01-01' ? [5, 6] : [6, 0]);
  return {
    isWorking: (day) => !holidays.has(day) && !off(day).includes(new Date(`${day}T00:00:00Z`).getUTCDay()),
    isOfEdition: (day) => editions.some(({ announced }) => announced.firstDay <= day && day <= announced.lastDay),
  };
};

const METHODS = ['matchedWeekdays', 'previousDay', 'previousWeek', 'sameWeekLastYear'] as const;
type Method = (typeof METHODS)[number];
const run = (first: string, count: number) => Array.from({ length: count }, (_, at) => addDays(first, at));
const through = (first: string, last: string) => run(first, 100).filter((day) => day <= last);
const sumOf = (values: readonly (Ratio | null)[]) =>
  values.reduce<Ratio | null>((sum, one) => (sum && one ? add(sum, one) : null), ratio(0n));
const less = (one: Ratio | null, other: Ratio | null) => (one && other ? subtract(one, other) : null);
const over = (one: Ratio | null, other: Ratio | null) =>
  one && other && other.num !== 0n ? ratio(one.num * other.den, one.den * other.num) : null;
/** Of nothing, or of less, there is no share. */
const share = (one: Ratio | null, of: Ratio | null) => (of && of.num > 0n ? over(one, of) : null);
export const textOf = (value: Ratio | null | undefined): string => {
  if (!value) return 'null';
  const sign = value.den < 0n ? -1n : 1n;
  let [a, b] = [value.num < 0n ? -value.num : value.num, value.den < 0n ? -value.den : value.den];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? '0/1' : `${(sign * value.num) / a}/${(sign * value.den) / a}`;
};

/** Lines of one edition in one world: a line a method, measure and class of `classes`, undefined being all together. */
export const metricsLines = (world: World, id: string, classes: readonly (string | undefined)[]): readonly string[] => {
  const editions = editionsOf(world);
  const edition = editions.find((one) => one.id === id);
  if (!edition) return [];
  const { isWorking, isOfEdition } = calendarOf(world, editions);
  const { firstDay, lastDay, seriesId, edition: number } = edition.announced;
  const policies = world.visible.filter((one) => one.stream === 'policy-campaign').map(({ data }) => data);
  const policy = policies.filter(({ from }) => from <= firstDay).at(-1).parameters;
  const chosen = edition.told.filter((one) => nounOf(one) === 'campaign.baselineChosen').map(({ data }) => data);
  const weeks = chosen.findLast((one) => one.weeks !== undefined && one.method === 'matchedWeekdays')?.weeks;
  const [weeksBack, lookBack] = [weeks ?? policy.weeksBack, Math.max(policy.lookBackWeeksMax, 2 * (weeks ?? 0))];
  const workdays = (announced: Data) => through(announced.firstDay, announced.lastDay).filter(isWorking);
  const days = workdays(edition.announced);

  const inScope = world.counted.filter(edition.isIn);
  const isCovered = (day: string) => inScope.some((one) => one.day === day);
  const matched = (day: string): readonly string[] | undefined => {
    const earlier = Array.from({ length: lookBack }, (_, at) => addDays(day, -7 * (at + 1)));
    const found = earlier.filter((one) => isWorking(one) && !isOfEdition(one)).slice(0, weeksBack);
    return found.length === weeksBack ? found : undefined;
  };
  const alone = (day: string) => (isWorking(day) ? [day] : undefined);
  const before = run(addDays(firstDay, -366), 366)
    .filter(isWorking)
    .slice(-days.length || 366);
  const bases: Readonly<Record<Method, readonly (readonly string[] | undefined)[]>> = {
    previousDay: days.map((_, at) => [before[at] as string]),
    previousWeek: days.map((day) => alone(addDays(day, -7))),
    sameWeekLastYear: days.map((day) => alone(addDays(day, -364))),
    matchedWeekdays: days.map(matched),
  };

  const others = editions.filter((one) => one.announced.seriesId === seriesId && one.announced.edition < number);
  const earlier = others.sort((one, other) => other.announced.edition - one.announced.edition)[0];
  const both = earlier && world.counted.filter((one) => edition.isIn(one) && earlier.isIn(one));
  const counts = countsAsTold(world, edition, days);
  const covered = days.filter(isCovered).length;

  return METHODS.flatMap((method) =>
    (['received', 'settled'] as const).flatMap((measure) =>
      classes.map((only) => {
        const sum = (some: readonly Counted[], on: readonly string[], isOf: (name: string) => boolean) =>
          some
            .filter((one) => on.includes(one.day) && isOf(one.class))
            .reduce((total, one) => total + one[measure], 0n);
        const isAsked = (name: string) => only === undefined || name === only;
        const x = (on: readonly string[], isOf = isAsked) => ratio(sum(inScope, on, isOf));
        const mean = (base: readonly string[] | undefined, isOf = isAsked) =>
          base?.every(isCovered) ? ratio(sum(inScope, base, isOf), BigInt(base.length)) : null;
        const baseOf = (isOf = isAsked, of = bases[method]) => sumOf(of.map((base) => mean(base, isOf)));
        const isCounter = (name: string) => name === 'counter';
        const isGained = (name: string) => ['digital', 'remote'].includes(name) && isAsked(name);
        const displaced = only === undefined || only === 'counter' ? less(baseOf(isCounter), x(days, isCounter)) : null;
        const gained = only === undefined || isGained(only) ? less(x(days, isGained), baseOf(isGained)) : null;
        const pulled = (on: readonly string[], sign: 1n | -1n) =>
          sumOf(
            on.filter(isWorking).map((day) => {
              const difference = isCovered(day) ? less(x([day]), mean(matched(day))) : null;
              return difference && ratio(sign * difference.num, difference.den);
            }),
          );
        const [rest, every] = [(name: string) => name !== 'counter', () => true];
        const shareOf = (on: readonly string[]) =>
          on.length > 0 && on.every(isCovered) ? share(x(on, rest), x(on, every)) : null;
        const usual = share(baseOf(rest, bases.matchedWeekdays), baseOf(every, bases.matchedWeekdays));
        const left = (more: number) => {
          const later = days.map((day) => addDays(day, 7 * more)).filter(isWorking);
          return only === undefined ? over(less(shareOf(later), usual), less(shareOf(days), usual)) : null;
        };
        const ofBoth = (of: Data) => {
          const on = workdays(of);
          const isThere = both?.some((one) => on.includes(one.day));
          return both && isThere ? ratio(sum(both, on, isAsked), BigInt(on.length)) : null;
        };
        const [now, then] = earlier ? [ofBoth(edition.announced), ofBoth(earlier.announced)] : [null, null];
        const [actual, base] = [x(days), baseOf()];
        const figures = [
          ...[base, share(less(actual, base), base), displaced, gained],
          only === undefined && displaced && displaced.num > 0n ? over(gained, displaced) : null,
          measure === 'received' ? displaced : null,
          ...[pulled(run(addDays(firstDay, -policy.pullDays), policy.pullDays), 1n)],
          ...[pulled(run(addDays(lastDay, 1), policy.pullDays), -1n), left(4), left(12)],
          ...[covered > 0 ? ratio(actual.num, BigInt(days.length)) : null, now, then, share(less(now, then), then)],
        ];
        const isHeadline = chosen.findLast(({ headline }) => headline)?.method === method;
        const key = [id, world.isFrozen ? 'frozen' : 'current', method, measure, only ?? 'all', isHeadline, actual.num];
        return [...key, ...figures.map(textOf), `${covered}/${days.length}`, ...counts].join(' ');
      }),
    ),
  );
};
