import type { JournalState } from '#event-store';
import { FREEZE_AT_ONCE } from '../../../migrations/journal.partitioned.js';

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
const FREEZE_SETTINGS = FREEZE_AT_ONCE.replace(/\s+/g, ' ');
const RELOAD = 'select pg_reload_conf()';
const resetOf = (setting: string): string => `alter system reset ${setting}`;
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
  ...databaseFindings(state),
];

/** The same of a database that holds read models and keys, and of which the journal is elsewhere. */
export const databaseFindings = (state: JournalState): readonly Finding[] => [
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

const frozen = ({ partitions: all, unfrozenTransactions, settings }: JournalState): Finding => {
  const full = all.filter(({ isFull }) => isFull);
  const unset = all.filter(({ isSetToFreeze }) => !isSetToFreeze).map(({ name }) => `journal.${name}`);
  const faults: string[] = [];
  const remedies: string[] = [];
  if (settings.autovacuum !== 'on') {
    faults.push(`autovacuum ${settings.autovacuum}`);
    remedies.push(resetOf('autovacuum'), RELOAD);
  }
  if (unset.length > 0) {
    faults.push(`${unset.join(', ')} not set to freeze by itself`);
    remedies.push(...unset.map((name) => `alter table ${name} reset (autovacuum_enabled), set (${FREEZE_SETTINGS})`));
  }
  if (unfrozenTransactions > UNFROZEN_TRANSACTIONS_MAX) remedies.push('vacuum (freeze, analyze)');
  const frozenCount = full.filter(({ isFrozen }) => isFrozen).length;
  const age = `${count(unfrozenTransactions)} transactions since the oldest that is not`;
  return {
    subject: 'vacuum',
    isGood: remedies.length === 0,
    detail: [`${frozenCount} of ${full.length} full partitions are frozen`, age, ...faults].join('; '),
    remedy: `as an administrator of the database: ${remedies.join('; ')}`,
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
    remedy: `as an administrator: ${[...wrong.map(([name]) => resetOf(name)), RELOAD].join('; ')}`,
  };
};
