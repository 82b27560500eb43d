/** A way to run the ledger: which parts have cores of their own, and what there is one of. */
export interface Design {
  readonly name: string;
  /** What it is, for the page. */
  readonly is: string;
  /** Cores of each group of machines. Parts that share a group share its cores. */
  readonly cores: Readonly<Record<string, number>>;
  /** Group in which each part runs. */
  readonly runs: Readonly<Record<Part, string>>;
  /** Threads of the api: processes behind one port, or machines. */
  readonly apiThreads: number;
  /** Threads that fold: one projection is one thread, however many workers there are. */
  readonly foldThreads: number;
  /** Events that one api process appends in a second where a client of a store is its limit; no limit of its own: undefined. */
  readonly appendRatePerApi?: number;
  /** Whether the journal puts all events into one order by itself. Undefined: what was measured. */
  readonly journalRate?: number;
  /** Machines that hold a whole journal: what a byte is multiplied with. */
  readonly journalCopies: number;
  readonly readModelCopies: number;
}

export type Part = 'api' | 'journal' | 'readModels' | 'worker' | 'answers';

/**
 * Not measured here: nobody has run a KurrentDB cluster for these figures. Appends of one api process through its client were
 * measured against a stand-in; a cluster that replicates to three disks is taken at what its makers and users speak of.
 */
export const KURRENTDB = { appendRatePerApi: 14_000, clusterRate: 15_000 } as const;

const apart = {
  api: 'api',
  journal: 'database',
  readModels: 'database',
  worker: 'worker',
  answers: 'database',
} as const;

export const DESIGNS: readonly Design[] = [
  {
    name: 'one small machine',
    is: 'everything on two cores, as measured',
    cores: { machine: 2 },
    runs: { api: 'machine', journal: 'machine', readModels: 'machine', worker: 'machine', answers: 'machine' },
    apiThreads: 1,
    foldThreads: 1,
    journalCopies: 1,
    readModelCopies: 1,
  },
  {
    name: 'one large machine',
    is: 'everything on 16 cores, four api processes, two workers',
    cores: { machine: 16 },
    runs: { api: 'machine', journal: 'machine', readModels: 'machine', worker: 'machine', answers: 'machine' },
    apiThreads: 4,
    foldThreads: 2,
    journalCopies: 1,
    readModelCopies: 1,
  },
  {
    name: 'machines apart',
    is: 'two machines of api, one of workers, one database with a standby, a replica that answers',
    cores: { api: 8, worker: 4, database: 16, replica: 16 },
    runs: { ...apart, answers: 'replica' },
    apiThreads: 8,
    foldThreads: 2,
    journalCopies: 3,
    readModelCopies: 3,
  },
  {
    name: 'cluster',
    is: 'the journal in three KurrentDB nodes, read models in a database of their own with a replica',
    cores: { api: 8, worker: 4, store: 24, database: 16, replica: 16 },
    runs: { ...apart, journal: 'store', answers: 'replica' },
    apiThreads: 8,
    foldThreads: 2,
    appendRatePerApi: KURRENTDB.appendRatePerApi,
    journalRate: KURRENTDB.clusterRate,
    journalCopies: 3,
    readModelCopies: 2,
  },
];
