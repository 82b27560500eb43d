import { Column, Entity, type EntityManager, PrimaryColumn, type SelectQueryBuilder } from 'typeorm';
import { startAfter } from './keyset.js';
import type { DataSet, DataSetAnswer, DataSetQuery, Page, ReadEvent, ReadModel } from './read-model.js';
import { AXES, OF_ROW, registersDescription, valueSql } from './register/description.js';

/** One version of a definition, value or rule that figures are computed by. */
@Entity({ name: 'register_version', synchronize: false })
export class RegisterVersion {
  /** factor, kpi, policy, calendar (a rule of the week), holiday, programme, milestone or activity. */
  @PrimaryColumn('text') kind!: string;
  /** Of a holiday `<calendar>:<day>`, of a milestone or activity `<programme>:<id>`. */
  @PrimaryColumn('text') id!: string;
  /** As its event says; rules of the week and holidays are counted as they came. */
  @PrimaryColumn('int') version!: number;
  /** First and last day for which it answers unless it is asked for by number. */
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('date', { name: 'until_day', nullable: true }) untilDay!: string | null;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  /** From this day on it answers no more; known since {@link retiredKnown}. */
  @Column('date', { name: 'retired_from', nullable: true }) retiredFrom!: string | null;
  @Column('date', { name: 'retired_known', nullable: true }) retiredKnown!: string | null;
  /** Persons who took part in an activity. Null: nobody counted, or no activity. */
  @Column('bigint', { nullable: true }) participants!: string | null;
  /** Data of the event. */
  @Column('jsonb') content!: Readonly<Record<string, unknown>>;
  @Column('text') stream!: string;
  @Column('bigint') revision!: string;
}

type VersionRow = Readonly<RegisterVersion>;
/** `<id>@<version>` → its row. */
interface RegisterState {
  readonly rows: Readonly<Record<string, VersionRow>>;
}

/** Events of a programme → kind of their row. */
const PROGRAMME_KINDS: Readonly<Record<string, string>> = {
  'gov.sijill.programme.registered.v1': 'programme',
  'gov.sijill.programme.milestoneReached.v1': 'milestone',
  'gov.sijill.programme.activityHeld.v1': 'activity',
};

/** Registers whose newest version that has begun is the one in force; factors of several sets stand side by side. */
export const SUPERSEDED = ['kpi', 'policy', 'calendar'] as const;

export const registers: ReadModel = {
  name: 'registers',
  version: 2,
  partitionable: 'stream',
  cubes: [],
  rows: [RegisterVersion],
  types: [
    'gov.sijill.factor.adopted.v1',
    'gov.sijill.factor.retired.v1',
    'gov.sijill.kpi.defined.v1',
    'gov.sijill.kpi.retired.v1',
    'gov.sijill.policy.adopted.v1',
    'gov.sijill.calendar.weekSet.v1',
    'gov.sijill.calendar.holidayDeclared.v1',
    'gov.sijill.calendar.holidayRevoked.v1',
    ...Object.keys(PROGRAMME_KINDS),
  ],
  keys: ({ stream }) => [stream],
  apply(event, page) {
    if (event.category === 'programme') return foldProgramme(event, page);
    const { rows } = page.get<RegisterState>(event.stream) ?? { rows: {} };
    const noun = event.type.split('.')[3];
    if (noun === 'retired' || noun === 'holidayRevoked') return retire(event, page, rows);
    const kind = noun === 'holidayDeclared' ? 'holiday' : event.category;
    const id = kind === 'holiday' ? `${event.id}:${event.data.day as string}` : event.id;
    const count = Object.values(rows).filter((row) => row.kind === kind && row.id === id).length;
    const {
      from,
      day,
      until = null,
      version = count + 1,
    } = event.data as Partial<Record<string, string>> & { version?: number };
    const fromDay = from ?? day ?? event.effectiveDay;
    write(page, event.stream, rows, { ...rowOf(event), kind, id, version, fromDay, untilDay: until });
  },
};

const rowOf = ({ effectiveDay, knownDay, data, stream, revision }: ReadEvent) => ({
  ...{ version: 1, fromDay: effectiveDay, untilDay: null, knownDay, retiredFrom: null, retiredKnown: null },
  ...{ participants: null, content: data, stream, revision: revision.toString() },
});

/** What is told of a programme is told once and never retired: a row each, and nothing to remember. */
const foldProgramme = (event: ReadEvent, page: Page): void => {
  const kind = PROGRAMME_KINDS[event.type] ?? '';
  const { milestone, activityId, participants } = event.data as {
    readonly milestone?: string;
    readonly activityId?: string;
    readonly participants?: number;
  };
  const entry = milestone ?? activityId;
  const id = entry === undefined ? event.id : `${event.id}:${entry}`;
  const counted = participants === undefined ? null : String(participants);
  page.put(RegisterVersion, { ...rowOf(event), kind, id, participants: counted });
};

const retire = ({ stream, data, id, knownDay }: ReadEvent, page: Page, rows: RegisterState['rows']): void => {
  const { version, from, day } = data as { version?: number; from?: string; day?: string };
  const before = Object.values(rows).findLast((row) =>
    version === undefined ? row.kind === 'holiday' && row.id === `${id}:${day}` : row.version === version,
  );
  if (before) write(page, stream, rows, { ...before, retiredFrom: from ?? day ?? null, retiredKnown: knownDay });
};

const write = (page: Page, stream: string, rows: RegisterState['rows'], row: VersionRow): void => {
  page.set<RegisterState>(stream, { rows: { ...rows, [`${row.kind} ${row.id}@${row.version}`]: row } });
  page.put(RegisterVersion, { ...row });
};

/** Versions that a question selects, alias `v`: known on its knowledge day and, with an effective day, in force on it. */
export const selectVersions = (
  manager: EntityManager,
  query: { readonly knownAt?: string; readonly effectiveAt?: string; readonly filters?: DataSetQuery['filters'] },
): SelectQueryBuilder<RegisterVersion> => {
  const { knownAt = '9999-12-31', effectiveAt, filters = {} } = query;
  const select = manager.createQueryBuilder(RegisterVersion, 'v').where('v.known_day <= :knownAt', { knownAt });
  if (effectiveAt !== undefined) select.andWhere(IN_FORCE, { effectiveAt, superseded: SUPERSEDED });
  for (const [at, [dimension, values]] of Object.entries(filters).entries())
    select.andWhere(filterSql(dimension, `:filter${at}`), { [`filter${at}`]: values });
  return select;
};

/** An item may name several axes, and is chosen by any of them. */
const filterSql = (dimension: string, values: string): string => {
  const isOne = `${valueSql(dimension)} = any(${values})`;
  return dimension === 'axis' ? `exists (select from ${AXES} x where ${OF_ROW} and ${isOne})` : isOne;
};

const answersSql = (of: string): string =>
  `${of}.from_day <= :effectiveAt and coalesce(${of}.until_day, '9999-12-31') >= :effectiveAt
   and (${of}.retired_known is null or ${of}.retired_known > :knownAt or ${of}.retired_from > :effectiveAt)`;
const IN_FORCE = `${answersSql('v')} and (v.kind <> all(:superseded) or not exists (
  select from register_version n where n.kind = v.kind and n.id = v.id and n.version > v.version
     and n.known_day <= :knownAt and ${answersSql('n')}))`;

const rows = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const { group, limit, after } = query;
  const select = selectVersions(manager, { ...query, knownAt: query.knownAt ?? query.recordedAt });
  select.select('count(*)', 'items').addSelect('sum(v.participants)', 'participants');
  if (group.includes('axis')) select.leftJoin(AXES, 'x', OF_ROW);
  const expressions = group.map(valueSql);
  for (const [at, sql] of expressions.entries())
    select.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`, 'ASC', 'NULLS FIRST');
  if (after && group.length > 0) startAfter(select, expressions, after);
  const found = await select.limit(limit + 1).getRawMany<Record<string, string | null>>();
  const answered = found.slice(0, limit);
  const last = answered.at(-1);
  return {
    rows: answered.map((row) => ({
      ...Object.fromEntries(group.map((name, at) => [name, row[`g${at}`] ?? null])),
      items: Number(row.items),
      participants: row.participants == null ? null : Number(row.participants),
    })),
    coverage: null,
    kpiVersions: {},
    ...(found.length > limit && last && { next: group.map((_, at) => last[`g${at}`] ?? null) }),
  };
};

const contributions: DataSet['contributions'] = async (query, manager) => {
  const select = selectVersions(manager, { ...query, knownAt: query.knownAt ?? query.recordedAt });
  const [stream, revision] = query.after ?? [];
  if (stream && revision)
    select.andWhere('(v.stream, v.revision) > (:stream, :revision::bigint)', { stream, revision });
  const found = await select
    .orderBy('v.stream')
    .addOrderBy('v.revision')
    .limit(query.limit + 1)
    .getMany();
  const events = found.slice(0, query.limit).map((row) => ({
    ...{ stream: row.stream, revision: row.revision, effectiveDay: row.fromDay, knownDay: row.knownDay },
    deltas: { items: '1', ...(row.participants !== null && { participants: row.participants }) },
  }));
  const last = events.at(-1);
  return found.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

export const registersDataSet: DataSet = {
  description: registersDescription,
  projection: registers.name,
  rows,
  contributions,
};
