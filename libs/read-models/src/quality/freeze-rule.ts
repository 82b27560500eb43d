import type { Day } from '#kernel';
import type { Page, ReadEvent } from '../read-model.js';

/** State key of all that is frozen: little, and asked for by every fact that a freeze may concern. */
const FREEZES_KEY = 'freezes';

interface Edition {
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly entities: readonly string[];
}
interface Freezes {
  /** `AE-DU:2021-H1` */
  readonly halves: readonly string[];
  readonly editions: readonly Edition[];
}
interface CampaignFacts {
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** Number of the part → entities in scope. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
}
interface EntityFacts {
  readonly jurisdiction: string;
}

const NOTHING_FROZEN: Freezes = { halves: [], editions: [] };
/** Facts that frozen figures are made of. The id of their streams begins with the entity. */
const COUNTED: ReadonlySet<string> = new Set(['transaction', 'paper', 'paperStock']);
const TOLD_OF_CAMPAIGNS = ['announced', 'scopeSet', 'figuresFrozen'].map((past) => `gov.sijill.campaign.${past}.v1`);
const REGISTERED = 'gov.sijill.entity.registered.v1';
const NONE: readonly string[] = [];

/** State keys that the rule reads or writes for an event. */
export const freezeKeys = ({ category, type, stream, id }: ReadEvent): readonly string[] => {
  if (COUNTED.has(category)) return [FREEZES_KEY, `entity-${entityOf(id)}`];
  if (category === 'period') return [FREEZES_KEY];
  if (TOLD_OF_CAMPAIGNS.includes(type)) return [stream, FREEZES_KEY];
  return type === REGISTERED ? [stream] : NONE;
};

const entityOf = (id: string): string => id.slice(0, id.indexOf(':'));

/**
 * Whether a fact belongs to a half or an edition whose figures were frozen before it came. It goes by the day of the event itself: a
 * correction is late when its own day is.
 */
export const isLateAfterFreeze = (event: ReadEvent, page: Page): boolean => {
  if (!COUNTED.has(event.category)) {
    tell(event, page);
    return false;
  }
  const { halves, editions } = page.get<Freezes>(FREEZES_KEY) ?? NOTHING_FROZEN;
  if (halves.length === 0 && editions.length === 0) return false;
  const { effectiveDay: day, category, id } = event;
  const entity = entityOf(id);
  const jurisdiction = page.get<EntityFacts>(`entity-${entity}`)?.jurisdiction;
  if (halves.includes(`${jurisdiction}:${halfOf(day)}`)) return true;
  const isCounted = ({ firstDay, lastDay, entities }: Edition) =>
    firstDay <= day && day <= lastDay && entities.includes(entity);
  return category === 'transaction' && editions.some(isCounted);
};

const halfOf = (day: Day): string => `${day.slice(0, 4)}-H${day.slice(5, 7) <= '06' ? 1 : 2}`;

const tell = ({ type, stream, id, data }: ReadEvent, page: Page): void => {
  const freezes = (): Freezes => page.get<Freezes>(FREEZES_KEY) ?? NOTHING_FROZEN;
  const campaign = (): CampaignFacts | undefined => page.get<CampaignFacts>(stream);
  switch (type) {
    case REGISTERED:
      page.set<EntityFacts>(stream, { jurisdiction: String(data.jurisdiction) });
      return;
    case 'gov.sijill.period.frozen.v1':
      page.set<Freezes>(FREEZES_KEY, { ...freezes(), halves: [...freezes().halves, id] });
      return;
    case 'gov.sijill.period.reopened.v1':
      page.set<Freezes>(FREEZES_KEY, { ...freezes(), halves: freezes().halves.filter((half) => half !== id) });
      return;
    case 'gov.sijill.campaign.announced.v1': {
      const { firstDay, lastDay } = data as { firstDay: Day; lastDay: Day };
      page.set<CampaignFacts>(stream, { firstDay, lastDay, parts: {} });
      return;
    }
    case 'gov.sijill.campaign.scopeSet.v1': {
      const { part, entityIds } = data as { part: number; entityIds: readonly string[] };
      const known = campaign();
      if (known) page.set<CampaignFacts>(stream, { ...known, parts: { ...known.parts, [part]: entityIds } });
      return;
    }
    case 'gov.sijill.campaign.figuresFrozen.v1': {
      const known = campaign();
      if (!known) return;
      const { parts, ...days } = known;
      const edition = { ...days, entities: [...new Set(Object.values(parts).flat())] };
      page.set<Freezes>(FREEZES_KEY, { ...freezes(), editions: [...freezes().editions, edition] });
      return;
    }
    default:
  }
};
