import { createHash } from 'node:crypto';
import { canonicalBytes, compare, type Failure, failingWith, isDec, type Json, ratioOfDecimal } from '#kernel';
import { assertPublished } from '../rules/knowledge.js';
import { assertExactlyOne, assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { knownDay } from '../time.js';
import { type AggregateFact, aggregateEvents, aggregateFailures, type Figure } from './aggregate.events.js';

/** What became known of a cell on one day. */
export interface Entry {
  /** Knowledge day, `YYYY-MM-DD`. */
  readonly day: string;
  /** Undefined: withdrawn. */
  readonly value: Figure | undefined;
  /** Value that the source says it replaced; undefined for a report. */
  readonly previous: Figure | undefined;
}

/** History of one cell, ascending by knowledge day, one entry a day. The order of arrival leaves no trace in it. */
export type Aggregate = readonly Entry[];

const refuse = failingWith(aggregateFailures);

export const aggregateDecider: Decider<AggregateFact, Aggregate> = {
  initial: [],
  decide(fact, history, context) {
    const { serviceId, entityId, scope, periodStart, periodEnd } = fact.data;
    assertExactlyOne(fact.type, { serviceId, entityId, scope });
    assertPeriod(periodStart, periodEnd);
    assertPublished(fact, context);
    const entry = entryOf(fact);
    if (entry.value !== undefined && isSame(entry.value, entry.previous))
      throw refuse('aggregate.noChange', { params: { value: entry.value } });
    const sameDay = history.find(({ day }) => day === entry.day);
    if (sameDay !== undefined) {
      if (isSame(sameDay.value, entry.value)) return [];
      throw refuse('aggregate.sameDayConflict', { params: { day: entry.day, known: shown(sameDay.value) } });
    }
    const before = history.findLast(({ day }) => day < entry.day);
    return entry.previous === undefined ? report(fact, entry, before) : restate(fact, entry, before);
  },
  evolve(history, event) {
    const entry = entryOf(event);
    return [...history.filter(({ day }) => day < entry.day), entry, ...history.filter(({ day }) => day > entry.day)];
  },
};

/** A report opens the history of a cell, or opens it again after a withdrawal. It never replaces a value that stands. */
const report = (fact: AggregateFact, { value }: Entry, before: Entry | undefined): readonly AggregateFact[] => {
  if (before?.value === undefined) return [fact];
  if (isSame(before.value, value)) return [];
  throw refuse('aggregate.useRestated', { params: { known: before.value, since: before.day } });
};

const restate = (
  fact: AggregateFact,
  { day, previous }: Entry,
  before: Entry | undefined,
): readonly AggregateFact[] => {
  if (before === undefined || (before.value !== undefined && isSame(before.value, previous))) return [fact];
  throw mismatch(day, before, previous);
};

const mismatch = (day: string, before: Entry, previous: Figure | undefined): Failure =>
  refuse('aggregate.previousMismatch', { params: { day, known: shown(before.value), previous: shown(previous) } });

const entryOf = (fact: AggregateFact): Entry => {
  const day = knownDay('aggregate-', fact);
  switch (fact.type) {
    case 'gov.sijill.aggregate.reported.v1':
      return { day, value: fact.data.value, previous: undefined };
    case 'gov.sijill.aggregate.restated.v1':
      return { day, value: fact.data.value, previous: fact.data.previous };
    case 'gov.sijill.aggregate.withdrawn.v1':
      return { day, value: undefined, previous: fact.data.previous };
  }
};

/** Equal as numbers, so that 1.50 restates nothing about 1.5; marks are equal by their word. */
const isSame = (one: Figure | undefined, other: Figure | undefined): boolean => {
  if (one === other) return true;
  if (!isDec(one) || !isDec(other)) return false;
  return compare(ratioOfDecimal(one), ratioOfDecimal(other)) === 0;
};

const shown = (value: Figure | undefined): string => value ?? 'withdrawn';

/** What was known of a cell at the end of a day; undefined: nothing, or withdrawn. */
export interface Known {
  readonly value: Figure;
  /** Known from the first dated change alone, as the value that it replaced: nobody recorded since when. */
  readonly isUndated: boolean;
}

export const knownOn = (history: Aggregate, day: string): Known | undefined => {
  const entry = history.findLast((candidate) => candidate.day <= day);
  const value = entry === undefined ? history[0]?.previous : entry.value;
  return value === undefined ? undefined : { value, isUndated: entry === undefined };
};

const CELL_KEY_HEX = 32;

/** Members that say which cell a total belongs to; absent ones count as absent, not as null. */
const CELL_MEMBERS = [
  'dataset',
  'serviceId',
  'entityId',
  'scope',
  'channel',
  'assisted',
  'category',
  'measure',
  'freq',
  'periodStart',
  'periodEnd',
  'unit',
] as const satisfies readonly (keyof AggregateFact['data'])[];

/** First 32 hexadecimal digits of SHA-256 over the canonical JSON of the members that name the cell. */
export const cellKey = (data: Pick<AggregateFact['data'], (typeof CELL_MEMBERS)[number]>): string => {
  const cell: Record<string, Json> = {};
  for (const member of CELL_MEMBERS) if (data[member] !== undefined) cell[member] = data[member];
  return createHash('sha256').update(canonicalBytes(cell)).digest('hex').slice(0, CELL_KEY_HEX);
};

export const aggregateStream = defineStream<AggregateFact, Aggregate>({
  category: 'aggregate',
  title: { ar: 'رقم إجمالي', en: 'Aggregate' },
  events: aggregateEvents,
  // A change may be known before the value that it changed: the order of arrival is free.
  opening: [
    'gov.sijill.aggregate.reported.v1',
    'gov.sijill.aggregate.restated.v1',
    'gov.sijill.aggregate.withdrawn.v1',
  ],
  stewardOnly: [],
  id: (data) => `${data.publisher}:${cellKey(data)}`,
  references: ({ data }) => {
    const named: Reference[] = [];
    if (data.serviceId !== undefined)
      named.push({ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' });
    if (data.entityId !== undefined) named.push({ category: 'entity', id: data.entityId, pointer: '#/data/entityId' });
    return named;
  },
  owners: ({ data }) => [data.publisher],
  decider: aggregateDecider,
});
