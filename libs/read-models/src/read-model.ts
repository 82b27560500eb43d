import type { EntityManager } from 'typeorm';
import type { BilingualText, Ratio } from '#kernel';

/** A recorded event as a projection sees it. No position: read models must be equal on every store. */
export interface ReadEvent<D = Record<string, unknown>> {
  readonly type: string;
  readonly data: Readonly<D>;
  readonly stream: string;
  /** Part of the stream name before the first `-`. */
  readonly category: string;
  /** Part of the stream name after the first `-`. */
  readonly id: string;
  readonly revision: bigint;
  readonly source: string;
  readonly time: string;
  /** Running maximum of the recording time in journal order, `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
  readonly recorded: string;
  /** Day to which the fact belongs. */
  readonly effectiveDay: string;
  /** Day on which it counts as known: published, or recorded. */
  readonly knownDay: string;
  /** Day of recording in Asia/Dubai. */
  readonly recordedDay: string;
  /** Freezes of figures that were recorded before it on its day of recording, where there are any (ADR 0016). */
  readonly freezesBefore?: number;
}

/** A TypeORM entity class with `synchronize: false` and no schema: the connection's search_path says live, rebuild or replay. */
export type Table = abstract new () => object;

export type CellValue = string | number | bigint | boolean | null;
/** Column values by property name of the entity. */
export type Row = Readonly<Record<string, CellValue>>;
/** A row of a row table may also hold lists (columns `text[]`) and JSON (columns `jsonb`). */
export type WideRow = Readonly<Record<string, CellValue | readonly unknown[] | object>>;

/** The dimensions with which the key of every cube begins. */
export interface When {
  /** Day to which a figure belongs. */
  readonly effectiveDay: string;
  /** Day on which it became known. */
  readonly knownDay: string;
  /** Only of a cube that dates its figures in several ways. */
  readonly basis?: string;
}

/**
 * The page of events being folded, in memory. The projector loads the state rows that {@link ReadModel.keys} names, calls
 * {@link ReadModel.apply} once an event in journal order, and writes all changes of the page in one round trip.
 */
export interface Page {
  /** State under a key, as left by the events before; undefined when there is none. Treat it as a value: replace, never mutate. */
  get<S>(key: string): S | undefined;
  /** Sets state under a key. It is stored as JSON, so no bigint, Date or undefined inside. */
  set<S extends object>(key: string, state: S): void;
  /**
   * Adds measures, or takes them away with sign -1, in one cell of a cube, and notes the event behind it. All dimensions must be
   * given; a measure left out adds nothing, and so does what the same event adds and takes away.
   *
   * @param subject The dimensions beside `when`, perhaps among other members. Where the same object comes again it is not read
   *   again, so never change it; nor `measures`.
   */
  add(cube: Table, when: When, subject: Row, measures: Readonly<Record<string, bigint | number>>, sign?: 1 | -1): void;
  /** Writes one whole row of a row table by its primary key; the last put of a key wins, a column left out becomes null. */
  put(rows: Table, row: WideRow): void;
}

export interface ReadModel {
  /** Name of the projection and of its schema `p_<name>`. Snake case. */
  readonly name: string;
  /** Raise it when the fold or a table changes: the projection is then rebuilt beside the live one. */
  readonly version: number;
  /** Additive tables: primary columns are dimensions and begin with those of {@link When}, the others bigint measures. */
  readonly cubes: readonly Table[];
  /**
   * Those of `cubes` that are kept by whole months of both clocks as well, in a table `<name>_month`: questions of years read
   * these instead of days.
   */
  readonly months?: readonly Table[];
  /** Tables written by primary key. */
  readonly rows: readonly Table[];
  /** Event types it folds; the others cost it nothing but the checkpoint. `'every'` for projections about the journal itself. */
  readonly types: readonly string[] | 'every';
  /**
   * Several workers may share it, each with streams of its own: state rows and rows belong to one stream each, cubes are sums,
   * and nothing is looked up in other streams. Left out: one worker takes in the whole journal.
   */
  readonly partitionable?: 'stream';
  /**
   * Keys of the state rows that `apply` reads or writes for this event, known from the event alone. Under the name of a stream is
   * only what its own events told: with the first of them nothing is looked up there.
   */
  keys(event: ReadEvent): readonly string[];
  /** Pure of clock, randomness, environment and network; the same events in the same order give the same tables. */
  apply(event: ReadEvent, page: Page): void;
}

export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'half' | 'year' | 'fiscal_year';

export interface Dimension {
  readonly title: BilingualText;
  /** Closed list of values, where there is one. */
  readonly values?: readonly string[];
  /** Its values are the whole numbers from one to another, both inside. */
  readonly integers?: { readonly min: number; readonly max: number };
}

export interface Measure {
  readonly title: BilingualText;
  /** transaction, fils, sheet, minute, event, service, ratio … */
  readonly unit: string;
}

/** What a data set is, in both languages: drives routes, CSV headers, the dictionary and every later export format. */
export interface DataSetDescription {
  readonly name: string;
  readonly title: BilingualText;
  /** One row per … */
  readonly grain: BilingualText;
  readonly dimensions: Readonly<Record<string, Dimension>>;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Period groups that it answers. Empty when rows are spans rather than days. */
  readonly grains: readonly Grain[];
  /** Dimensions by which it always groups, so that figures that must not be summed never are. */
  readonly alwaysBy?: readonly string[];
  /**
   * Dimensions by which it is told to readers without a token where it was released with a threshold, beside months and `alwaysBy`.
   * Fixed for good: of two tables that overlap one could be taken from the other.
   */
  readonly publicBy?: readonly string[];
  /** Its figures are converted by factors: it takes `factors=`. */
  readonly isConverted?: true;
  /** Ids of the KPIs that can be asked over it with `kpi=`. */
  readonly kpis: readonly string[];
  /** `published`: the knowledge day may be the day of publication. */
  readonly knownAtBasis: 'recorded' | 'published';
}

/** A question to a data set, already checked against its description. Days are inclusive. */
export interface DataSetQuery {
  readonly from?: string;
  readonly to?: string;
  /** Period grains and dimensions, in the order asked. */
  readonly group: readonly string[];
  /** Dimension → accepted values (any of them). */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Knowledge day: only what was known at its end. Undefined: everything known now. */
  readonly knownAt?: string;
  /** The same by the ledger's own clock. */
  readonly recordedAt?: string;
  /** Day whose attributes of dimensions apply. */
  readonly effectiveAt?: string;
  /** `event` (default) dates outcomes by their own day, `receipt` by the day of receipt. */
  readonly basis?: 'event' | 'receipt';
  readonly kpis: readonly string[];
  /** Version of the KPI definitions; undefined: the one in force. */
  readonly kpiVersion?: number;
  /** Factor sets, side by side, and factor versions (`id@version`) that stand in each of them; left out: nothing is converted. */
  readonly factors?: readonly string[];
  /** Second period for like-for-like comparison and the rate, mix and membership parts of a change. */
  readonly compareFrom?: string;
  readonly compareTo?: string;
  readonly limit: number;
  /** Group values of the last row of the page before. */
  readonly after?: readonly (string | null)[];
}

export type AnswerValue =
  | string
  | number
  | boolean
  | null
  | { readonly [member: string]: AnswerValue }
  | readonly AnswerValue[];
export type AnswerRow = Readonly<Record<string, AnswerValue>>;

/** From `day` on a series of `kpi` is computed by another version: figures on the two sides do not compare. */
export interface KpiBreak {
  readonly kpi: string;
  readonly day: string;
  readonly version: number;
}

/** A factor that figures of an answer were converted by. */
export interface FactorUsed {
  /** The set asked for; null where the factor was named alone. */
  readonly factorSet: string | null;
  readonly factor: string;
  readonly version: number;
  /** Set with which it was adopted. */
  readonly origin: string;
  readonly value: { readonly num: string; readonly den: string };
  readonly unit: string;
  readonly source: string;
  readonly verified: boolean;
}

export interface DataSetAnswer {
  readonly rows: readonly AnswerRow[];
  /** Group values of the last row when more follow. */
  readonly next?: readonly (string | null)[];
  /** Coverage of the whole selection; null where no grid is known. */
  readonly coverage: Ratio | null;
  /** KPI id → version used; where others were used for earlier periods, the last one. */
  readonly kpiVersions: Readonly<Record<string, number>>;
  /** Breaks of the series, oldest first. Left out where one version answered for the whole selection. */
  readonly kpiBreaks?: readonly KpiBreak[];
  /** Of a data set that converts: every factor used, with version and source. */
  readonly factors?: readonly FactorUsed[];
  /** Other projections that it was made from → the last event that each had taken in; null: none yet. */
  readonly positions?: Readonly<Record<string, string | null>>;
}

/** An event behind a figure, with what it added. */
export interface Contribution {
  readonly stream: string;
  readonly revision: string;
  readonly effectiveDay: string;
  readonly knownDay: string;
  readonly deltas: Readonly<Record<string, string>>;
}

export interface DataSet {
  readonly description: DataSetDescription;
  /** Projection whose tables it reads; several data sets may read one. */
  readonly projection: string;
  /** Its figures follow from other projections as well, so that its own position does not tell whether an answer still holds. */
  readonly isCombined?: true;
  /** Runs inside a repeatable-read snapshot whose search_path is the projection's schema. */
  rows(query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer>;
  /** Events behind the figure that the same question would give, in (stream, revision) order, keyset-paged. */
  contributions(
    query: DataSetQuery,
    manager: EntityManager,
  ): Promise<{ readonly events: readonly Contribution[]; readonly next?: readonly (string | null)[] }>;
}
