import type { JournalState } from '#event-store';
import { journalFindings } from './journal-findings.js';

const partition = {
  from: 0n,
  to: 67_108_864n,
  events: 10n,
  bytes: 10_000,
  isFull: false,
  isFrozen: false,
  isSetToFreeze: true,
  vacuumedAt: null,
};
const healthy: JournalState = {
  events: 10n,
  bytes: 10_000,
  bytesPerEvent: 1_000,
  partitions: [{ ...partition, name: 'event_from_0' }],
  isNextPartitionReady: true,
  unfrozenTransactions: 1_000,
  hasChecksums: true,
  checksumFailures: 0,
  databaseBytes: 10_000_000,
  settings: {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_sync_retry: 'off',
    wal_level: 'replica',
    wal_compression: 'off',
    max_wal_size: '1GB',
    autovacuum: 'on',
  },
};
const bad = (change: Partial<JournalState>): string[] =>
  journalFindings({ ...healthy, ...change })
    .filter(({ isGood }) => !isGood)
    .map(({ subject, remedy }) => `${subject}: ${remedy}`);

describe('What is found of a journal', () => {
  test('is all good where all is well, with sizes in words', () => {
    expect(bad({})).toEqual([]);
    expect(journalFindings(healthy)[0]?.detail).toBe('10 events, 1 MiB, 1,000 bytes each; the database has 10 MiB');
  });

  test.each<[string, Partial<JournalState>, RegExp]>([
    ['a partition that is not made ahead', { isNextPartitionReady: false }, /^partitions: the next append makes it/],
    ['an old transaction', { unfrozenTransactions: 1_000_000_001 }, /^vacuum: .*vacuum \(freeze, analyze\)$/],
    [
      'a server that does not vacuum',
      { settings: { ...healthy.settings, autovacuum: 'off' } },
      /^vacuum: .*alter system reset autovacuum; select pg_reload_conf\(\)$/,
    ],
    ['missing checksums', { hasChecksums: false, checksumFailures: null }, /^checksums: .*pg_checksums --enable/],
    ['a page that does not match', { checksumFailures: 1 }, /^checksums: .*restore a backup/],
    [
      'a commit that does not wait',
      { settings: { ...healthy.settings, fsync: 'off' } },
      /^durability: .*alter system reset fsync; select pg_reload_conf\(\)$/,
    ],
  ])('%s is bad, and it is said what mends it', (_what, change, remedy) => {
    expect(bad(change)).toEqual([expect.stringMatching(remedy)]);
  });
});
