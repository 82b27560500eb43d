import type { PostedFact } from './read-models.js';

/** An event as the ledger learnt it: when, and for which day. */
export interface Dated extends PostedFact {
  readonly knownDay: string;
  readonly effectiveDay: string;
}

export interface ReferenceService {
  readonly service: string;
  readonly entity: string;
  readonly status: string;
  readonly channels: readonly string[];
  readonly platforms: readonly string[];
  readonly bundles: readonly string[];
  readonly shared: readonly string[];
  readonly documents: number | null;
  readonly requirements: number | null;
  readonly electronicBp: number | null;
  /** Modes of its steps; null: not set. */
  readonly steps: readonly string[] | null;
  readonly inside: number;
  readonly outside: number;
  readonly dangling: number;
  readonly relations: number;
}

interface Told {
  owner: string;
  status: string;
  channels: Set<string>;
  shared: Set<string>;
  documents: number | null;
  requirements: number | null;
  electronicBp: number | null;
  steps: string[] | null;
}
// biome-ignore lint/suspicious/noExplicitAny: what an event says depends on its type, and this page only reads it
type Data = any;

/**
 * The catalogue on a day, as known on a day, told the slow and obvious way: every stream replayed by day and arrival. It shares
 * no code with the fold and no SQL with the answer.
 */
export const catalogueOn = (facts: readonly Dated[], effectiveAt: string, knownAt: string): ReferenceService[] => {
  const known = facts.filter(({ knownDay }) => knownDay <= knownAt);
  const streams = new Map<string, Dated[]>();
  for (const fact of known) streams.set(fact.stream, [...(streams.get(fact.stream) ?? []), fact]);
  const [services, successors] = [new Map<string, Told>(), new Map<string, string>()];
  const [edges, relations] = [new Map<string, [string, string]>(), new Map<string, [string, string]>()];
  const [listed, held] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  const firstOwners = new Map<string, string>();
  for (const [stream, told] of streams) {
    const id = stream.slice(stream.indexOf('-') + 1);
    const isGraph = stream.startsWith('graph-');
    const begin = isGraph ? '' : (told[0]?.effectiveDay ?? '');
    if (stream.startsWith('service-')) firstOwners.set(id, ownerAtBeginning(told, begin));
    if (begin > effectiveAt) continue;
    for (const { type, data } of byDay(told, begin).filter(({ effectiveDay }) => effectiveDay <= effectiveAt)) {
      const noun = type.replace('gov.sijill.', '').replace('.v1', '');
      if (noun.startsWith('service.')) tellService(services, id, noun, data);
      else if (noun === 'entity.merged') successors.set(id, (data as Data).intoEntityId);
      else if (isGraph) tellGraph(noun.startsWith('dependency') ? edges : relations, noun, data);
      else if (noun.startsWith('platform.')) tellSet(listed, id, noun, data);
      else if (noun.startsWith('bundle.')) tellSet(held, id, noun, data);
    }
  }
  const heir = (entity: string): string => {
    const next = successors.get(entity);
    return next === undefined ? entity : heir(next);
  };
  const keysWith = (sets: ReadonlyMap<string, Set<string>>, service: string) =>
    [...sets].filter(([, set]) => set.has(service)).map(([key]) => key);
  return [...services].map(([service, told]) => {
    const entity = heir(told.owner);
    const needed = [...edges.values()].filter(([from]) => from === service).map(([, to]) => to);
    const owners = needed.map((to) => services.get(to)?.owner ?? firstOwners.get(to)).map((one) => one && heir(one));
    return {
      ...{ service, entity, status: told.status, channels: [...told.channels], shared: [...told.shared] },
      ...{ documents: told.documents, requirements: told.requirements, electronicBp: told.electronicBp },
      ...{ steps: told.steps, platforms: keysWith(listed, service), bundles: keysWith(held, service) },
      inside: owners.filter((owner) => owner === entity).length,
      outside: owners.filter((owner) => owner !== undefined && owner !== entity).length,
      dangling: owners.filter((owner) => owner === undefined).length,
      relations: [...relations.values()].filter((ends) => ends.includes(service)).length,
    };
  });
};

/** Nothing is said of a stream before it began; of one day in the order of arrival. */
const byDay = (told: readonly Dated[], begin: string): Dated[] =>
  told
    .map((one) => ({ ...one, effectiveDay: one.effectiveDay < begin ? begin : one.effectiveDay }))
    .sort((one, other) => one.effectiveDay.localeCompare(other.effectiveDay));

/** A service that was handed on from its first day belongs to who got it then. */
const ownerAtBeginning = (told: readonly Dated[], begin: string): string => {
  const first = byDay(told, begin).filter(({ effectiveDay }) => effectiveDay === begin);
  return first.reduce((owner, { data }) => (data as Data).toEntityId ?? (data as Data).ownerEntityId ?? owner, '');
};

const tellService = (services: Map<string, Told>, id: string, noun: string, data: Data): void => {
  const entry = services.get(id);
  if (entry === undefined) {
    services.set(id, {
      ...{ owner: data.ownerEntityId, status: data.status, channels: new Set(), shared: new Set() },
      ...{ documents: null, requirements: null, electronicBp: null, steps: null },
    });
    return;
  }
  if (noun === 'service.transferred') entry.owner = data.toEntityId;
  if (entry.status === 'retired') return;
  if (noun === 'service.channelOffered') entry.channels.add(data.channel);
  if (noun === 'service.channelWithdrawn') entry.channels.delete(data.channel);
  if (noun === 'service.sharedUsed') entry.shared.add(data.sharedServiceId);
  if (noun === 'service.sharedDropped') entry.shared.delete(data.sharedServiceId);
  if (noun === 'service.documentsSet') entry.documents = data.items.length;
  if (noun === 'service.requirementsSet') entry.requirements = data.items.length;
  if (noun === 'service.proceduresSet') entry.steps = data.steps.map(({ mode }: { mode: string }) => mode);
  if (noun === 'service.sharesDeclared') entry.electronicBp = data.electronicBp;
  if (noun === 'service.suspended') entry.status = 'suspended';
  if (noun === 'service.resumed') entry.status = 'active';
  if (noun === 'service.retired') entry.status = 'retired';
};

const tellGraph = (edges: Map<string, [string, string]>, noun: string, data: Data): void => {
  const ends: [string, string] = [data.fromServiceId ?? data.aServiceId, data.toServiceId ?? data.bServiceId];
  if (noun.endsWith('declared')) edges.set(ends.join(' '), ends);
  else edges.delete(ends.join(' '));
};

const tellSet = (sets: Map<string, Set<string>>, id: string, noun: string, data: Data): void => {
  const set = sets.get(id) ?? new Set<string>();
  sets.set(id, set);
  if (set.has(OVER)) return;
  if (noun.endsWith('.serviceAdded')) set.add(data.serviceId);
  if (noun.endsWith('.serviceRemoved')) set.delete(data.serviceId);
  if (noun.endsWith('.retired') || noun.endsWith('.closed')) {
    set.clear();
    set.add(OVER); // whatever is dated later: what has ended holds nothing any more
  }
};

const OVER = '(over)';
