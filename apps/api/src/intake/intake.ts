import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { EventStore } from '#event-store';
import { Failure, type FailureRule, instantText } from '#kernel';
import {
  acceptData,
  acceptTime,
  type Fact,
  factsOf,
  ledgerFailures,
  type Outcome,
  type Posted,
  type References,
  type Said,
  type Stream,
  streamNameOf,
  streamOfType,
} from '#ledger';
import { type Caller, LEDGER, mayUseSource } from '../access/caller.js';
import type { Metrics } from '../operations/metrics.js';
import { refuse } from '../problems/failures.js';
import { EVENT_STORE, METRICS, VAULT } from '../tokens.js';
import { personalIn, personalProvenance, subjectOf } from '../vault/personal-provenance.js';
import type { Vault } from '../vault/vault.js';
import { checkAgreement, checkEnvelope, type Envelope } from './envelope.js';
import { provenanceOf } from './provenance.js';
import { RecordFacts } from './records.js';
import { ReferenceMemory } from './reference-memory.js';
import { rehearsalStore } from './rehearsal-store.js';
import type { Item } from './submission.js';

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
    const outcomes: Outcome[] = [];
    const posted: Posted[] = [];
    const places: number[] = [];
    for (const [at, item] of items.entries()) {
      try {
        posted.push(this.accept(item, caller, recorded, isDryRun));
        places.push(at);
      } catch (error) {
        outcomes[at] = refusal(error);
      }
    }
    const references = rehearsal === undefined ? this.memory : this.imagined(rehearsal);
    const told = await this.bus.execute(new RecordFacts(posted, references, rehearsal));
    for (const [nth, at] of places.entries()) outcomes[at] = told[nth] as Outcome;
    if (!isDryRun) this.count(outcomes);
    return outcomes;
  }

  /** Envelope, type, data, time, rights, agreement: in this order, each before anything is read. */
  private accept(item: Item, caller: Caller, recorded: string, isDryRun: boolean): Posted {
    if ('failure' in item) throw item.failure;
    const envelope = checkEnvelope(item.event);
    const { type, source, time, data } = envelope;
    const stream = streamOfType(type);
    const faults = acceptData(type, data);
    if (faults.length > 0) throw ledgerFailure('event.invalid', { type }, faults);
    if (time.slice(0, 4) > LAST_YEAR) throw ledgerFailure('time.inFuture', { time });
    acceptTime(time, recorded);
    checkRights(envelope, stream, caller);
    const fact: Fact = { type, data: data as object, time, source, recorded };
    const name = streamNameOf(stream, fact.data);
    checkAgreement(envelope, name.slice(stream.category.length + 1), [schemaName(type)]);
    const isSteward = caller.roles.has('steward');
    const say = () => this.said(envelope, fact, caller.actor, isDryRun);
    return { stream, name, fact, isSteward, references: stream.references(fact), say };
  }

  /** Who said what. Personal members never go further than this in clear: the rules see the fact with what is stored instead. */
  private said(envelope: Envelope, fact: Fact, actor: string, isDryRun: boolean): Said | Promise<Said> {
    const members = personalIn(envelope);
    if (members.length === 0) return { provenance: provenanceOf(envelope, actor), fact };
    return subjectOf(envelope, this.vault, isDryRun).then((subject) => {
      const { provenance, data } = personalProvenance(envelope, members, subject, actor);
      return { provenance, fact: { ...fact, data } };
    });
  }

  /** Remembered facts help the real journal only: a dry run has imagined streams as well. */
  private imagined(rehearsal: EventStore): References {
    return {
      find: (category, id) => factsOf(rehearsal, category, id),
      nearestIds: (category, id) => this.memory.nearestIds(category, id),
      forget: () => undefined,
    };
  }

  private count(outcomes: readonly Outcome[]): void {
    const counts = { created: 0, duplicate: 0, rejected: 0 };
    for (const outcome of outcomes) {
      if ('failure' in outcome) this.metrics.intakeRejected.inc({ code: outcome.failure.code });
      counts['failure' in outcome ? 'rejected' : outcome.answer.isDuplicate ? 'duplicate' : 'created']++;
    }
    for (const [outcome, events] of Object.entries(counts)) {
      if (events > 0) this.metrics.intakeEvents.inc({ outcome }, events);
    }
  }
}

/** A refusal is an outcome; any other error is a fault of ours and ends the request. */
function refusal(error: unknown): { readonly failure: Failure } {
  if (error instanceof Failure) return { failure: error };
  throw error;
}

/** Beyond it the calendar of the ledger ends, so no arithmetic can say how far ahead a time lies. */
const LAST_YEAR = '2200';

function ledgerFailure(code: string, params: Failure['params'], faults: Failure['faults'] = []): Failure {
  const rule = (ledgerFailures as Record<string, FailureRule>)[code];
  if (rule === undefined) throw new TypeError(`the ledger has no rule ${code}`);
  return new Failure(code, rule, params, faults);
}

function checkRights({ type, source }: Envelope, home: Stream, caller: Caller): void {
  if (home.ledgerOnly?.includes(type) && caller !== LEDGER) throw ledgerFailure('event.ledgerOnly', { type });
  if (caller.roles.has('steward')) return;
  if (home.stewardOnly.includes(type)) throw refuse('role.forbidden', { params: { needed: 'steward', type } });
  if (!mayUseSource(caller, source)) {
    throw refuse('source.forbidden', { params: { source, allowed: caller.sources.join(', ') || '-' } });
  }
}
