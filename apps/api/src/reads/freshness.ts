import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { DUBAI, dayOfInstant } from '#kernel';
import type { DataSetDescription, DataSetQuery, ProjectionWatch } from '#read-models';
import { refuse } from '../problems/failures.js';
import { EVENT_STORE, PROJECTION_WATCH } from '../tokens.js';

/** How long a reader with a receipt is kept waiting for its own write to show. */
const WAIT_MILLISECONDS_MAX = 2_000;

/** Whether a question can be answered yet, and at all. */
@Injectable()
export class Freshness {
  private firstDay: string | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(PROJECTION_WATCH) private readonly watch: ProjectionWatch,
  ) {}

  /** @throws Failure `projection.behind`, `projection.parked` when the projection has not passed `position` in time. */
  async waitFor(projection: string, position: bigint): Promise<void> {
    if (await this.watch.waitForPosition(projection, position, WAIT_MILLISECONDS_MAX)) return;
    const status = (await this.watch.statuses()).find(({ name }) => name === projection);
    if (status?.parked) throw refuse('projection.parked', { params: { projection, position: status.parked.position } });
    const params = { projection, position: status?.position ?? '-', wanted: String(position) };
    throw refuse('projection.behind', { params });
  }

  /**
   * A day before the ledger began is an error, not an empty answer: nobody can tell "nothing happened" from "nobody wrote it down".
   * @throws Failure `history.unavailable`
   */
  async checkHistory({ knownAtBasis }: DataSetDescription, { knownAt, recordedAt }: DataSetQuery): Promise<void> {
    const asked = [recordedAt, knownAtBasis === 'recorded' ? knownAt : undefined].filter((day) => day !== undefined);
    if (asked.length === 0) return;
    this.firstDay ??= await this.readFirstDay();
    const earliest = this.firstDay;
    const day = asked.find((one) => earliest !== undefined && one < earliest);
    if (day !== undefined && earliest !== undefined) throw refuse('history.unavailable', { params: { day, earliest } });
  }

  private async readFirstDay(): Promise<string | undefined> {
    const [first] = (await this.store.readAll({ max: 1 })).events;
    return first === undefined ? undefined : dayOfInstant(first.recorded, DUBAI);
  }
}
