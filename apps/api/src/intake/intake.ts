import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { EventStore } from '#event-store';
import { Failure, type FailureRule, instantText } from '#kernel';
import {
  type Answer,
  acceptData,
  acceptTime,
  type Fact,
  ledgerFailures,
  lookUp,
  type Reference,
  type Stream,
  streamNameOf,
  streamOfType,
} from '#ledger';
import { type Caller, mayUseSource } from '../access/caller.js';
import type { Metrics } from '../operations/metrics.js';
import { refuse } from '../problems/failures.js';
import { EVENT_STORE, METRICS, VAULT } from '../tokens.js';
import { personalIn, personalProvenance, subjectOf } from '../vault/personal-provenance.js';
import type { Vault } from '../vault/vault.js';
import { inOrder, type Placed } from './batch.js';
import { checkAgreement, checkEnvelope, type Envelope } from './envelope.js';
import { provenanceOf } from './provenance.js';
import { commands } from './records.js';
import { ReferenceMemory } from './reference-memory.js';
import { rehearsalStore } from './rehearsal-store.js';
import type { Item } from './submission.js';

/** What became of one item. */
export type Outcome = { readonly answer: Answer } | { readonly failure: Failure };

/** An item that passed every check that needs no look at the journal. */
interface Accepted extends Placed {
  readonly envelope: Envelope;
  readonly fact: Fact;
  readonly home: Stream;
  readonly named: readonly Reference[];
}

/** Where the schema of a type is, as `dataschema` may say it. */
export const schemaName = (type: string): string => `urn:sijill:schema:${type}`;

/** From an item of a request to a fact in the journal, or the rule that refuses it. */
@Injectable()
export class Intake {
  private readonly memory: ReferenceMemory;

  constructor(
    private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(VAULT) private readonly vault: Vault,
  ) {
    this.memory = new ReferenceMemory(store);
  }

  /**
   * Records items of one request; outcomes stand in their order, whatever became of the neighbours. Durable on return.
   * @param isDryRun judge them only, each as if the earlier ones had been recorded
   */
  async take(items: readonly Item[], caller: Caller, isDryRun: boolean): Promise<readonly Outcome[]> {
    const recorded = instantText(BigInt(Date.now()) * 1000n);
    const rehearsal = isDryRun ? rehearsalStore(this.store) : undefined;
    const outcomes = new Map<number, Outcome>();
    const accepted: (Accepted & { readonly index: number })[] = [];
    for (const [index, item] of items.entries()) {
      try {
        accepted.push(Object.assign(accept(item, caller, recorded), { index }));
      } catch (error) {
        outcomes.set(index, refusal(error));
      }
    }
    const unsettled = new Map<string, Failure>();
    await inOrder(accepted, async (item) => {
      const obstacle = obstacleOf(item, unsettled);
      const recording = obstacle ? Promise.reject(obstacle) : this.record(item, caller, rehearsal);
      const outcome: Outcome = await recording.then((answer) => ({ answer }), refusal);
      if ('failure' in outcome && outcome.failure.isRetryable) unsettled.set(item.stream, outcome.failure);
      outcomes.set(item.index, outcome);
    });
    const inRequestOrder = items.map((_, index) => outcomes.get(index) as Outcome);
    if (!isDryRun) this.count(inRequestOrder);
    return inRequestOrder;
  }

  private async record(item: Accepted, caller: Caller, rehearsal: EventStore | undefined): Promise<Answer> {
    const { envelope, fact, home, named } = item;
    const refer = await lookUp(rehearsal ?? this.store, named, await this.hints(named, rehearsal));
    const isSteward = caller.roles.has('steward');
    const command = commands.get(home.category);
    if (command === undefined) throw new TypeError(`no command for ${home.category}`);
    const said = await this.said(envelope, caller.actor, rehearsal !== undefined);
    const submitted = { fact: said.data === undefined ? fact : { ...fact, data: said.data }, isSteward, refer };
    const answer = await this.bus.execute(new command(submitted, said.provenance, rehearsal));
    if (rehearsal === undefined && !answer.isDuplicate) this.memory.forget(item.stream);
    return answer;
  }

  /** Who said what. Personal members never go further than this in clear: `data` are what the rules see instead. */
  private async said(envelope: Envelope, actor: string, isDryRun: boolean) {
    const members = personalIn(envelope);
    if (members.length === 0) return { provenance: provenanceOf(envelope, actor), data: undefined };
    const subject = await subjectOf(envelope, this.vault, isDryRun);
    return personalProvenance(envelope, members, subject, actor);
  }

  /** Remembered facts help the real journal only: a dry run has imagined streams as well. */
  private async hints(named: readonly Reference[], rehearsal: EventStore | undefined) {
    const nearestIds = this.memory.nearestIds.bind(this.memory);
    if (rehearsal !== undefined) return { nearestIds };
    await Promise.all(named.map(({ category, id }) => this.memory.refresh(category, id)));
    return { nearestIds, known: this.memory.known.bind(this.memory) };
  }

  private count(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const isRejected = 'failure' in outcome;
      if (isRejected) this.metrics.intakeRejected.inc({ code: outcome.failure.code });
      const kind = isRejected ? 'rejected' : outcome.answer.isDuplicate ? 'duplicate' : 'created';
      this.metrics.intakeEvents.inc({ outcome: kind });
    }
  }
}

/**
 * Why an item must not be tried yet: an earlier one of its stream, or of a stream that it names, may succeed when it is sent again.
 * Going on without it would put the later fact before it, and the repeat would be refused.
 */
const obstacleOf = ({ stream, references }: Placed, unsettled: ReadonlyMap<string, Failure>): Failure | undefined =>
  unsettled.size === 0 ? undefined : [stream, ...references].map((name) => unsettled.get(name)).find(Boolean);

/** A refusal is an outcome; any other error is a fault of ours and ends the request. */
function refusal(error: unknown): { readonly failure: Failure } {
  if (error instanceof Failure) return { failure: error };
  throw error;
}

/** Envelope, type, data, time, rights, agreement: in this order, each before anything is read. */
function accept(item: Item, caller: Caller, recorded: string): Accepted {
  if ('failure' in item) throw item.failure;
  const envelope = checkEnvelope(item.event);
  const { type, source, time, data } = envelope;
  const home = streamOfType(type);
  const faults = acceptData(type, data);
  if (faults.length > 0) throw ledgerFailure('event.invalid', { type }, faults);
  if (time.slice(0, 4) > LAST_YEAR) throw ledgerFailure('time.inFuture', { time });
  acceptTime(time, recorded);
  checkRights(envelope, home, caller);
  const fact: Fact = { type, data: data as object, time, source, recorded };
  const stream = streamNameOf(home, fact.data);
  checkAgreement(envelope, stream.slice(home.category.length + 1), [schemaName(type)]);
  const named = home.references(fact);
  return { envelope, fact, home, named, stream, references: named.map(({ category, id }) => `${category}-${id}`) };
}

/** Beyond it the calendar of the ledger ends, so no arithmetic can say how far ahead a time lies. */
const LAST_YEAR = '2200';

function ledgerFailure(code: string, params: Failure['params'], faults: Failure['faults'] = []): Failure {
  const rule = (ledgerFailures as Record<string, FailureRule>)[code];
  if (rule === undefined) throw new TypeError(`the ledger has no rule ${code}`);
  return new Failure(code, rule, params, faults);
}

function checkRights({ type, source }: Envelope, home: Stream, caller: Caller): void {
  if (caller.roles.has('steward')) return;
  if (home.stewardOnly.includes(type)) throw refuse('role.forbidden', { params: { needed: 'steward', type } });
  if (!mayUseSource(caller, source)) {
    throw refuse('source.forbidden', { params: { source, allowed: caller.sources.join(', ') || '-' } });
  }
}
