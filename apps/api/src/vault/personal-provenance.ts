import { randomBytes, randomUUID } from 'node:crypto';
import type { StoredEvent } from '#event-store';
import { canonicalBytes, canonicalText, type Json } from '#kernel';
import { dataClassOf, entityOfSource, type Provenance, personalMembers, subjectMember } from '#ledger';
import type { Envelope } from '../intake/envelope.js';
import { isSame, newSalt, pauseByChance, requestMac, requestOf } from '../intake/provenance.js';
import { requestKey, sealField } from './personal-fields.js';
import type { Subject, Vault } from './vault.js';

const KEY_BYTES = 32;

type Data = Readonly<Record<string, Json>>;

/** Personal members that the data really have. */
export function personalIn({ type, data }: Envelope): readonly string[] {
  return personalMembers(dataClassOf(type)).filter((member) => (data as Data)[member] !== undefined);
}

/**
 * The person an event is about. Where the event does not say who that is, it is a person of its own: nothing ties it to another event.
 * In a dry run an unknown person is made up and forgotten.
 */
export async function subjectOf(envelope: Envelope, vault: Vault, isDryRun: boolean): Promise<Subject> {
  const data = envelope.data as Data;
  const member = subjectMember(dataClassOf(envelope.type));
  const named = member === undefined ? undefined : data[member];
  const entityId = typeof data.entityId === 'string' ? data.entityId : entityOfSource(envelope.source);
  const value = typeof named === 'string' ? named : canonicalText([envelope.source, envelope.id]);
  return (
    (await vault.subject({ entityId, value, type: envelope.type }, !isDryRun)) ?? {
      id: randomUUID(),
      key: randomBytes(KEY_BYTES),
    }
  );
}

/** The data with every personal member replaced by its envelope: what is hashed, stored and shown to deciders. */
function sealedData(envelope: Envelope, members: readonly string[], subject: Subject, salt: Buffer): Data {
  const data = envelope.data as Data;
  const { source, id } = envelope;
  const sealed = members.map((member): [string, Json] => {
    const place = { source, id, pointer: `/data/${member}`, subjectId: subject.id };
    return [member, sealField(data[member] as Json, subject.key, salt, place) as unknown as Json];
  });
  return { ...data, ...Object.fromEntries(sealed) };
}

/**
 * Who said it, for an event with personal members, and the data that the rules see instead of the clear ones. The salt of an attempt
 * is in the keys of its fields, so that reading `data` begins an attempt and the next `stamp` belongs to it. The first attempt stores
 * what the rules saw; each further one is sealed anew.
 */
export function personalProvenance(
  envelope: Envelope,
  members: readonly string[],
  subject: Subject,
  actor: string,
): { readonly provenance: Provenance; readonly data: Data } {
  const request = requestOf(envelope, canonicalBytes(envelope.data));
  const macWith = (salt: Uint8Array) => requestMac(requestKey([subject.key], salt), request);
  const sealed = () => {
    const salt = newSalt();
    return { salt, data: sealedData(envelope, members, subject, salt) };
  };
  const first = sealed();
  let prepared: typeof first | undefined = first;
  let attempt: Buffer | undefined;
  const provenance: Provenance = {
    id: envelope.id,
    actor,
    correlation: envelope.correlation,
    causation: envelope.causation,
    get data() {
      const { salt, data } = prepared ?? sealed();
      prepared = undefined;
      attempt = salt;
      return canonicalBytes(data);
    },
    stamp: () => {
      const salt = attempt ?? newSalt();
      attempt = undefined; // a further event of the same fact gets a salt of its own
      return { salt, requestMac: macWith(salt) };
    },
    matches: ({ salt, requestMac: stored }: StoredEvent) => isSame(stored, macWith(salt)),
    pause: pauseByChance,
  };
  return { provenance, data: first.data };
}
