import type { DataSource, EntityManager } from 'typeorm';
import { onConnection } from '../snapshot.js';
import { refuse } from './failures.js';
import type { ReplayReport } from './job.js';

export type ReplayState = 'waiting' | 'running' | 'held' | 'done' | 'failed' | 'cancelled' | 'expired';
export type ReplayKind = 'asof' | 'rebuild';

/** What somebody asks for. Everything in it was checked. */
export interface ReplayRequest {
  readonly kind: ReplayKind;
  readonly projection: string;
  /** Who asks; sees, cancels and is counted by it. */
  readonly client: string;
  /** As asked, to be told again. */
  readonly request: Readonly<Record<string, string | boolean>>;
  /** Last event to take in; a rebuild goes as far as the live projection. */
  readonly target?: bigint;
  /** Another replay of the same client to compare with. */
  readonly compareId?: string;
  readonly idempotencyKey?: string;
}

/** A replay or rebuild, as the api tells of it. Positions are decimal texts; times are instants. */
export interface Replay {
  readonly id: string;
  readonly kind: ReplayKind;
  readonly projection: string;
  readonly version: number | null;
  readonly client: string;
  readonly request: Readonly<Record<string, string | boolean>>;
  readonly state: ReplayState;
  readonly isCancelled: boolean;
  readonly confirmedBy: string | null;
  readonly position: string | null;
  readonly target: string | null;
  /** Positions a second since a worker took it up; null while nobody works on it. */
  readonly rate: number | null;
  readonly rows: number | null;
  readonly hash: string | null;
  readonly report: ReplayReport | null;
  readonly failure: { readonly code: string; readonly position: string | null } | null;
  readonly madeAt: string;
  readonly finishedAt: string | null;
  readonly expiresAt: string | null;
}

export interface ReplayQuota {
  /** Under way, of one client. */
  readonly running: number;
  /** Of all replays of one client together. */
  readonly rows: number;
}
export const REPLAY_QUOTA: ReplayQuota = { running: 2, rows: 20_000_000 };
const KEY_HOURS = 24;
const LISTED_MAX = 100;

const time = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "${column.replace(/_at$/, 'At')}"`;
const COLUMNS = `id::text, kind, projection, version, client, request, state, cancelled_by is not null as "isCancelled",
  confirmed_by as "confirmedBy", nullif(position, -1)::text as position, target::text,
  case when state = 'running' and updated_at > claimed_at
       then round((position - claimed_position) / extract(epoch from updated_at - claimed_at))::float end as rate,
  rows::float, hash, report, ${time('made_at')}, ${time('finished_at')}, ${time('expires_at')},
  case when failure_code is not null then json_build_object('code', failure_code, 'position', failure_position::text) end as failure`;
const ONE = `select ${COLUMNS} from projector.replay where id = $1 and kind = $2`;
const LIST = `select ${COLUMNS} from projector.replay where kind = $1 and ($2::text is null or client = $2)
  and ($3::text is null or projection = $3) order by replay.id desc limit ${LISTED_MAX}`;
const OPEN = `select ${COLUMNS} from projector.replay where kind = 'rebuild' and state in ('waiting', 'running', 'held') order by replay.id`;
// One request of a client at a time: what it may still ask for, and whether it has asked the same before, is then certain.
const ALONE = `select pg_advisory_xact_lock(hashtextextended('replays of ' || $1, 0))`;
const KEYED = `select id, request::text as request, kind, projection from projector.replay
  where client = $1 and idempotency_key = $2 and made_at > now() - interval '${KEY_HOURS} hours' order by id desc limit 1`;
const USED = `select count(*) filter (where state in ('waiting', 'running'))::int as running,
       coalesce(sum(rows) filter (where state = 'done'), 0)::float as rows
  from projector.replay where client = $1 and kind = 'asof' and cancelled_by is null`;
const ASK = `insert into projector.replay (kind, projection, client, idempotency_key, request, target, rows_max, compare_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`;
const CANCEL = `update projector.replay set cancelled_by = coalesce(cancelled_by, $2) where id = $1
  and (state in ('waiting', 'running', 'held') or kind = 'asof' and state = 'done')`;
const CONFIRM = `update projector.replay set state = 'waiting', confirmed_by = $2 where id = $1 and state = 'held' and cancelled_by is null`;

/** Where replays and rebuilds are asked for and looked after; a worker does them. */
export class ReplayDesk {
  constructor(
    private readonly source: DataSource,
    private readonly quota: ReplayQuota = REPLAY_QUOTA,
  ) {}

  /**
   * Records the wish; durable when it resolves.
   *
   * @returns The replay, and whether the same request with the same key had made it before.
   * @throws Failure `replay.tooMany`, `replay.tooLarge`, `idempotencyKey.reused`, `replay.unknown`, `replay.unfinished`,
   *   `replay.otherProjection`.
   */
  async ask(asked: ReplayRequest): Promise<{ readonly replay: Replay; readonly isRepeat: boolean }> {
    const made = await onConnection(this.source, async (runner) => {
      const { manager } = runner;
      await runner.startTransaction();
      await manager.query(ALONE, [asked.client]);
      const known = await this.known(asked, manager);
      if (known !== undefined) return { id: known, isRepeat: true };
      const rowsMax = asked.kind === 'asof' ? await this.rowsLeft(asked.client, manager) : undefined;
      if (asked.compareId !== undefined) await this.checkOther(asked.compareId, asked, manager);
      const { kind, projection, client, idempotencyKey, request, target, compareId } = asked;
      const limits = [target?.toString(), rowsMax, compareId];
      const values = [kind, projection, client, idempotencyKey, JSON.stringify(request), ...limits];
      const [{ id }] = (await manager.query(ASK, values)) as [{ id: string }];
      await runner.commitTransaction();
      return { id, isRepeat: false };
    });
    return { replay: await this.read(made.id, asked.kind), isRepeat: made.isRepeat };
  }

  /** @throws Failure `replay.unknown` */
  async read(id: string, kind: ReplayKind): Promise<Replay> {
    const [row] = await this.query<Replay[]>(ONE, [id, kind]);
    if (!row) throw refuse('replay.unknown', { params: { id } });
    return row;
  }

  /** The newest hundred: those of a client, or the rebuilds of a projection. */
  list(kind: ReplayKind, of: { readonly client?: string; readonly projection?: string }): Promise<readonly Replay[]> {
    return this.query(LIST, [kind, of.client, of.projection]);
  }

  /** Rebuilds that somebody works on or waits for. */
  openRebuilds(): Promise<readonly Replay[]> {
    return this.query(OPEN);
  }

  /** Ends it and drops its tables soon after. @throws Failure `replay.finished` when there is nothing left to end. */
  async cancel(replay: Replay, client: string): Promise<Replay> {
    const [, changed] = await this.query<[unknown, number]>(CANCEL, [replay.id, client]);
    return changed > 0 ? this.read(replay.id, replay.kind) : this.finished(replay);
  }

  /** Lets a rebuild take the place of the live tables although they differ. @throws Failure `replay.finished` */
  async confirm(replay: Replay, client: string): Promise<Replay> {
    const [, changed] = await this.query<[unknown, number]>(CONFIRM, [replay.id, client]);
    return changed > 0 ? this.read(replay.id, replay.kind) : this.finished(replay);
  }

  private query<T>(text: string, values?: unknown[]): Promise<T> {
    return onConnection(this.source, (runner) => runner.query(text, values)) as Promise<T>;
  }

  private async finished({ id, kind }: Replay): Promise<never> {
    throw refuse('replay.finished', { params: { id, state: (await this.read(id, kind)).state } });
  }

  private async known(asked: ReplayRequest, manager: EntityManager): Promise<string | undefined> {
    if (asked.idempotencyKey === undefined) return undefined;
    const [row] = (await manager.query(KEYED, [asked.client, asked.idempotencyKey])) as {
      id: string;
      request: string;
      kind: string;
      projection: string;
    }[];
    if (!row) return undefined;
    const isSame =
      row.request === JSON.stringify(asked.request) && row.kind === asked.kind && row.projection === asked.projection;
    if (!isSame) throw refuse('idempotencyKey.reused');
    return row.id;
  }

  private async rowsLeft(client: string, manager: EntityManager): Promise<number> {
    const [used] = (await manager.query(USED, [client])) as [{ running: number; rows: number }];
    if (used.running >= this.quota.running)
      throw refuse('replay.tooMany', { params: { most: String(this.quota.running) } });
    if (used.rows >= this.quota.rows) throw refuse('replay.tooLarge', { params: { most: String(this.quota.rows) } });
    return this.quota.rows - used.rows;
  }

  private async checkOther(id: string, { projection, client }: ReplayRequest, manager: EntityManager): Promise<void> {
    const [other] = (await manager.query(ONE, [id, 'asof'])) as Replay[];
    if (other?.client !== client) throw refuse('replay.unknown', { params: { id } });
    if (other.projection !== projection)
      throw refuse('replay.otherProjection', { params: { id, projection: other.projection } });
    if (other.state !== 'done' || other.isCancelled)
      throw refuse('replay.unfinished', { params: { id, state: other.isCancelled ? 'cancelled' : other.state } });
  }
}
