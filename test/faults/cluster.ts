import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { migrate } from '../../migrations/migrate.js';
import { applyRoles } from '../../migrations/roles.js';
import { freePort, until } from '../support/processes.js';

/** A PostgreSQL of a test's own, durable, that may be killed and comes back on the same port. */
export class Cluster {
  private constructor(
    /** Folder of data, passwords and log. */
    readonly directory: string,
    readonly port: number,
    private readonly durability: 'full' | 'none',
    private postgres: RunningPostgres,
  ) {}

  static async start(directory: string, durability: 'full' | 'none' = 'full'): Promise<Cluster> {
    const port = await freePort();
    return new Cluster(directory, port, durability, await startPostgres({ directory, port, durability }));
  }

  /** A database with the tables of the ledger. */
  async addLedger(name: string): Promise<void> {
    const adminUrl = await this.postgres.createDatabase(name);
    await applyRoles(adminUrl);
    await migrate(adminUrl);
  }

  url(role: string, database: string): string {
    return this.postgres.url(role, database);
  }

  /** Folder with PostgreSQL's own data. */
  get data(): string {
    return join(this.directory, 'cluster');
  }

  get pid(): number {
    return Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  get isRunning(): boolean {
    try {
      return isAlive(this.pid);
    } catch {
      return false; // it has taken its pid file along
    }
  }

  /** Postmaster and all its children, as the system lists them. */
  pids(): number[] {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(this.pid)], { encoding: 'utf8' });
    return [this.pid, ...children.split('\n').filter(Boolean).map(Number)];
  }

  /** SIGKILL: as a crash. SIGQUIT: immediate shutdown. Both leave recovery to the next start. */
  async end(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGINT'): Promise<void> {
    const { pid } = this;
    process.kill(pid, signal);
    await until('PostgreSQL is gone', () => !isAlive(pid), 60);
  }

  async comeBack(): Promise<void> {
    this.postgres = await startPostgres({ directory: this.directory, port: this.port, durability: this.durability });
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
  }

  /** As the administrator. */
  async ask<T extends object>(sql: string, values: readonly unknown[] = [], database = 'sijill'): Promise<T[]> {
    const client = new pg.Client({
      connectionString: this.postgres.url('sijill', database),
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined); // the query below says it, too
    try {
      await client.connect();
      return (await client.query<T>(sql, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
