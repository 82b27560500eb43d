import { chronicle, type RoundFact } from './chronicle.js';
import { randomOf } from './transaction-history.js';

export const ROUNDS = 4;
const TRIES = 48;
const CHANNELS = ['app', 'web', 'counter', 'call'];

/**
 * A small government of its own: entities that merge, services with ties to one another, a platform, a path and a life bundle.
 * Told by chance, in any order of days, and kept where the rules of the ledger accept it. Ids begin with `h<seed>.`.
 */
export const catalogueHistory = (seed: number): readonly RoundFact[] => {
  const random = randomOf(seed);
  const { facts, beginRound, ...ledger } = chronicle();
  const id = (name: string) => `h${seed}.${name}`;
  const day = () => `2020-${String(1 + random.upTo(11)).padStart(2, '0')}-01`;
  const tell = (noun: string, data: Record<string, unknown>) => ledger.tell(noun, data, `${day()}T08:00:00+04:00`);

  for (const name of ['e0', 'e1', 'e2'])
    tell('entity.registered', {
      ...{ entityId: id(name), title: { en: name }, kind: random.oneOf(['government', 'private']) },
      ...{ jurisdiction: 'AE-DU', from: '2019-01-01' },
    });
  tell('platform.launched', {
    ...{ platformId: id('now'), operatorEntityId: id('e0'), title: { en: 'now' }, audience: ['public'], from: day() },
  });
  for (const kind of ['path', 'life'])
    tell('bundle.registered', { bundleId: id(kind), kind, title: { en: kind }, audience: ['citizen'], from: day() });
  for (let at = 0; at < TRIES; at++) {
    beginRound(Math.floor((at * ROUNDS) / TRIES));
    tellByChance({ random, tell, id, day });
  }
  return facts;
};

interface Teller {
  readonly random: ReturnType<typeof randomOf>;
  readonly tell: (noun: string, data: Record<string, unknown>) => void;
  readonly id: (name: string) => string;
  readonly day: () => string;
}

const tellByChance = ({ random, tell, id, day }: Teller): void => {
  const service = () => id(random.oneOf(['s0', 's1', 's2', 's3']));
  const [serviceId, from] = [service(), day()];
  const [bundle, platform] = [id(random.oneOf(['path', 'life'])), id('now')];
  const some = <T>(make: (at: number) => T): T[] => Array.from({ length: random.upTo(2) }, (_, at) => make(at));
  const register = () =>
    tell('service.registered', {
      ...{ serviceId, ownerEntityId: id(random.oneOf(['e0', 'e1', 'e2'])), title: { ar: 'خدمة' }, flow: 'customer' },
      ...{ kind: random.oneOf(['transactional', 'shared']), critical: false, status: 'active', from },
    });
  const edge = { fromServiceId: serviceId, toServiceId: service(), from };
  const pair = { aServiceId: serviceId, bServiceId: service(), from };
  random.oneOf<() => void>([
    ...[register, register, register],
    () => tell('service.channelOffered', { serviceId, channel: random.oneOf(CHANNELS), from }),
    () => tell('service.channelWithdrawn', { serviceId, channel: random.oneOf(CHANNELS), from }),
    () => tell('service.documentsSet', { serviceId, items: some((at) => document(at)), from }),
    () => tell('service.requirementsSet', { serviceId, items: some((at) => ({ id: `r${at}`, text: TEXT })), from }),
    () => tell('service.proceduresSet', { serviceId, steps: some((at) => step(at, random.upTo(1))), from }),
    () => tell('service.sharesDeclared', { serviceId, electronicBp: 2500, manualBp: 7500, from, basis: 'declared' }),
    () => tell('service.described', { serviceId, definition: TEXT }),
    () => tell('service.sharedUsed', { serviceId, sharedServiceId: service(), from }),
    () => tell('service.sharedDropped', { serviceId, sharedServiceId: service(), from }),
    () => tell('service.transferred', { serviceId, toEntityId: id(random.oneOf(['e0', 'e1'])), from }),
    () => tell('service.suspended', { serviceId, from, reason: TEXT }),
    () => tell('service.resumed', { serviceId, from, reason: TEXT }),
    () => (random.upTo(3) === 0 ? tell('service.retired', { serviceId, from, reason: TEXT }) : register()),
    ...[edge, edge, edge].map((data) => () => tell('dependency.declared', data)),
    () => tell('dependency.removed', edge),
    ...[pair, pair].map((data) => () => tell('relation.declared', data)),
    () => tell('relation.removed', pair),
    () => tell('bundle.serviceAdded', { bundleId: bundle, serviceId, from }),
    () => tell('bundle.serviceAdded', { bundleId: id('path'), serviceId, place: 1, from }),
    () => tell('bundle.serviceRemoved', { bundleId: bundle, serviceId, from }),
    () => (random.upTo(3) === 0 ? tell('bundle.retired', { bundleId: bundle, from }) : undefined),
    () => tell('platform.serviceAdded', { platformId: platform, serviceId, from }),
    () => tell('platform.serviceRemoved', { platformId: platform, serviceId, from }),
    () => (random.upTo(3) === 0 ? tell('platform.closed', { platformId: platform, from }) : undefined),
    () => tell('entity.merged', { entityId: id('e1'), intoEntityId: id('e0'), from }),
    () => tell('entity.merged', { entityId: id('e2'), intoEntityId: id('e1'), from }),
  ])();
};

const TEXT = { en: 'text' };
const document = (at: number) => ({ id: `d${at}`, title: TEXT, form: 'either' });
const step = (at: number, manual: number) => ({
  ...{ id: `p${at}`, title: TEXT, mode: manual === 1 ? 'manual' : 'electronic', weight: 1 },
});
