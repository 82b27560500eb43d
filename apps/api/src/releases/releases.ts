import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { EventStore } from '#event-store';
import { factsOf, type ReferenceFacts } from '#ledger';
import { refuse } from '../problems/failures.js';
import { EVENT_STORE, TODAY } from '../tokens.js';

/** Terms under which everybody may read a data set. */
export type Terms = ReferenceFacts['release'];

/** Data sets that were released to the public. Asked of the journal itself, so that a recall holds from the next question on. */
@Injectable()
export class Releases {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(TODAY) private readonly today: () => string,
  ) {}

  /**
   * Terms under which a reader without a token reads; undefined for a reader with one, who reads by their role.
   *
   * @throws Failure `auth.missing` where the data set is not released: nobody learns more about it.
   */
  async termsFor({ caller }: FastifyRequest, dataSet: string): Promise<Terms | undefined> {
    if (caller !== undefined) return undefined;
    const terms = await this.inForce(dataSet);
    if (terms === undefined) throw refuse('auth.missing');
    return terms;
  }

  /** Undefined: the data set is not released. */
  async inForce(dataSet: string): Promise<Terms | undefined> {
    const terms = (await factsOf(this.store, 'release', dataSet)) as Terms | undefined;
    return terms !== undefined && terms.from <= this.today() ? terms : undefined;
  }
}
