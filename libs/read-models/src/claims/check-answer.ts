import type { EntityManager } from 'typeorm';
import { compare, type Ratio, ratio, ratioOfDecimal, subtract } from '#kernel';
import { evaluate, exactly, expressionOf } from '#ledger';
import { asOfDays } from '../catalogue/as-of.js';
import type { AnswerRow, AnswerValue, DataSet, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { type Bounds, boundsOf, combine, limitOf, point } from './bounds.js';
import { CHECK_DIMENSIONS } from './description.js';
import { yardstickOf } from './measured.js';
import { claimEventsSql, eventsBehind, pageOf, ratioValue, selectChecks, selectClaims } from './select.js';
import { isDated, isWithin, roundedLike, type Verdict } from './verdict.js';

const CHECKS_PER_PAGE_MAX = 1_000;

interface CheckRow {
  readonly check: string;
  readonly version: number;
  readonly relation: string;
  readonly expression: string;
  readonly against: string | null;
  readonly title_ar: string | null;
  readonly title_en: string | null;
  readonly tolerance: { readonly num: string; readonly den: string } | null;
  readonly claims: readonly string[];
}

interface Figure {
  readonly claim: string;
  readonly unit: string;
  readonly value: string;
  readonly qualifier: string;
}
type Figures = ReadonlyMap<string, Figure>;

const COLUMNS = [...CHECK_DIMENSIONS, 'tolerance', 'claims'];
const ORDER = ['check', 'version'];

/** Checks as known on a day, computed from what their claims said then. */
export const checkRows = async (
  projection: string,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const { knownAt: today } = await asOfDays(manager, projection, { knownAt: query.knownAt ?? query.recordedAt });
  const select = selectChecks(manager, query, CHECK_DIMENSIONS);
  for (const column of COLUMNS) select.addSelect(`c."${column}"`, column);
  const limit = Math.min(query.limit, CHECKS_PER_PAGE_MAX);
  const { rows, next } = await pageOf<CheckRow>(select, ORDER, { ...query, limit });
  const figures = await figuresOf([...new Set(rows.flatMap(({ claims }) => claims))], query, manager);
  const { aboutTolerance } = await yardstickOf(manager, today, query.knownAt);
  return {
    rows: rows.map((row) => answerOf(row, figures, aboutTolerance)),
    coverage: null,
    kpiVersions: {},
    ...(next && { next }),
  };
};

/** What the claims said as known; none for a claim that was not known, was withdrawn, or is a date. */
const figuresOf = async (
  claims: readonly string[],
  { knownAt, recordedAt }: DataSetQuery,
  manager: EntityManager,
): Promise<Figures> => {
  const asked = {
    filters: {},
    ...(knownAt !== undefined && { knownAt }),
    ...(recordedAt !== undefined && { recordedAt }),
  };
  const found = await selectClaims(manager, asked, [])
    .select('c.claim, c.unit, c.value, c.qualifier')
    .andWhere('c.claim = any(:claims)', { claims })
    .getRawMany<Figure>();
  return new Map(found.filter((figure) => !isDated(figure)).map((figure) => [figure.claim, figure]));
};

const answerOf = (row: CheckRow, figures: Figures, aboutTolerance: Ratio): AnswerRow => {
  const left = exactValue(row.expression, figures);
  const expected = row.against === null ? undefined : exactValue(row.against, figures);
  const bounds = boundsIn(row.expression, figures, aboutTolerance);
  return {
    ...Object.fromEntries(CHECK_DIMENSIONS.map((name) => [name, row[name as keyof CheckRow] as string | null])),
    version: String(row.version),
    checks: 1,
    left: orNull(left),
    expected: orNull(expected),
    difference: left && expected ? ratioValue(subtract(left, expected)) : null,
    at_least: orNull(bounds && limitOf(bounds.low)),
    at_most: orNull(bounds && limitOf(bounds.high)),
    verdict: verdictOn(row, left, expected, figures),
  };
};

const orNull = (value: Ratio | undefined): AnswerValue => (value === undefined ? null : ratioValue(value));

const exactValue = (text: string, figures: Figures): Ratio | undefined => {
  const expression = expressionOf(text);
  const valueIn = (claim: string) => {
    const figure = figures.get(claim);
    return figure && ratioOfDecimal(figure.value);
  };
  return expression && evaluate(expression, exactly(valueIn));
};

/** Within which the figure lies, going by the qualifiers of its claims (kpis.md, section 3.5). */
const boundsIn = (text: string, figures: Figures, aboutTolerance: Ratio): Bounds | undefined => {
  const expression = expressionOf(text);
  return (
    expression &&
    evaluate<Bounds>(expression, {
      number: point,
      claim(id) {
        const figure = figures.get(id);
        return figure && boundsOf(figure.value, figure.qualifier, aboutTolerance);
      },
      operate: combine,
    })
  );
};

const verdictOn = (
  { relation, against, tolerance }: CheckRow,
  left: Ratio | undefined,
  expected: Ratio | undefined,
  figures: Figures,
): Verdict | 'shown' => {
  if (left === undefined) return 'not_measurable';
  if (relation === 'shown' || against === null) return 'shown';
  if (expected === undefined) return 'not_measurable';
  const holds = (): boolean => {
    switch (relation) {
      case 'equals': {
        const stated = statedText(against, figures);
        return compare(stated === undefined ? left : roundedLike(stated, left), expected) === 0;
      }
      case 'within':
        return isWithin(left, expected, ratio(BigInt(tolerance?.num ?? 0), BigInt(tolerance?.den ?? 1)));
      case 'atMost':
        return compare(left, expected) <= 0;
      case 'atLeast':
        return compare(left, expected) >= 0;
      default:
        throw new TypeError(`no relation ${relation}`);
    }
  };
  return holds() ? 'consistent' : 'contradicted';
};

/** The decimals of a single number or claim; a compound has none and is met exactly. */
const statedText = (text: string, figures: Figures): string | undefined => {
  const expression = expressionOf(text);
  if (expression?.is === 'number') return expression.value;
  return expression?.is === 'claim' ? figures.get(expression.claimId)?.value : undefined;
};

/** The checks themselves, and the events of the claims that they name. */
export const checkContributions: DataSet['contributions'] = (query, manager) => {
  const chosen = selectChecks(manager, query, CHECK_DIMENSIONS);
  const checks = chosen
    .clone()
    .select(`'claimCheck-' || c."check"`, 'stream')
    .addSelect('c.revision, c.effective_day, c.known_day, null::text', 'claimed');
  const named = chosen.clone().select('unnest(c.claims)');
  return eventsBehind(manager, query, {
    sql: `${checks.getQuery()} union all ${claimEventsSql(`e.claim in (${named.getQuery()})`)}`,
    parameters: chosen.getParameters(),
  });
};
