import type { JournalState } from '#event-store';

/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  readonly isGood: boolean;
  readonly detail: string;
  /** The command or setting that mends it. */
  readonly remedy?: string;
}

/** Half of what the server bears before it stops taking writes: time enough to vacuum. */
const UNFROZEN_TRANSACTIONS_MAX = 1_000_000_000;
/** What a crash of the machine must not lose hangs on these. */
const DURABLE: Readonly<Record<string, (value: string) => boolean>> = {
  fsync: (value) => value === 'on',
  full_page_writes: (value) => value === 'on',
  synchronous_commit: (value) => value !== 'off',
  data_sync_retry: (value) => value === 'off',
};

const count = (value: bigint | number): string => value.toLocaleString('en');
const size = (bytes: number): string =>
  bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${Math.ceil(bytes / 1024 ** 2)} MiB`;

/** What an operator should know of the database of a ledger, and what mends it. */
export const journalFindings = (state: JournalState): readonly Finding[] => [
  journal(state),
  partitions(state),
  frozen(state),
  checksums(state),
  durability(state),
  {
    subject: 'write-ahead log',
    isGood: true,
    detail: ['wal_level', 'wal_compression', 'max_wal_size']
      .map((name) => `${name} ${state.settings[name]}`)
      .join(', '),
  },
];

const journal = ({ events, bytes, bytesPerEvent, databaseBytes }: JournalState): Finding => ({
  subject: 'journal',
  isGood: true,
  detail: `${count(events)} events, ${size(bytes)}${
    bytesPerEvent === null ? '' : `, ${count(Math.round(bytesPerEvent))} bytes each`
  }; the database has ${size(databaseBytes)}`,
});

const partitions = ({ partitions: all, isNextPartitionReady }: JournalState): Finding => ({
  subject: 'partitions',
  isGood: isNextPartitionReady,
  detail: `${all.length}, the last is ${all.at(-1)?.name}${isNextPartitionReady ? '' : '; the next one is not there yet'}`,
  remedy:
    'the next append makes it; if it does not, apply docker/postgres/roles.sql and the migrations again (npm start)',
});

const frozen = ({ partitions: all, unfrozenTransactions }: JournalState): Finding => {
  const full = all.filter(({ isFull }) => isFull);
  const isLate = unfrozenTransactions > UNFROZEN_TRANSACTIONS_MAX;
  const thawed = all.filter(({ isFrozen }) => !isFrozen).map(({ name }) => `journal.${name}`);
  return {
    subject: 'vacuum',
    isGood: !isLate,
    detail: `${full.filter(({ isFrozen }) => isFrozen).length} of ${full.length} full partitions are frozen; ${count(
      unfrozenTransactions,
    )} transactions since the oldest that is not`,
    remedy: `as the owner of the database: vacuum (freeze, analyze) ${thawed.join(', ') || ''}; and leave autovacuum on`,
  };
};

const checksums = ({ hasChecksums, checksumFailures }: JournalState): Finding => {
  const isBroken = hasChecksums && (checksumFailures ?? 0) > 0;
  return {
    subject: 'checksums',
    isGood: hasChecksums && !isBroken,
    detail: hasChecksums
      ? `on, ${count(checksumFailures ?? 0)} pages did not match`
      : 'off: a page that rots is not noticed',
    remedy: isBroken
      ? 'the disk loses data: restore a backup onto another one, and read the log of PostgreSQL'
      : 'stop PostgreSQL, then: pg_checksums --enable -D <its data directory>',
  };
};

const durability = ({ settings }: JournalState): Finding => {
  const wrong = Object.entries(DURABLE).filter(([name, accepts]) => !accepts(settings[name] ?? 'unknown'));
  const names = wrong.length > 0 ? wrong.map(([name]) => name) : Object.keys(DURABLE);
  return {
    subject: 'durability',
    isGood: wrong.length === 0,
    detail: names.map((name) => `${name} ${settings[name]}`).join(', '),
    remedy: wrong.map(([name]) => `alter system reset ${name}`).join('; '),
  };
};
