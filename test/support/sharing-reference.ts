import { addDays, daysFromTo } from '#kernel';
import { effectiveDay } from '#ledger';
import { chronicle, type RoundFact } from './chronicle.js';
import { heirOf } from './heirs.js';
import { randomOf } from './transaction-history.js';

export const SHARING_ROUNDS = 3;
const TRIES = 30;
const OBSTACLES = ['legal', 'technical', 'willingness'];

/** Three entities that may merge and two agreements between them, told by chance where the rules of the ledger accept it. */
export const sharingHistory = (seed: number): readonly RoundFact[] => {
  const random = randomOf(seed);
  const { facts, tell, beginRound } = chronicle();
  const id = (name: string) => `h${seed}.${name}`;
  const entity = () => id(random.oneOf(['e0', 'e1', 'e2']));
  // Few days, so that those of the questions are among them, the day after an end too.
  const day = () => addDays('2020-01-01', 10 * random.upTo(30));
  const title = { en: 'E' };
  for (const name of ['e0', 'e1', 'e2']) {
    const registered = { entityId: id(name), title, kind: 'government', jurisdiction: 'AE-DU', from: '2019-01-01' };
    tell('entity.registered', registered, '2019-01-01T08:00:00Z');
  }
  for (let at = 0; at < TRIES; at++) {
    beginRound(Math.floor((at * SHARING_ROUNDS) / TRIES));
    const agreementId = id(random.oneOf(['a', 'b']));
    const obstacleId = random.oneOf(['x', 'y']);
    const party = random.oneOf([
      { kind: 'government', entityId: entity() },
      { kind: 'private' },
      { kind: 'nonProfit' },
    ]);
    const proposed = {
      ...{ agreementId, providerEntityId: entity(), party, audience: random.oneOf(['innovator', 'slowStarter']) },
      ...{ dataset: 'd', purpose: { en: 'p' }, legalBasis: 'l', personalData: random.upTo(1) === 0 },
    };
    const delivered = {
      agreementId,
      deliveryId: `d${at}`,
      day: day(),
      rows: random.upTo(500),
      bytes: 1,
      format: 'csv',
    };
    const [noun, data] = random.oneOf<readonly [string, Record<string, unknown>]>([
      ...Array(4).fill(['sharing.proposed', proposed]),
      ...Array(4).fill(['sharing.activated', { agreementId, from: day() }]),
      ...Array(6).fill(['sharing.delivered', delivered]),
      ...Array(3).fill([
        'sharing.ethicsReviewed',
        { agreementId, result: random.oneOf(['passed', 'refused']), by: 'o' },
      ]),
      ...Array(3).fill([
        'sharing.obstacleReported',
        { agreementId, obstacleId, kind: random.oneOf(OBSTACLES), note: { en: 'n' } },
      ]),
      ...Array(2).fill(['sharing.obstacleCleared', { agreementId, obstacleId }]),
      ['sharing.ended', { agreementId, on: day() }],
      ['entity.merged', { entityId: entity(), intoEntityId: entity(), from: day() }],
    ]);
    tell(noun, data, `${day()}T${random.oneOf(['08', '22'])}:00:00Z`);
  }
  return facts;
};

/** One agreement as it stood. */
export interface AgreementOn {
  readonly agreement: string;
  readonly provider: string;
  readonly party: string | null;
  readonly party_kind: string;
  readonly status: string;
  readonly review: string;
  readonly deliveries: number;
  readonly rows: number;
  /** From the proposal to the first day in force; null: not in force by then. */
  readonly days: number | null;
  /** Kinds of those that stand in the way. */
  readonly obstacles: readonly string[];
}

export interface SharingClocks {
  readonly effectiveAt: string;
  readonly from?: string;
  readonly to?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what an event says depends on its type, and this page only reads it
type Data = any;

/** Agreements on a day, from the facts that are known: each stream told again by its days, those of a day as they arrived. */
export const agreementsOn = (known: readonly RoundFact[], { effectiveAt, from, to }: SharingClocks): AgreementOn[] => {
  const noun = ({ type }: RoundFact) => type.replace('gov.sijill.', '').replace('.v1', '');
  const mergers = known
    .filter((fact) => noun(fact) === 'entity.merged')
    .map(({ data }) => ({
      ...{ entity: (data as Data).entityId, into: (data as Data).intoEntityId, from: (data as Data).from },
    }));
  const found: AgreementOn[] = [];
  for (const opening of known.filter((fact) => noun(fact) === 'sharing.proposed')) {
    const begun = effectiveDay(opening);
    if (begun > effectiveAt) continue;
    const told = known
      .filter((fact) => fact.stream === opening.stream)
      .map((fact) => {
        // The last day in force is one of the agreement.
        const day = noun(fact) === 'sharing.ended' ? addDays(effectiveDay(fact), 1) : effectiveDay(fact);
        return { noun: noun(fact), data: fact.data as Data, day: day < begun ? begun : day, own: effectiveDay(fact) };
      })
      .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
    let [status, review, days] = ['proposed', 'none', null as number | null];
    const open = new Map<string, string>();
    for (const { noun: name, data, day } of told) {
      if (day > effectiveAt) break;
      if (name === 'sharing.activated') [status, days] = ['active', daysFromTo(begun, data.from) - 1];
      if (name === 'sharing.ended') status = 'ended';
      if (name === 'sharing.ethicsReviewed') review = data.result;
      if (name === 'sharing.obstacleReported') open.set(data.obstacleId, data.kind);
      if (name === 'sharing.obstacleCleared') open.delete(data.obstacleId);
    }
    const delivered = told.filter(
      ({ noun: name, own }) =>
        name === 'sharing.delivered' && own <= effectiveAt && own >= (from ?? own) && own <= (to ?? own),
    );
    const { agreementId, providerEntityId, party } = opening.data as Data;
    found.push({
      ...{ agreement: agreementId, provider: heirOf(providerEntityId, effectiveAt, mergers), party_kind: party.kind },
      party: party.entityId === undefined ? null : heirOf(party.entityId, effectiveAt, mergers),
      ...{ status, review, days, obstacles: [...open.values()].sort(), deliveries: delivered.length },
      rows: delivered.reduce((sum, { data }) => sum + data.rows, 0),
    });
  }
  return found;
};
