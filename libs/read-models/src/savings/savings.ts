import type { EntityManager } from 'typeorm';
import { type Ratio, ratio } from '#kernel';
import { figureOf } from '../kpi/figure.js';
import { type RowKpis, rowKpis } from '../kpi/row-kpis.js';
import { isGrain } from '../periods.js';
import type { AnswerRow, DataSet, DataSetAnswer, DataSetQuery, FactorUsed } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { savingContributions } from './contributions.js';
import { description } from './description.js';
import { type Conversion, conversionsOf, type FactorVersion, factorsFor, knownFactors, usedAs } from './factors.js';
import {
  exactOf,
  figuresOf,
  KINDS,
  MONEY_METHODS,
  type MoneyMethod,
  measuresOf,
  type SavingFigures,
  type SavingKind,
  type SavingRow,
  savingEngine,
} from './figures.js';
import { periodsOf, type SavingPeriod } from './periods.js';
import { BENEFICIARIES, knownPopulations, personsIn } from './population.js';
import { type Saved, savedOf } from './sums.js';
import { UNIT_DIMENSIONS, type UnitGroup, unitGroups } from './units.js';

/** One way to serve a group: under which factors, of which kinds, in money how, for whom. */
interface Serving {
  readonly conversion: Conversion;
  readonly kinds: readonly SavingKind[];
  readonly method: MoneyMethod;
  readonly beneficiaries: readonly string[];
  /** Values of the groups that are ways to serve. */
  readonly values: Readonly<Record<string, string | null>>;
}

const ALL_KINDS = Object.keys(KINDS) as readonly SavingKind[];

/** Every group is served in each of these ways, in this order. Grouped by a way its values stand apart, else together. */
const servingsOf = (query: DataSetQuery, known: readonly FactorVersion[]): readonly Serving[] => {
  const chosen = <T extends string>(name: string, all: readonly T[], otherwise: readonly T[] = all): readonly T[] => {
    const filter = query.filters[name];
    if (filter !== undefined) return all.filter((value) => filter.includes(value));
    return query.group.includes(name) ? all : otherwise;
  };
  const ways = <T extends string>(name: string, values: readonly T[]): readonly (readonly T[])[] =>
    query.group.includes(name) ? values.map((value) => [value]) : [values];
  const kinds = ways('kind', chosen('kind', ALL_KINDS));
  const methods = chosen('method', MONEY_METHODS, ['perSheet']);
  const beneficiaries = ways('beneficiary', chosen('beneficiary', BENEFICIARIES, ['resident']));
  return conversionsOf(query, known).flatMap((conversion) =>
    kinds.flatMap((ofKinds) =>
      methods.flatMap((method) =>
        beneficiaries.map((persons): Serving => {
          const values = {
            kind: ofKinds[0] ?? null,
            beneficiary: persons[0] ?? null,
            method,
            factor_set: conversion.set,
          };
          return { conversion, kinds: ofKinds, method, beneficiaries: persons, values };
        }),
      ),
    ),
  );
};

const NOTHING: Saved = savedOf([]);
const FIRST: readonly (string | null)[] = [];

const rows = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const { of: kpisOf, ...cited } = await rowKpis(savingEngine(description), query, manager);
  const known = await knownFactors(query, manager);
  const servings = servingsOf(query, known);
  const groups = query.group.filter((name) => isGrain(name) || (UNIT_DIMENSIONS as readonly string[]).includes(name));
  const periods = await periodsOf(query, manager);
  // The place in the answer: values of a group, and how many of its servings were answered before.
  const [done, from] = [Number(query.after?.at(-1) ?? 0), query.after?.slice(0, -1)];
  const most = Math.ceil((query.limit + done) / Math.max(servings.length, 1)) + 1;
  const found = await unitGroups({ query, periods, groups, most, from }, manager);
  const isEmpty = found.length === 0 && groups.length === 0 && query.after === undefined;
  const served = isEmpty ? [{ values: FIRST, period: NO_PERIOD, parts: [] }] : found;
  const populations = await knownPopulations(query, manager);
  const used = new Map<string, FactorUsed>();
  const answered: { readonly row: AnswerRow; readonly place: readonly (string | null)[] }[] = [];
  for (const [nth, group] of served.entries()) {
    const saved = savedOf(group.parts);
    for (const [at, serving] of servings.entries()) {
      if (nth === 0 && at < done) continue;
      const factors = factorsFor(serving.conversion, group.period, known);
      for (const factor of usedAs(serving.conversion, factors)) used.set(JSON.stringify(factor), factor);
      const persons = personsIn(group.period, serving.beneficiaries, populations);
      const figures = figuresOf(saved, factors, serving.method, persons);
      const row = rowOf({ query, groups, values: group.values, serving, kpisOf }, saved, figures);
      answered.push({ row, place: [...group.values, String(at)] });
    }
  }
  const isMore = answered.length > query.limit;
  const next = isMore ? (answered[query.limit] as (typeof answered)[number]).place : undefined;
  return {
    rows: answered.slice(0, query.limit).map(({ row }) => row),
    coverage: await coverageOf(query, periods, manager),
    ...{ ...cited, factors: [...used.values()], ...(next && { next }) },
  };
};

const NO_PERIOD: SavingPeriod = { first: '', last: '', labels: {} };

interface Served {
  readonly query: DataSetQuery;
  readonly groups: readonly string[];
  readonly values: UnitGroup['values'];
  readonly serving: Serving;
  readonly kpisOf: RowKpis<SavingRow>['of'];
}

const rowOf = (
  { query, groups, values: ofUnits, serving, kpisOf }: Served,
  saved: Saved,
  figures: SavingFigures,
): AnswerRow => {
  const unitValues = Object.fromEntries(groups.map((name, at) => [name, ofUnits[at] ?? null]));
  const values = query.group.map((name) => [name, unitValues[name] ?? serving.values[name] ?? null]);
  const coverage = figureOf(saved.measured, saved.units);
  const kpis = Object.entries(kpisOf({ group: unitValues, figures, measures: exactOf(saved, figures) }));
  return {
    ...Object.fromEntries(values),
    // Whoever sees a converted figure sees by what; money also how.
    ...{ factor_set: serving.conversion.set, method: serving.method },
    ...measuresOf(saved, figures, serving.kinds),
    ...Object.fromEntries(kpis.map(([kpi, figure]) => [kpi, { ...(figure as object), coverage }])),
    coverage,
  };
};

/** Units and periods that are measured / those with a baseline or with sheets, over the whole selection. */
const coverageOf = async (
  query: DataSetQuery,
  periods: readonly SavingPeriod[],
  manager: EntityManager,
): Promise<Ratio | null> => {
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return null;
  const whole = { ...query, group: [] };
  const period = { first: first.first, last: last.last, labels: {} };
  const [all] = await unitGroups({ query: whole, periods: [period], groups: [], most: 1 }, manager);
  const { measured, units } = all ? savedOf(all.parts) : NOTHING;
  return units > 0n ? ratio(measured, units) : null;
};

/** Paper, time, trips, carbon and money saved against a baseline, under any factor set. */
export const savings: DataSet = {
  description,
  projection: transactionsModel.name,
  rows,
  contributions: savingContributions,
};
