import { momentOf } from '../freezes/late.js';
import type { Part } from '../part.js';
import type { Page, ReadEvent } from '../read-model.js';
import { type Evolve, type History, learn } from '../spans.js';
import { ENTITY_MERGED } from '../transaction/merged.js';
import { AssessmentEvent, PeriodTurn, StampBaseline, StampPolicy, UnitSpan } from './tables.js';

const UNIT_TYPES = [
  ...[
    'registered',
    'channelOffered',
    'channelWithdrawn',
    'transferred',
    'activated',
    'suspended',
    'resumed',
    'retired',
  ],
].map((past) => `gov.sijill.service.${past}.v1`);
const ASSESSMENT_TYPES = [
  ...['opened', 'attested', 'waiverGranted', 'waiverRevoked', 'resultAnnounced', 'reopened'].map(
    (past) => `gov.sijill.assessment.${past}.v1`,
  ),
  ...['conferred', 'suspended', 'reinstated', 'withdrawn'].map((past) => `gov.sijill.stamp.${past}.v1`),
];
const POLICIES: readonly unknown[] = ['stamp', 'size-class', 'channel-classes'];

/** What the stamp is derived from beside sheets and transactions, which it reads from their cubes. */
export const stampPart: Part = {
  name: 'stamp',
  version: 3,
  cubes: [],
  rows: [UnitSpan, AssessmentEvent, StampBaseline, StampPolicy, PeriodTurn],
  types: [
    ...UNIT_TYPES,
    ...ASSESSMENT_TYPES,
    ENTITY_MERGED,
    ...['gov.sijill.paperBaseline.set.v1', 'gov.sijill.paperBaseline.revised.v1', 'gov.sijill.policy.adopted.v1'],
    ...['gov.sijill.period.frozen.v1', 'gov.sijill.period.reopened.v1'],
  ],
  keys: ({ category, stream }) => (category === 'service' ? [stream] : []),
  apply(event, page) {
    switch (event.category) {
      case 'service':
        return foldUnit(event, page);
      case 'paperBaseline':
        return foldBaseline(event, page);
      case 'policy':
        return foldPolicy(event, page);
      case 'period':
        return foldPeriod(event, page);
      default:
        return note(event, page);
    }
  },
};

interface Unit {
  readonly entity: string;
  readonly kind: string;
  readonly flow: string;
  readonly status: string;
  /** Channel and the platform that bears it, `app|dubainow`: one may be offered on several. */
  readonly offers: readonly string[];
}

const evolveUnit: Evolve<Unit> = (unit, { type, data }) => {
  const { ownerEntityId, kind, flow, status, channel, platformId = '', toEntityId } = data as Record<string, string>;
  const noun = type.split('.')[3];
  if (!unit || noun === 'registered')
    return { entity: ownerEntityId, kind, flow, status, offers: [] } as unknown as Unit;
  if (unit.status === 'retired' && noun !== 'transferred') return unit; // for good, whatever is dated behind it
  const offer = `${channel}|${platformId}`;
  const others = unit.offers.filter((one) => one !== offer);
  switch (noun) {
    case 'channelOffered':
      return { ...unit, offers: [...others, offer].sort() };
    case 'channelWithdrawn':
      return { ...unit, offers: others };
    case 'transferred':
      return { ...unit, entity: String(toEntityId) };
    case 'activated':
      return unit.status === 'planned' ? { ...unit, status: 'active' } : unit;
    case 'resumed':
      return { ...unit, status: 'active' };
    case 'retired':
      return { ...unit, status: 'retired', offers: [] };
    default:
      return { ...unit, status: 'suspended' };
  }
};

const foldUnit = (event: ReadEvent, page: Page): void => {
  const { stream, id, type, data, effectiveDay } = event;
  const before = page.get<History>(stream);
  const { history, rows } = learn(before, { effectiveDay, type, data }, momentOf(event), evolveUnit);
  page.set(stream, history);
  for (const { content, ...span } of rows) {
    const { offers, ...unit } = content;
    const channels = [...new Set(offers.map((offer) => offer.slice(0, offer.indexOf('|'))))];
    page.put(UnitSpan, { service: id, ...unit, channels, ...span });
  }
  note(event, page);
};

const note = (event: ReadEvent, page: Page): void => {
  const { category, stream, revision, type, knownDay, effectiveDay, data } = event;
  const { entityId = null, half = null, serviceId = null, waiverId = null } = data as Record<string, string>;
  const isUnit = category === 'service';
  page.put(AssessmentEvent, {
    ...{ stream, revision, what: isUnit ? 'unit' : (type.split('.')[3] ?? ''), moment: momentOf(event) },
    ...{ entity: isUnit ? null : entityId, half, service: isUnit ? event.id : serviceId, waiver: waiverId },
    ...{ knownDay, effectiveDay, data: isUnit ? {} : data },
  });
};

const foldBaseline = (event: ReadEvent, page: Page): void => {
  const { entityId, year, sheets, monthly } = event.data as {
    readonly entityId: string;
    readonly year: number;
    readonly sheets: number;
    readonly monthly?: readonly number[];
  };
  page.put(StampBaseline, {
    ...{ entity: entityId, year, revision: event.revision, moment: momentOf(event), sheets },
    monthly: monthly?.map(String) ?? null,
  });
};

const foldPolicy = (event: ReadEvent, page: Page): void => {
  const { policyId, version, from, parameters } = event.data as Record<string, string | number | object>;
  if (!POLICIES.includes(policyId)) return;
  const row = { policy: String(policyId), version: Number(version), fromDay: String(from) };
  page.put(StampPolicy, { ...row, moment: momentOf(event), parameters: parameters as object });
};

const foldPeriod = (event: ReadEvent, page: Page): void => {
  const { jurisdiction, half } = event.data;
  page.put(PeriodTurn, {
    ...{ jurisdiction: String(jurisdiction), half: String(half), revision: event.revision },
    ...{ isFrozen: event.type === 'gov.sijill.period.frozen.v1', knownDay: event.knownDay },
    nth: (event.freezesBefore ?? 0) + 1,
  });
};
