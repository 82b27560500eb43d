import { changeRequests } from '../campaign/requests.js';
import type { Page, ReadEvent } from '../read-model.js';
import { ENTITY_REGISTERED, noteZone, zoneIn, zoneKey } from './entity-zone.js';
import { evolve } from './evolve.js';
import { type EditionDays, entityOf, SURROUNDINGS, TRANSACTION_TYPES, type TransactionFacts } from './facts.js';
import { changeVolume } from './figures.js';
import { ENTITY_MERGED, foldMerger, MERGERS } from './merged.js';
import { changePlatform } from './platform-figures.js';
import { changeSheets } from './sheet-figures.js';
import { changeSteps } from './step-figures.js';
import { DeclaredShare } from './tables.js';

const SERVICE_REGISTERED = 'gov.sijill.service.registered.v1';
const SHARES_DECLARED = 'gov.sijill.service.sharesDeclared.v1';
const CAMPAIGN_ANNOUNCED = 'gov.sijill.campaign.announced.v1';

export const FOLDED_TYPES = [
  ...TRANSACTION_TYPES,
  ENTITY_REGISTERED,
  ENTITY_MERGED,
  SERVICE_REGISTERED,
  SHARES_DECLARED,
  CAMPAIGN_ANNOUNCED,
] as const;

interface ServiceState {
  readonly flow: string;
}
/** Days of all editions announced so far. */
interface EditionsState {
  readonly editions: readonly EditionDays[];
}

const EDITIONS = 'editions';

/** State rows are keyed by stream name; the entity's holds its zone, the service's its flow. */
export const keysOf = (event: ReadEvent): readonly string[] => {
  switch (event.type) {
    case ENTITY_REGISTERED:
    case SERVICE_REGISTERED:
      return [event.stream];
    case ENTITY_MERGED:
      return [MERGERS];
    case CAMPAIGN_ANNOUNCED:
      return [EDITIONS];
    case SHARES_DECLARED:
      return [];
    case 'gov.sijill.transaction.started.v1':
      return [event.stream, zoneKey(entityOf(event.id)), EDITIONS, `service-${event.data.serviceId}`];
    default:
      return [event.stream, zoneKey(entityOf(event.id)), EDITIONS];
  }
};

/** One event into the cubes of channel_volume, electronic_share, platform_activity and, for sheets of transactions, paper. */
export const fold = (event: ReadEvent, page: Page): void => {
  const { type, data } = event;
  if (type === ENTITY_REGISTERED) noteZone(event, page);
  else if (type === SERVICE_REGISTERED) page.set<ServiceState>(event.stream, { flow: String(data.flow) });
  else if (type === SHARES_DECLARED) declare(event, page);
  else if (type === ENTITY_MERGED) foldMerger(event, page);
  else if (type === CAMPAIGN_ANNOUNCED) announce(event, page);
  else foldTransaction(event, page);
};

const declare = ({ id, revision, knownDay, data }: ReadEvent, page: Page): void => {
  const { from, electronicBp } = data;
  page.put(DeclaredShare, {
    service: id,
    revision,
    fromDay: String(from),
    knownDay,
    electronicBp: Number(electronicBp),
  });
};

const announce = ({ data }: ReadEvent, page: Page): void => {
  const known = page.get<EditionsState>(EDITIONS)?.editions ?? [];
  const days = { firstDay: String(data.firstDay), lastDay: String(data.lastDay) };
  page.set<EditionsState>(EDITIONS, { editions: [...known, days] });
};

const foldTransaction = (event: ReadEvent, page: Page): void => {
  const before = page.get<TransactionFacts>(event.stream);
  const zone = zoneIn(page, entityOf(event.id));
  const flow = page.get<ServiceState>(`service-${event.data.serviceId}`)?.flow ?? SURROUNDINGS.flow;
  const { editions } = page.get<EditionsState>(EDITIONS) ?? SURROUNDINGS;
  const after = evolve(before, event, { zone, flow, editions });
  page.set(event.stream, after);
  changeVolume(before, after, event.knownDay, page);
  changeSteps(before, after, event.knownDay, page);
  changePlatform(before, after, event.knownDay, page);
  changeSheets(before, after, event.knownDay, page);
  changeRequests(before, after, event, page);
};
