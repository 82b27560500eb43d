import type { EntityManager } from 'typeorm';
import { divide, type Ratio, ratio, subtract } from '#kernel';
import { figureOf } from '../kpi/figure.js';
import { type RowKpis, rowKpis } from '../kpi/row-kpis.js';
import type { AnswerRow, AnswerValue, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { CLASSES } from '../transaction/titles.js';
import { countsOf, type EditionCounts } from './counts.js';
import { daysOfPlan, type Method, type Plan, planOf } from './days.js';
import { MEASURES, VIEWS } from './description.js';
import { type Asked, type CampaignMeasure, type DaySums, type Figures, figuresOf } from './figures.js';
import { classesIn, type Sight, sumsInScope, surroundingsOf } from './load.js';
import { exactOf, METRICS_ENGINE, type MetricsRow, measuresOf, NOTHING_SAVED, sheetsOf, shown } from './measures.js';
import { type Conversions, type Converting, editionConversions, savedOf } from './saved.js';
import { type Edition, selectEditions, type View, viewOf } from './views.js';

/** One edition as one view has it: everything that its rows are made of. */
interface Loaded {
  readonly edition: Edition;
  readonly view: View;
  readonly plan: Plan;
  readonly sums: DaySums;
  readonly counts: EditionCounts;
  readonly compared: Compared | undefined;
}

/** Services that are in the scope of an edition and of the one before it, on the days of each. */
interface Compared {
  readonly now: DaySums;
  readonly days: number;
  readonly before: DaySums;
  readonly daysBefore: number;
}

const load = async (edition: Edition, sight: Sight, manager: EntityManager): Promise<Loaded> => {
  const { view } = sight;
  const plan = planOf(spanOf(edition), await surroundingsOf(edition, view, manager));
  const sums = await sumsInScope(daysOfPlan(plan), { edition, ...sight }, manager);
  const counts = await countsOf(edition, plan, sight, manager);
  return { edition, view, plan, sums, counts, compared: await compare(edition, plan, sight, manager) };
};

const spanOf = ({ first_day: firstDay, last_day: lastDay }: Edition) => ({ firstDay, lastDay });

const compare = async (
  edition: Edition,
  { days }: Plan,
  { view, classes }: Sight,
  manager: EntityManager,
): Promise<Compared | undefined> => {
  const ofSeries = await selectEditions({ filters: { series: [edition.series] } }, manager, {
    view,
    limit: EDITIONS_OF_SERIES_MAX,
  });
  const [before] = ofSeries.filter((one) => one.edition < edition.edition).sort((a, b) => b.edition - a.edition);
  if (!before) return undefined;
  const { days: daysBefore } = planOf(spanOf(before), await surroundingsOf(before, view, manager));
  const both = { edition, also: before, view, classes };
  const now = await sumsInScope(days, both, manager);
  return {
    now,
    days: days.length,
    before: await sumsInScope(daysBefore, both, manager),
    daysBefore: daysBefore.length,
  };
};
const EDITIONS_OF_SERIES_MAX = 1000;

/** The views of an edition that there are: the frozen one from the day on which its freeze is known. */
const viewsOf = (edition: Edition, query: DataSetQuery): readonly View[] => {
  const accepted = query.filters.view ?? VIEWS;
  const { campaign, frozen_at: moment } = edition;
  const current = viewOf(query);
  const frozen: View[] = moment === null ? [] : [{ ...current, is: 'frozen', moment, campaign }];
  return [current, ...frozen].filter(({ is }) => accepted.includes(is));
};

const rowsOf = async (edition: Edition, serving: Serving, manager: EntityManager): Promise<readonly AnswerRow[]> => {
  const { query, conversions } = serving;
  const rows: AnswerRow[] = [];
  for (const view of viewsOf(edition, query)) {
    // The view's own row of the edition: a baseline of the owner's may have been chosen after the freeze.
    const [asBelieved] = await selectEditions({ filters: { campaign: [edition.campaign] } }, manager, { view });
    const loaded = await load(asBelieved ?? edition, { view, classes: await classesIn(view, query, manager) }, manager);
    for (const method of Object.keys(loaded.plan.bases).sort() as Method[]) {
      if (!accepts(query, 'baseline', method)) continue;
      for (const measure of MEASURES.filter((name) => accepts(query, 'measure', name)))
        for (const channelClass of classesOf(query))
          for (const way of measure === 'received' ? conversions.ways : NO_WAY)
            rows.push(rowOf(loaded, { method, measure, way }, channelClass, serving));
    }
  }
  return rows;
};

const accepts = ({ filters }: DataSetQuery, dimension: string, value: string): boolean =>
  filters[dimension]?.includes(value) ?? true;

/** Classes in the order of rows, one by one where they are asked for; else all that are accepted, together. */
const classesOf = (query: DataSetQuery): readonly (readonly string[] | undefined)[] => {
  const accepted = query.filters.channel_class;
  if (!query.group.includes('channel_class')) return [accepted];
  return [...(accepted ?? CLASSES)].sort().map((name) => [name]);
};

interface Serving {
  readonly query: DataSetQuery;
  readonly kpis: RowKpis<MetricsRow>;
  readonly conversions: Conversions;
}

/** Money is not converted. */
const NO_WAY = [undefined];

/** What a row is about. */
interface Place extends Pick<Asked, 'method'> {
  readonly measure: CampaignMeasure;
  readonly way: Converting | undefined;
}

const rowOf = (
  loaded: Loaded,
  asked: Place,
  classes: readonly string[] | undefined,
  { query, kpis, conversions }: Serving,
): AnswerRow => {
  const { edition, view, plan, sums, counts } = loaded;
  const isIn = classes && new Set(classes);
  const figures = figuresOf(sums, plan, { ...asked, classes: isIn });
  const coverage = figureOf(BigInt(figures.coveredDays), BigInt(plan.days.length));
  const saved = asked.way && savedOf(figures, sums, plan, { ...asked, classes: isIn });
  const measures = {
    ...measuresOf(figures, asked.measure),
    ...(saved ? sheetsOf(saved) : NOTHING_SAVED),
    ...(saved && asked.way && conversions.of(saved, edition, asked.way)),
    ...meansOf(loaded, figures, asked.measure, isIn),
  };
  const answered = kpis.of({
    group: {},
    measures: exactOf(figures, counts),
    shown: { ...measures, participation: PARTICIPATION(counts) },
  });
  const covered = Object.entries(answered).map(([kpi, figure]) => [kpi, { ...(figure as object), coverage }]);
  return {
    ...{ campaign: edition.campaign, series: edition.series, edition: String(edition.edition), view: view.is },
    ...{ baseline: asked.method, is_headline: edition.headline === asked.method, measure: asked.measure },
    ...(query.group.includes('channel_class') && { channel_class: classes?.[0] ?? null }),
    // Whoever sees a converted figure sees by what.
    ...{ factor_set: asked.way?.conversion.set ?? null, method: asked.way?.method ?? null },
    ...measures,
    participation: PARTICIPATION(counts),
    ...counts,
    days_covered: coverage,
    ...Object.fromEntries(covered),
  };
};

const PARTICIPATION = ({ entities_active: active, entities_joined: joined }: EditionCounts) =>
  figureOf(BigInt(active), BigInt(joined));

/** Means of working days, which editions of different lengths have in common. */
const meansOf = (
  { plan, compared }: Loaded,
  { actual, coveredDays }: Figures,
  measure: CampaignMeasure,
  classes: ReadonlySet<string> | undefined,
): Record<string, AnswerValue> => {
  const now = compared && meanOf(compared.now, compared.days, measure, classes);
  const before = compared && meanOf(compared.before, compared.daysBefore, measure, classes);
  return {
    per_day: shown(coveredDays > 0 ? ratio(actual, plan.days.length) : null),
    per_day_compared: shown(now),
    per_day_before: shown(before),
    edition_change: shown(now && before && before.num > 0n ? divide(subtract(now, before), before) : null),
  };
};

/** Null where nothing is recorded. */
const meanOf = (
  sums: DaySums,
  days: number,
  measure: CampaignMeasure,
  classes: ReadonlySet<string> | undefined,
): Ratio | null => {
  if (sums.size === 0 || days === 0) return null;
  let sum = 0n;
  for (const ofDay of sums.values()) for (const [name, of] of ofDay) if (classes?.has(name) ?? true) sum += of[measure];
  return ratio(sum, days);
};

const EDITIONS_PER_PAGE = 20;

/**
 * Figures of editions, in the order of campaign, view, baseline, measure and class. Rows of one edition are made together, from a
 * few statements a view whose answers are bounded by its days and the classes of channels.
 */
export const metricsAnswer = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const kpis = await rowKpis(METRICS_ENGINE, query, manager);
  const conversions = await editionConversions(query, manager);
  const rows: AnswerRow[] = [];
  const view = viewOf(query);
  const placeOf = (row: AnswerRow) => PLACE.map((name) => (row[name] ?? '') as string);
  const isAfter = (row: AnswerRow) => query.after === undefined || isLater(placeOf(row), query.after);
  let notBefore = query.after?.[0] ?? '';
  for (let isMore = true; isMore && rows.length <= query.limit; ) {
    const editions = await selectEditions(query, manager, { view, notBefore, limit: EDITIONS_PER_PAGE });
    isMore = editions.length === EDITIONS_PER_PAGE;
    for (const edition of editions) {
      if (rows.length > query.limit) break;
      rows.push(...(await rowsOf(edition, { query, kpis, conversions }, manager)).filter(isAfter));
    }
    notBefore = `${editions.at(-1)?.campaign ?? ''}\u0001`;
  }
  const answered = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? answered.at(-1) : undefined;
  const { of: _, ...cited } = kpis;
  return {
    rows: answered,
    coverage: coverageOf(answered),
    ...cited,
    factors: conversions.used(),
    ...(last && { next: placeOf(last) }),
  };
};

/** What rows are ordered by. */
const PLACE = ['campaign', 'view', 'baseline', 'measure', 'channel_class', 'factor_set', 'method'] as const;

const isLater = (place: readonly string[], after: readonly (string | null)[]): boolean => {
  const at = place.findIndex((value, nth) => value !== (after[nth] ?? ''));
  return at >= 0 && (place[at] as string) > (after[at] ?? '');
};

/** Days with anything recorded in scope, among the working days of all editions of the answer. */
const coverageOf = (rows: readonly AnswerRow[]): Ratio | null => {
  const ofCampaign = new Map(rows.map((row) => [row.campaign, row.days_covered as { num: string; den: string }]));
  let [num, den] = [0n, 0n];
  for (const covered of ofCampaign.values()) [num, den] = [num + BigInt(covered.num), den + BigInt(covered.den)];
  return den > 0n ? ratio(num, den) : null;
};
