import type pg from 'pg';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';

const SERVER_VERSION_MIN = 150_000;

const SETTINGS = `select name, setting from pg_settings
  where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_sync_retry', 'data_checksums',
                 'server_version_num')`;

/**
 * Setting → accepts its value, and how to say what is needed. Each of them, if wrong, loses acknowledged events in a
 * crash.
 */
const NEEDED: Readonly<Record<string, { readonly accepts: (value: string) => boolean; readonly needed: string }>> = {
  fsync: { accepts: (value) => value === 'on', needed: 'on' },
  full_page_writes: { accepts: (value) => value === 'on', needed: 'on' },
  synchronous_commit: { accepts: (value) => value !== 'off', needed: 'on' },
  // On, a failed fsync is tried again and succeeds without having written.
  data_sync_retry: { accepts: (value) => value === 'off', needed: 'off' },
};

/**
 * Runs on every new append connection, because a server can come back with other settings.
 *
 * @throws Failure `store.unsafe` naming setting and value.
 */
export async function checkServer(
  client: pg.Client,
  durability: 'full' | 'none',
  onMetric: (metric: StoreMetric) => void,
): Promise<void> {
  const { rows } = await client.query<{ name: string; setting: string }>(SETTINGS);
  const values = new Map(rows.map(({ name, setting }) => [name, setting]));
  const version = values.get('server_version_num') ?? '0';
  if (Number(version) < SERVER_VERSION_MIN)
    throw unsafe('server_version_num', version, `${SERVER_VERSION_MIN} or newer`);
  if (durability === 'none') return;
  for (const [setting, { accepts, needed }] of Object.entries(NEEDED)) {
    const value = values.get(setting) ?? 'unknown';
    if (!accepts(value)) throw unsafe(setting, value, needed);
  }
  if (values.get('data_checksums') !== 'on') onMetric({ name: 'warning', setting: 'data_checksums', value: 'off' });
}

const unsafe = (setting: string, value: string, needed: string) =>
  refuse('store.unsafe', { params: { setting, value, needed } });
