import type { EntityManager } from 'typeorm';
import { type Day, divide, type Ratio, ratioOfDecimal } from '#kernel';
import { asOfDays } from '../catalogue/as-of.js';
import type { AnswerRow, AnswerValue, DataSet, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { CLAIM_DIMENSIONS } from './description.js';
import { type FindDataSet, measureClaims, yardstickOf } from './measured.js';
import { claimEventsSql, eventsBehind, pageOf, ratioValue, selectClaims } from './select.js';
import { isDated, type Measured, type Verdict, verdictOf } from './verdict.js';

/** Each may ask another data set. */
const CLAIMS_PER_PAGE_MAX = 500;

interface ClaimRow {
  readonly claim: string;
  readonly publisher: string;
  readonly scope: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: string;
  readonly qualifier: string;
  readonly kind: string;
  readonly period: string | null;
  readonly period_start: Day | null;
  readonly period_end: Day | null;
  readonly others: string;
}

// Claims of the same thing that say something else stand side by side and are counted, never settled.
const OTHERS = `(select count(*) from claim_entry o where o.scope = c.scope and o.metric = c.metric and o.unit = c.unit
  and o.period is not distinct from c.period and o.claim <> c.claim and (o.value, o.qualifier) <> (c.value, c.qualifier)
  and o.known_day <= :knownAt and o.recorded_day <= :recordedAt and not o.is_withdrawn and not exists (
    select from claim_entry n where n.claim = o.claim and n.revision > o.revision and n.known_day <= :knownAt
      and n.recorded_day <= :recordedAt))`;

const COLUMNS = ['claim', 'publisher', 'scope', 'metric', 'unit', 'value', 'qualifier', 'kind', 'period'];
const DAYS = ['period_start', 'period_end'];
/** What speaks of the same thing stands together. */
const ORDER = ['scope', 'metric', 'unit', 'period', 'claim'];

/** Claims as known on a day, each with what was counted of it and the verdict. */
export const claimRows = async (
  projection: string,
  query: DataSetQuery,
  manager: EntityManager,
  findDataSet: FindDataSet,
): Promise<DataSetAnswer> => {
  const { knownAt: today } = await asOfDays(manager, projection, { knownAt: query.knownAt ?? query.recordedAt });
  const select = selectClaims(manager, query, CLAIM_DIMENSIONS).addSelect(OTHERS, 'others');
  for (const column of COLUMNS) select.addSelect(`c.${column}`, column);
  for (const column of DAYS) select.addSelect(`c.${column}::text`, column);
  const limit = Math.min(query.limit, CLAIMS_PER_PAGE_MAX);
  const { rows, next } = await pageOf<ClaimRow>(select, ORDER, { ...query, limit });
  const claims = rows.map((row) => ({ ...row, periodStart: row.period_start, periodEnd: row.period_end }));
  const yardstick = await yardstickOf(manager, today, query.knownAt);
  const { measured, positions } = await measureClaims(claims, { manager, query, today }, findDataSet);
  return {
    rows: claims.map((claim, at) => answerOf(claim, measured[at], verdictOf(claim, measured[at], yardstick))),
    coverage: null,
    kpiVersions: {},
    positions,
    ...(next && { next }),
  };
};

const answerOf = (row: ClaimRow, measured: Measured | undefined, verdict: Verdict): AnswerRow => ({
  ...Object.fromEntries(CLAIM_DIMENSIONS.map((name) => [name, row[name as keyof ClaimRow]])),
  claims: 1,
  claimed: row.value,
  measured: measured === undefined ? null : shown(measured.value),
  coverage: measured?.coverage ? ratioValue(measured.coverage) : null,
  progress: progressOf(row, measured),
  verdict,
  others: Number(row.others),
});

/** How much of a target is reached; may be more than all of it. */
const progressOf = (row: ClaimRow, measured: Measured | undefined): AnswerValue => {
  if (row.kind !== 'target' || measured === undefined || typeof measured.value === 'string') return null;
  if (isDated(row)) return ratioValue(measured.value);
  const target = ratioOfDecimal(row.value);
  return target.num === 0n ? null : ratioValue(divide(measured.value, target));
};

const shown = (value: Ratio | Day): AnswerValue => (typeof value === 'string' ? value : ratioValue(value));

/** Events that made the claims what they are, each with what the claim said after it. */
export const claimContributions: DataSet['contributions'] = (query, manager) => {
  const chosen = selectClaims(manager, query, CLAIM_DIMENSIONS).select('c.claim');
  return eventsBehind(manager, query, {
    sql: claimEventsSql(`e.claim in (${chosen.getQuery()})`),
    parameters: chosen.getParameters(),
  });
};
