import { addDays, daysFromTo } from '#kernel';
import { heirOf, type Merger } from './heirs.js';
import type { PostedFact } from './read-models.js';
import { fact } from './savings.js';
import { randomOf } from './transaction-history.js';

export const COST_DAYS = ['2021-01-10', '2021-01-20', '2021-02-05'] as const;
const PERIODS = [
  ['2020-01-01', '2020-01-31'],
  ['2020-02-01', '2020-02-29'],
  ['2020-03-01', '2020-03-31'],
  ['2020-04-01', '2020-04-30'],
  ['2020-01-01', '2020-03-31'],
  ['2020-03-15', '2020-04-13'],
  ['2020-04-01', '2020-06-30'],
] as const;
const KINDS = ['staff', 'it', 'supplier'];
const CHANNELS = ['app', 'counter', 'call'];

/** A fact and the place in {@link COST_DAYS} of the day on which it is recorded. */
export interface ToldCost {
  readonly lot: number;
  readonly fact: PostedFact;
}

/** Costs and transactions of an entity told by chance: restated, withdrawn, corrected, voided, and merged into an `earlier` one. */
export const costHistory = (seed: number, entityId: string, earlier: readonly string[]): ToldCost[] => {
  const random = randomOf(seed);
  const told: ToldCost[] = [];
  const tell = (lot: number, noun: string, stream: string, data: object, day = '2020-12-01') =>
    told.push({ lot, fact: fact(noun, stream, data, `${day}T10:00:00+04:00`) });
  const lots = (times: number) => Array.from({ length: times }, () => random.upTo(COST_DAYS.length - 1)).sort();
  const registered = { entityId, title: { en: 'E' }, kind: 'government', jurisdiction: 'AE-DU', from: '2000-01-01' };
  tell(0, 'entity.registered', `entity-${entityId}`, registered);
  const services = ['a', 'b'].map((name) => `${entityId}.${name}`);
  for (const serviceId of services)
    for (const [periodStart, periodEnd] of PERIODS) {
      if (random.next() < 0.6) continue;
      const of = { entityId, serviceId, periodStart, periodEnd };
      const stream = `cost-${entityId}:${serviceId}:${periodStart}..${periodEnd}`;
      const components = () =>
        Array.from({ length: 1 + random.upTo(2) }, () => {
          const channel = random.oneOf([undefined, ...CHANNELS]);
          return { kind: random.oneOf(KINDS), ...(channel && { channel }), amount: String(random.upTo(9_999)) };
        });
      let noun = 'reported';
      for (const lot of lots(1 + random.upTo(2))) {
        tell(lot, `cost.${noun}`, stream, noun === 'withdrawn' ? of : { ...of, components: components() });
        noun = noun === 'withdrawn' ? 'reported' : random.oneOf(['restated', 'restated', 'withdrawn']);
      }
    }
  for (let number = random.upTo(12); number > 0; number--) {
    const [of, stream] = [{ entityId, number: String(number) }, `transaction-${entityId}:${number}`];
    const day = addDays('2020-01-01', random.upTo(190));
    const receipt = {
      serviceId: random.oneOf(services),
      channel: random.oneOf(CHANNELS),
      assisted: false,
      feeDue: '0',
    };
    const [first = 0, second = 0, third = 0] = lots(3);
    const categories = { flow: 'customer', customerCategory: 'resident' };
    tell(first, 'transaction.received', stream, { ...of, ...receipt, ...categories }, day);
    if (random.next() < 0.2) continue;
    const outcome = { ...of, delivery: 'electronic', intended: true };
    tell(first, 'transaction.completed', stream, outcome, addDays(day, random.upTo(20)));
    const changes = random.oneOf([
      { serviceId: random.oneOf(services) },
      { channel: random.oneOf(CHANNELS) },
      { outcome: 'open' },
    ]);
    const by = { reason: { en: 'r' }, requestedBy: 'entity' };
    if (random.next() < 0.3) tell(second, 'transaction.corrected', stream, { ...of, changes, ...by });
    if (random.next() < 0.15) tell(third, 'transaction.voided', stream, { ...of, ...by });
  }
  const intoEntityId = random.upTo(4) === 0 ? random.oneOf(earlier) : undefined;
  const from = addDays('2020-01-15', random.upTo(150));
  if (intoEntityId) tell(random.upTo(2), 'entity.merged', `entity-${entityId}`, { entityId, intoEntityId, from });
  return told;
};

interface Component {
  readonly kind: string;
  readonly channel?: string;
  readonly amount: string;
}
/** What was told last of a service and a period. */
interface Cell {
  readonly entity: string;
  readonly service: string;
  readonly start: string;
  readonly end: string;
  readonly components: readonly Component[];
}
interface Completed {
  readonly entity: string;
  readonly service: string;
  readonly channel: string;
  readonly day: string;
}

/** A question, as far as this second opinion knows one. */
export interface CostQuestion {
  readonly by: readonly ('entity' | 'service' | 'channel' | 'cost_kind' | 'month' | 'quarter')[];
  readonly from?: string;
  readonly to?: string;
  readonly effectiveAt?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what an event says depends on its type, and this page only reads it
type Data = any;
const nounOf = ({ type }: PostedFact) => type.replace('gov.sijill.', '').replace('.v1', '');

/** Costs and completed transactions as known, and who went up in whom. */
export const costsAsKnown = (known: readonly PostedFact[]) => {
  const streams = new Map<string, PostedFact[]>();
  for (const one of known) streams.set(one.stream, [...(streams.get(one.stream) ?? []), one]);
  const [cells, completed, mergers] = [[] as Cell[], [] as Completed[], [] as Merger[]];
  for (const told of streams.values()) {
    const data = told.at(-1)?.data as Data;
    const noun = nounOf(told.at(-1) as PostedFact);
    if (noun === 'entity.merged') mergers.push({ entity: data.entityId, into: data.intoEntityId, from: data.from });
    if (noun.startsWith('cost.') && noun !== 'cost.withdrawn') {
      const { entityId: entity, serviceId: service, periodStart: start, periodEnd: end, components } = data;
      cells.push({ entity, service, start, end, components });
    }
    const outcome = told.find((one) => nounOf(one) === 'transaction.completed');
    if (outcome === undefined || noun === 'transaction.voided') continue;
    const corrected = told.flatMap((one) =>
      nounOf(one) === 'transaction.corrected' ? [(one.data as Data).changes] : [],
    );
    if (corrected.some((changes) => changes.outcome === 'open')) continue;
    const final = Object.assign({}, told[0]?.data, ...corrected);
    const day = String(outcome.time).slice(0, 10);
    completed.push({ entity: final.entityId, service: final.serviceId, channel: final.channel, day });
  }
  return { cells, completed, mergers };
};
export type CostsKnown = ReturnType<typeof costsAsKnown>;

const LABELS: Readonly<Record<string, (day: string) => string>> = {
  month: (day) => day.slice(0, 7),
  quarter: (day) => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`,
};

/** Lines `groups amount completed`: of periods that overlap the longest counts, of equal ones the first; every transaction once. */
export const costLines = (
  { cells, completed, mergers }: CostsKnown,
  { by, from = '', to = '9', effectiveAt }: CostQuestion,
) => {
  const grains = by.filter((name) => name in LABELS);
  const inside = cells.filter(
    ({ start, end }) =>
      start >= from && end <= to && grains.every((grain) => LABELS[grain]?.(start) === LABELS[grain]?.(end)),
  );
  const kept = inside.filter((cell) => !inside.some((other) => outdoes(other, cell)));
  const groups = new Map<string, { amount: bigint; served: Set<Completed> }>();
  for (const cell of kept)
    for (const { kind, channel, amount } of cell.components) {
      const values: Readonly<Record<string, string | undefined>> = {
        entity: heirOf(cell.entity, effectiveAt ?? cell.end, mergers),
        ...{ service: cell.service, channel, cost_kind: kind },
      };
      const key = by.map((name) => LABELS[name]?.(cell.end) ?? values[name] ?? '').join(' ');
      const group = groups.get(key) ?? { amount: 0n, served: new Set() };
      group.amount += BigInt(amount);
      for (const one of completed)
        if (isOf(one, cell) && (!by.includes('channel') || channel === undefined || one.channel === channel))
          group.served.add(one);
      groups.set(key, group);
    }
  const counted = new Set(kept.flatMap((cell) => completed.filter((one) => isOf(one, cell))));
  const asked = completed.filter(({ day }) => day >= from && day <= to);
  return {
    lines: [...groups].map(([key, { amount, served }]) => `${key} ${amount} ${served.size}`).sort(),
    coverage: { num: BigInt(counted.size), den: BigInt(asked.length) },
  };
};

const isOf = (one: Completed, { entity, service, start, end }: Cell): boolean =>
  one.entity === entity && one.service === service && one.day >= start && one.day <= end;

const outdoes = (other: Cell, cell: Cell): boolean => {
  const isSame = other.entity === cell.entity && other.service === cell.service;
  if (!isSame || other.start > cell.end || other.end < cell.start) return false;
  const [theirs, ours] = [daysFromTo(other.start, other.end), daysFromTo(cell.start, cell.end)];
  return theirs > ours || (theirs === ours && other.start < cell.start);
};
