import { Column, Entity, type EntityManager, PrimaryColumn, type SelectQueryBuilder } from 'typeorm';
import { startAfter } from './keyset.js';
import type {
  DataSet,
  DataSetAnswer,
  DataSetDescription,
  DataSetQuery,
  Page,
  ReadEvent,
  ReadModel,
} from './read-model.js';

/** One version of a definition, value or rule that figures are computed by. */
@Entity({ name: 'register_version', synchronize: false })
export class RegisterVersion {
  /** factor, kpi, policy, calendar (a rule of the week) or holiday. */
  @PrimaryColumn('text') kind!: string;
  /** Of a holiday `<calendar>:<day>`. */
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

/** Registers whose newest version that has begun is the one in force; factors of several sets stand side by side. */
export const SUPERSEDED = ['kpi', 'policy', 'calendar'] as const;

export const registers: ReadModel = {
  name: 'registers',
  version: 1,
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
  ],
  keys: ({ stream }) => [stream],
  apply(event, page) {
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
    const row: VersionRow = {
      ...{ kind, id, version, fromDay: from ?? day ?? event.effectiveDay, untilDay: until, knownDay: event.knownDay },
      ...{
        retiredFrom: null,
        retiredKnown: null,
        content: event.data,
        stream: event.stream,
        revision: event.revision.toString(),
      },
    };
    write(page, event.stream, rows, row);
  },
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

const description: DataSetDescription = {
  name: 'registers',
  title: { ar: 'السجلات المرجعية', en: 'Registers' },
  grain: {
    ar: 'بند في سجل وإصداره؛ مع يوم سريان: الإصدارات السارية فيه وحدها',
    en: 'register item and version; with an effective day: only the versions in force on it',
  },
  dimensions: {
    kind: { title: { ar: 'السجل', en: 'Register' }, values: ['factor', 'kpi', 'policy', 'calendar', 'holiday'] },
    id: { title: { ar: 'البند', en: 'Item' } },
    version: { title: { ar: 'الإصدار', en: 'Version' } },
  },
  measures: { items: { title: { ar: 'البنود', en: 'Items' }, unit: 'item' } },
  grains: [],
  kpis: [],
  knownAtBasis: 'recorded',
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
    select.andWhere(`${dimensionSql(dimension)} = any(:filter${at})`, { [`filter${at}`]: values });
  return select;
};

const answersSql = (of: string): string =>
  `${of}.from_day <= :effectiveAt and coalesce(${of}.until_day, '9999-12-31') >= :effectiveAt
   and (${of}.retired_known is null or ${of}.retired_known > :knownAt or ${of}.retired_from > :effectiveAt)`;
const IN_FORCE = `${answersSql('v')} and (v.kind <> all(:superseded) or not exists (
  select from register_version n where n.kind = v.kind and n.id = v.id and n.version > v.version
     and n.known_day <= :knownAt and ${answersSql('n')}))`;

const dimensionSql = (name: string): string => {
  if (!description.dimensions[name]) throw new TypeError(`registers has no dimension ${name}`);
  return `(v.${name})::text collate "C"`;
};

const rows = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const { group, limit, after } = query;
  const select = selectVersions(manager, { ...query, knownAt: query.knownAt ?? query.recordedAt }).select(
    'count(*)',
    'items',
  );
  const expressions = group.map(dimensionSql);
  for (const [at, sql] of expressions.entries())
    select.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`);
  if (after && group.length > 0) startAfter(select, expressions, after);
  const found = await select.limit(limit + 1).getRawMany<Record<string, string>>();
  const answered = found.slice(0, limit);
  const last = answered.at(-1);
  return {
    rows: answered.map((row) => ({
      ...Object.fromEntries(group.map((name, at) => [name, row[`g${at}`] ?? null])),
      items: Number(row.items),
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
    deltas: { items: '1' },
  }));
  const last = events.at(-1);
  return found.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

export const registersDataSet: DataSet = { description, projection: registers.name, rows, contributions };
