import type { EntityManager } from 'typeorm';
import { type EventStore, eventStoreFailures } from '#event-store';
import { failingWith } from '#kernel';
import { onConnection } from '#read-models';
import { refuse } from '../problems/failures.js';
import type { Vault } from '../vault/vault.js';
import type { ErasureRequest, Person } from './erasure-request.js';
import { heldTypes } from './legal-hold.js';

const refuseErased = failingWith(eventStoreFailures);

export type ErasureState = 'waiting' | 'blocked' | 'erasing' | 'recorded' | 'erased' | 'forgotten' | 'cancelled';

/** An erasure as the api tells of it. Times are instants, null for what has not happened. */
export interface Erasure {
  readonly id: string;
  readonly subjectId: string;
  readonly state: ErasureState;
  readonly legalBasis: string;
  readonly eraseAfterDays: number;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly confirmedBy: string | null;
  readonly confirmedAt: string | null;
  /** Until then it can be cancelled. */
  readonly dueAt: string | null;
  readonly cancelledBy: string | null;
  readonly cancelledAt: string | null;
  /** Of `subject.erased` in the journal. */
  readonly position: string | null;
  readonly recordedAt: string | null;
  readonly erasedAt: string | null;
  /** Backups of the keys that are older must be gone by then; the row that tells who the person was goes, too. */
  readonly forgetAt: string | null;
  readonly forgottenAt: string | null;
}

/** An erasure with a step to take, and SHA-256 of the wrapped key as long as there is one. */
export interface DueErasure extends Erasure {
  readonly keyHash: string | null;
}

/** A client, its wish and the key by which a repeat of it is known. */
export interface Asked extends ErasureRequest {
  readonly client: string;
  readonly idempotencyKey?: string;
}

/** From the confirmation to the event: in the first another process may still know the key, in the second still use it. */
const CACHE_PERIODS = 2;
const TOMBSTONE_DAYS = 30;
const KEY_HOURS = 24;
const LISTED_MAX = 100;
const STEPS_MAX = 100;

const at = (column: string, name: string) =>
  `to_char((${column}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${name}"`;
const COLUMNS = `e.id::text, e.subject_id as "subjectId", e.state, e.legal_basis as "legalBasis", e.erase_after_days as "eraseAfterDays",
  e.asked_by as "askedBy", ${at('e.asked_at', 'askedAt')}, e.confirmed_by as "confirmedBy", ${at('e.confirmed_at', 'confirmedAt')},
  ${at('e.due_at', 'dueAt')}, e.cancelled_by as "cancelledBy", ${at('e.cancelled_at', 'cancelledAt')}, e.position,
  ${at('e.recorded_at', 'recordedAt')}, ${at('e.erased_at', 'erasedAt')},
  ${at(`e.erased_at + interval '${TOMBSTONE_DAYS} days'`, 'forgetAt')}, ${at('e.forgotten_at', 'forgottenAt')}`;
const ONE = `select ${COLUMNS} from vault.erasure e where e.id = $1`;
const LIST = `select ${COLUMNS} from vault.erasure e order by e.id desc limit ${LISTED_MAX}`;
const DUE = `select ${COLUMNS}, encode(sha256(s.wrapped_key), 'hex') as "keyHash"
  from vault.erasure e join vault.subject s using (subject_id)
 where e.state in ('erasing', 'recorded') or (e.state = 'blocked' and e.due_at <= clock_timestamp())
    or (e.state = 'erased' and e.erased_at <= clock_timestamp() - interval '${TOMBSTONE_DAYS} days')
 order by e.id limit ${STEPS_MAX}`;
// One request of a client at a time: whether it has asked the same before is then certain.
const ALONE = `select pg_advisory_xact_lock(hashtextextended('erasures of ' || $1, 0))`;
const KEYED = `select id::text, subject_id = $3 and legal_basis = $4 and erase_after_days = $5 as "isSame" from vault.erasure
  where asked_by = $1 and idempotency_key = $2 and asked_at > clock_timestamp() - interval '${KEY_HOURS} hours' order by id desc limit 1`;
const SUBJECT = `select types, wrapped_key is null as "isErased" from vault.subject where subject_id = $1`;
const ASK = `insert into vault.erasure (subject_id, legal_basis, erase_after_days, asked_by, idempotency_key) values ($1, $2, $3, $4, $5)
  on conflict (subject_id) where state in ('waiting', 'blocked', 'erasing', 'recorded') do nothing returning id::text`;
const UNDER_WAY = `select id::text from vault.erasure where subject_id = $1 and state in ('waiting', 'blocked', 'erasing', 'recorded')`;

/** Where persons are asked to be erased, confirmed and cancelled, and where each step of it is taken once. */
export class ErasureDesk {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
  ) {}

  /**
   * Records the wish of one operator; durable when it resolves. Nothing is blocked yet.
   *
   * @returns The erasure, and whether the same request with the same key had made it before.
   * @throws Failure `subject.unknown`, `subject.erased`, `subject.legalHold`, `erasure.exists`, `idempotencyKey.reused`.
   */
  async ask(asked: Asked): Promise<{ readonly erasure: Erasure; readonly isRepeat: boolean }> {
    const subjectId = await this.idOf(asked.person);
    const made = await onConnection(this.vault.source, async (runner) => {
      const { manager } = runner;
      await runner.startTransaction();
      await manager.query(ALONE, [asked.client]);
      const known = await this.known(subjectId, asked, manager);
      if (known !== undefined) return { id: known, isRepeat: true };
      await this.checkErasable(subjectId, manager);
      const { legalBasis, eraseAfterDays, client, idempotencyKey } = asked;
      const values = [subjectId, legalBasis, eraseAfterDays, client, idempotencyKey];
      const [row] = (await manager.query(ASK, values)) as { id: string }[];
      if (!row) throw await this.underWay(subjectId, manager);
      await runner.commitTransaction();
      return { id: row.id, isRepeat: false };
    });
    return { erasure: await this.read(made.id), isRepeat: made.isRepeat };
  }

  /** @throws Failure `erasure.unknown` */
  async read(id: string): Promise<Erasure> {
    const [row] = await this.query<Erasure[]>(ONE, [id]);
    if (!row) throw refuse('erasure.unknown', { params: { id } });
    return row;
  }

  /** The newest hundred. */
  list(): Promise<readonly Erasure[]> {
    return this.query(LIST);
  }

  /**
   * The word of a second operator: from here on the person is blocked for reading and for new events. Said again by the same one it
   * changes nothing.
   *
   * @throws Failure `erasure.secondNeeded`, `erasure.finished`, `subject.legalHold`.
   */
  async confirm(erasure: Erasure, client: string): Promise<Erasure> {
    if (client === erasure.askedBy) throw refuse('erasure.secondNeeded');
    if (erasure.state === 'waiting') await this.checkErasable(erasure.subjectId);
    const values = [erasure.id, client, CACHE_PERIODS * this.vault.cachedMillisecondsMax];
    const isDone = await this.step('confirm_erasure($1, $2, $3)', values);
    this.vault.forget(erasure.subjectId);
    const now = await this.read(erasure.id);
    if (isDone || (now.confirmedBy === client && now.state !== 'cancelled')) return now;
    throw refuse('erasure.finished', { params: { id: now.id, state: now.state } });
  }

  /** Ends it and opens the person again, as long as nothing of it stands in the journal. @throws Failure `erasure.finished` */
  async cancel(erasure: Erasure, client: string): Promise<Erasure> {
    const isDone = await this.step('cancel_erasure($1, $2)', [erasure.id, client]);
    const now = await this.read(erasure.id);
    if (isDone || now.state === 'cancelled') return now;
    throw refuse('erasure.finished', { params: { id: now.id, state: now.state } });
  }

  /** Erasures whose next step may be taken now, by the clock of the database. */
  due(): Promise<readonly DueErasure[]> {
    return this.query(DUE);
  }

  /** Takes a step of an erasure. @returns Whether this call did it, and not one before or beside it. */
  async step(call: string, values: readonly unknown[]): Promise<boolean> {
    const [row] = await this.query<{ is_done: boolean }[]>(`select vault.${call} as is_done`, values);
    return row?.is_done === true;
  }

  private query<T>(text: string, values: readonly unknown[] = []): Promise<T> {
    return onConnection(this.vault.source, (runner) => runner.query(text, [...values])) as Promise<T>;
  }

  private async idOf(person: Person): Promise<string> {
    const id = 'subjectId' in person ? person.subjectId : await this.vault.idOf(person.entityId, person.customerRef);
    if (id === undefined) throw refuse('subject.unknown');
    return id;
  }

  private async known(subjectId: string, asked: Asked, manager: EntityManager): Promise<string | undefined> {
    const { client, idempotencyKey, legalBasis, eraseAfterDays } = asked;
    if (idempotencyKey === undefined) return undefined;
    const values = [client, idempotencyKey, subjectId, legalBasis, eraseAfterDays];
    const [row] = (await manager.query(KEYED, values)) as { id: string; isSame: boolean }[];
    if (row && !row.isSame) throw refuse('idempotencyKey.reused');
    return row?.id;
  }

  /** @throws Failure `subject.unknown`, `subject.erased`, `subject.legalHold`. */
  async checkErasable(subjectId: string, manager = this.vault.source.manager): Promise<void> {
    const [subject] = (await manager.query(SUBJECT, [subjectId])) as { types: string[]; isErased: boolean }[];
    if (!subject) throw refuse('subject.unknown');
    if (subject.isErased) throw refuseErased('subject.erased');
    const held = await heldTypes(this.store);
    const types = subject.types.filter((type) => held.includes(type));
    if (types.length > 0) throw refuse('subject.legalHold', { params: { types: types.join(', ') } });
  }

  private async underWay(subjectId: string, manager: EntityManager): Promise<Error> {
    const [row] = (await manager.query(UNDER_WAY, [subjectId])) as { id: string }[];
    return refuse('erasure.exists', { params: { id: row?.id ?? '-' } });
  }
}
