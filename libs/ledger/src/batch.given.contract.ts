import { type EventStore, MemoryEventStore, type StoredEvent } from '#event-store';
import { Failure } from '#kernel';
import { type Posted, recordAll } from './batch.js';
import type { Random } from './drawn.contract.js';
import { provenanceOf } from './funnel.given.contract.js';
import { fact as factOn } from './given.contract.js';
import type { Outcome } from './judgement.js';
import { factsOf, type References, streamNameOf } from './references.js';
import type { Fact } from './stream.js';
import { streamOfType } from './streams.js';

const REGISTRY = 'urn:sijill:registry:desk';
const title = { en: 'Title' };

/** A fact as the intake hands it to a batch. */
export const postedOf = (fact: Fact, id: string, isSteward = false): Posted => {
  const stream = streamOfType(fact.type);
  const name = streamNameOf(stream, fact.data);
  const said = { provenance: provenanceOf(fact, id), fact };
  return { stream, name, fact, isSteward, references: stream.references(fact), say: () => said };
};

export const entity = (entityId: string): Fact => {
  const data = { entityId, title, kind: 'government', jurisdiction: 'AE-DU', from: '2000-01-01' };
  return factOn('gov.sijill.entity.registered.v1', data, { source: REGISTRY });
};

export const service = (serviceId: string, ownerEntityId: string): Fact => {
  const kinds = { kind: 'transactional', flow: 'customer', critical: false, status: 'active' };
  const data = { serviceId, ownerEntityId, title, ...kinds, from: '2000-01-01' };
  return factOn('gov.sijill.service.registered.v1', data, { source: REGISTRY });
};

export const transferred = (serviceId: string): Fact =>
  factOn(
    'gov.sijill.service.transferred.v1',
    { serviceId, toEntityId: 'dm', from: '2020-01-01' },
    { source: REGISTRY },
  );

export const transaction = (past: string, data: object, source = 'urn:sijill:rta:core'): Fact =>
  factOn(`gov.sijill.transaction.${past}.v1`, { entityId: 'rta', ...data }, { source });

const place = { channel: 'app', assisted: false, flow: 'customer', customerCategory: 'resident' };

export const received = (number: string, serviceId = 'permit', feeDue = '0'): Fact =>
  transaction('received', { number, serviceId, ...place, feeDue });

/** One fact of a few streams, so that facts of a batch meet: most are accepted, many repeat, contradict or come too early. */
const drawnFact = (random: Random): Fact => {
  const number = `T-${random.upTo(6)}`;
  const stepId = `step-${random.upTo(3)}`;
  const newEntity = `entity-${random.upTo(3)}`;
  const newService = `service-${random.upTo(3)}`;
  return random.oneOf<() => Fact>([
    () => received(number),
    () => received(number, random.oneOf(['permit', 'permit', newService, 'nothing']), random.oneOf(['0', '100'])),
    () => transaction('started', { number, serviceId: random.oneOf(['permit', newService]), channel: 'app' }),
    () =>
      transaction('stepCompleted', { number, stepId, mode: 'electronic', actor: random.oneOf(['staff', 'system']) }),
    () => transaction('stepCompleted', { number, stepId, mode: 'manual', actor: 'staff', fromEntityId: newEntity }),
    () => transaction('documentSubmitted', { number, documentId: stepId, form: 'paper', sheets: 2, reused: false }),
    () => transaction('completed', { number, intended: true, delivery: random.oneOf(['electronic', 'paper']) }),
    () => transaction('stepCompleted', { number, stepId, mode: 'manual', actor: 'staff' }, 'urn:sijill:dewa:core'),
    () => entity(newEntity),
    () => service(newService, random.oneOf(['rta', newEntity])),
    () => transferred(random.oneOf(['permit', newService, newService, newService])),
  ])();
};

/** A batch of facts; some have the id of an earlier one, with its content or with their own. */
export const drawnBatch = (random: Random, label: string): readonly Posted[] => {
  const batch: Posted[] = [];
  const facts = 1 + random.upTo(40);
  for (let nth = 0; nth < facts; nth++) {
    const repeat = batch.length > 0 && random.upTo(8) === 0 ? random.upTo(batch.length) : undefined;
    const earlier = repeat === undefined ? undefined : (batch[repeat] as Posted).fact;
    const fact =
      earlier === undefined
        ? drawnFact(random)
        : random.oneOf([earlier, earlier, { ...earlier, time: '2020-04-13T09:00:01+04:00' }, drawnFact(random)]);
    batch.push(postedOf(fact, `${label}-${repeat ?? nth}`, fact.source === REGISTRY && random.upTo(10) > 0));
  }
  return batch;
};

/** A memory like the api's: what it found it keeps until it is told of a write. */
export const remembering = (store: EventStore): References => {
  const known = new Map<string, NonNullable<Awaited<ReturnType<typeof factsOf>>>>();
  return {
    find: (category, id) => {
      const name = `${category}-${id}`;
      const keep = (facts: Awaited<ReturnType<typeof factsOf>>) => {
        if (facts !== undefined) known.set(name, facts);
        return facts;
      };
      return known.get(name) ?? factsOf(store, category, id).then(keep);
    },
    nearestIds: () => [],
    forget: (name) => void known.delete(name),
  };
};

/** A journal in which the entities rta and dm and the service permit are recorded. The clock stands still on the day of the facts. */
export const freshStore = async (order: 'dense' | 'sparse' = 'dense'): Promise<MemoryEventStore> => {
  const store = new MemoryEventStore(() => 1_586_779_200_000_000n, order);
  const opened = [entity('rta'), entity('dm'), service('permit', 'rta')].map((fact, nth) =>
    postedOf(fact, `o-${nth}`, true),
  );
  for (const outcome of await recordAll(store, opened, remembering(store))) {
    if ('failure' in outcome) throw outcome.failure;
  }
  return store;
};

/** Sends facts one after the other, each alone: what a batch is measured by. */
export const oneByOne = async (store: EventStore, batch: readonly Posted[]): Promise<readonly Outcome[]> => {
  const references = remembering(store);
  const outcomes: Outcome[] = [];
  for (const one of batch) outcomes.push(...(await recordAll(store, [one], references)));
  return outcomes;
};

export const journalOf = async (store: EventStore): Promise<readonly StoredEvent[]> =>
  (await store.readAll({ max: 1_000 })).events;

/** Events by stream, without what chance gave them: salts, MACs and the order of streams among each other. */
export const streamsOf = (journal: readonly StoredEvent[]): object => {
  const streams: Record<string, unknown[]> = {};
  for (const { stream, salt: _, requestMac: __, position: ___, data, ...event } of journal) {
    streams[stream] ??= [];
    streams[stream].push({ ...event, data: Buffer.from(data).toString() });
  }
  return streams;
};

/** Outcomes with places as stream and revision, looked up by their positions: a wrong position shows. */
export const told = (outcomes: readonly Outcome[], journal: readonly StoredEvent[]): readonly unknown[] => {
  const events = new Map(journal.map((event) => [event.position, event]));
  const placeAt = (position: bigint) => {
    const event = events.get(position);
    return `${event?.stream}@${event?.revision}`;
  };
  return outcomes.map((outcome) => {
    if (outcome === undefined) throw new TypeError('a fact without an outcome');
    if ('answer' in outcome) return { ...outcome.answer, position: placeAt(outcome.answer.position) };
    const { code, params, faults } = outcome.failure as Failure;
    const position = params.position === undefined ? {} : { position: placeAt(BigInt(params.position)) };
    return { code, params: { ...params, ...position }, faults };
  });
};
