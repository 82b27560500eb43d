import { Inject, Injectable } from '@nestjs/common';
import { type EventStore, eventStoreFailures, type StoredEvent } from '#event-store';
import { canonicalText, failingWith, type Json, parseJson } from '#kernel';
import { dataClassOf, personalMembers } from '#ledger';
import { EVENT_STORE, VAULT } from '../tokens.js';
import { openField, type PersonalEnvelope } from './personal-fields.js';
import type { Vault } from './vault.js';

const refuse = failingWith(eventStoreFailures);

type Data = Readonly<Record<string, Json>>;
interface Sealed {
  readonly event: StoredEvent;
  readonly data: Data;
  /** Member → what stands in its place. */
  readonly envelopes: readonly (readonly [member: string, envelope: PersonalEnvelope])[];
}

/** Opens what was sealed at the door, for readers who may see it. */
@Injectable()
export class PersonalReader {
  constructor(
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /**
   * Data of events with their personal values in clear, as JSON texts in the order given. What belongs to a person who was erased, or
   * is about to be, stays an envelope and says so (`erased`); where the key is lost without that, it stays as it is stored.
   *
   * @throws Failure `store.corrupt` when a value is not what was sealed.
   */
  async open(events: readonly StoredEvent[]): Promise<readonly string[]> {
    const sealed = events.map(sealedOf);
    const subjectIds = [...new Set(sealed.flatMap(({ envelopes }) => envelopes.map(([, { key }]) => key)))];
    const keys = new Map(subjectIds.length === 0 ? [] : await this.vault.keysOf(subjectIds));
    for (const id of subjectIds) if (!keys.has(id) && (await this.isErased(id))) keys.set(id, null);
    return sealed.map((one) => canonicalText(opened(one, keys)));
  }

  /** The row of an erased person goes after a while; the journal keeps that it was there. */
  private async isErased(subjectId: string): Promise<boolean> {
    return (await this.store.readStream(`subject-${subjectId}`, { max: 1 })).length > 0;
  }
}

const sealedOf = (event: StoredEvent): Sealed => {
  const data = event.isWithheld ? {} : (parseJson(event.data) as Data);
  const envelopes = personalMembers(dataClassOf(event.type)).flatMap((member) => {
    const envelope = (data[member] as { $personal?: PersonalEnvelope } | undefined)?.$personal;
    return envelope === undefined ? [] : [[member, envelope] as const];
  });
  return { event, data, envelopes };
};

const opened = ({ event, data, envelopes }: Sealed, keys: ReadonlyMap<string, Buffer | null>): Json => {
  const values = envelopes.map(([member, envelope]): readonly [string, Json] => {
    const key = keys.get(envelope.key);
    if (key === undefined) return [member, data[member] as Json];
    if (key === null) return [member, { $personal: { ...envelope, erased: true } }];
    return [member, clearValue(event, member, envelope, key)];
  });
  return { ...data, ...Object.fromEntries(values) };
};

const clearValue = (event: StoredEvent, member: string, envelope: PersonalEnvelope, key: Buffer): Json => {
  const place = { source: event.source, id: event.id, pointer: `/data/${member}`, subjectId: envelope.key };
  try {
    return openField({ $personal: envelope }, key, Buffer.from(event.salt), place);
  } catch (cause) {
    throw refuse('store.corrupt', { params: { reason: `a personal value at ${event.position} does not open` }, cause });
  }
};
