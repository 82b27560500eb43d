import type { EntityManager } from 'typeorm';
import { halfOf } from '#kernel';
import { CHANNEL_CLASSES, type PolicyParameters } from '#ledger';
import { endOf, momentBefore } from '../freezes/late.js';
import type { DataSetQuery } from '../read-model.js';

/** A half as it is judged in one view: up to where knowledge counts, and by which policies. Members are columns of SQL. */
export interface Look {
  readonly view: 'current' | 'frozen';
  /** Null: of all entities. */
  readonly jurisdiction: string | null;
  /** Null: all. Whoever asks for a rank needs all. */
  readonly entities: readonly string[] | null;
  readonly half: string;
  readonly first_day: string;
  readonly last_day: string;
  /** Who went up in another entity by this day is part of it, in the whole half. */
  readonly merged_by: string;
  readonly known_day: string;
  /** What became known on `known_day` after this freeze of it does not count. */
  readonly nth: number;
  readonly moment: string;
  readonly kinds: readonly string[];
  /** Codes of the channels whose class is allowed. */
  readonly channels: readonly string[];
  readonly idle: string;
  readonly weight: number;
  readonly suspends: boolean;
  readonly large: number | null;
  readonly medium: number | null;
  /** `size-class@1 stamp@1` */
  readonly policies: string;
}

/** The day before the one that stands for "no end yet": whoever asks for no day of knowledge asks for all that is known. */
const ALL_KNOWN = '9999-12-30';
const NO_FREEZE = 2_147_483_647;

export const knownOn = ({ knownAt, recordedAt }: DataSetQuery): string =>
  [knownAt, recordedAt].flatMap((day) => (day === undefined ? [] : [day])).sort()[0] ?? ALL_KNOWN;

// Of the months, so that the index answers at once; a half is a matter of months.
const DAYS = `select least((select min(effective_day) from sheets_day_month), (select min(effective_day) from channel_volume_day_month))::text as first,
 greatest((select max(effective_day) from sheets_day_month), (select max(effective_day) from channel_volume_day_month))::text as last`;
const ASSESSED = `select distinct half from assessment_event where half is not null and known_day <= $1`;
const FROZEN = `select jurisdiction, half, known_day::text as known_day, nth from (
  select distinct on (jurisdiction, half) * from period_turn where known_day <= $1
   order by jurisdiction, half, revision desc) t where is_frozen order by jurisdiction, half`;
const POLICIES = `select policy, version, from_day::text as from_day, moment, parameters from stamp_policy
 where moment <= $1 order by version`;

interface PolicyRow {
  readonly policy: string;
  readonly version: number;
  readonly from_day: string;
  readonly moment: string;
  readonly parameters: object;
}
interface FrozenRow {
  readonly jurisdiction: string;
  readonly half: string;
  readonly known_day: string;
  readonly nth: number;
}

/**
 * Every half of which anything is known: as it is known now and, where it is frozen, as it was then.
 *
 * @param entities Those that are looked at. Default all.
 */
export const looksOf = async (
  query: DataSetQuery,
  manager: EntityManager,
  entities: readonly string[] | null = null,
): Promise<readonly Look[]> => {
  const known = knownOn(query);
  const [days] = await manager.query<{ first: string | null; last: string | null }[]>(DAYS);
  const assessed = await manager.query<{ half: string }[]>(ASSESSED, [known]);
  const frozen = await manager.query<FrozenRow[]>(FROZEN, [known]);
  const policies = await manager.query<PolicyRow[]>(POLICIES, [endOf(known)]);
  const halves = new Set(assessed.map(({ half }) => half));
  if (days?.first && days.last) for (const half of halvesOf(days.first, days.last)) halves.add(half);
  const now = { entities, known_day: known, nth: NO_FREEZE, moment: endOf(known) };
  const then = frozen.map(({ jurisdiction, half, known_day, nth }) => ({
    ...{ view: 'frozen' as const, jurisdiction, entities, half, known_day, nth, moment: momentBefore(known_day, nth) },
  }));
  const current = [...halves].map((half) => ({ view: 'current' as const, jurisdiction: null, half, ...now }));
  return [...current, ...then].flatMap((place) => lookAt(place, query, policies));
};

function* halvesOf(first: string, last: string): Iterable<string> {
  const end = halfOf(last).label;
  for (let half = halfOf(first).label; half <= end; half = next(half)) yield half;
}

const next = (half: string): string =>
  half.endsWith('1') ? half.replace('-H1', '-H2') : `${Number(half.slice(0, 4)) + 1}-H1`;

type Place = Pick<Look, 'view' | 'jurisdiction' | 'entities' | 'half' | 'known_day' | 'nth' | 'moment'>;

/** Nothing can be judged without a policy of the stamp that is in force on the last day of the half. */
const lookAt = (place: Place, { effectiveAt }: DataSetQuery, policies: readonly PolicyRow[]): Look[] => {
  const { start, end } = halfOf(place.half);
  const inForce = (policy: string) =>
    policies.findLast((one) => one.policy === policy && one.from_day <= end && one.moment <= place.moment);
  const [stamp, sizeClass, channelClasses] = [inForce('stamp'), inForce('size-class'), inForce('channel-classes')];
  if (stamp === undefined) return [];
  const { countedKinds, allowedChannelClasses, idle, unitWeight, suspendOnLate } =
    stamp.parameters as PolicyParameters['stamp'];
  const borders = sizeClass?.parameters as PolicyParameters['size-class'] | undefined;
  const { classes } = (channelClasses?.parameters as PolicyParameters['channel-classes']) ?? {
    classes: CHANNEL_CLASSES,
  };
  const channels = Object.entries(classes).filter(([, of]) => allowedChannelClasses.includes(of));
  const cited = [channelClasses, sizeClass, stamp].flatMap((one) =>
    one === undefined ? [] : [`${one.policy}@${one.version}`],
  );
  return [
    {
      ...place,
      ...{
        first_day: start,
        last_day: end,
        merged_by: effectiveAt ?? end,
        kinds: countedKinds,
        channels: channels.map(([channel]) => channel),
      },
      ...{ idle, weight: unitWeight, suspends: suspendOnLate, policies: cited.join(' ') },
      ...{ large: borders?.largeAboveSheets ?? null, medium: borders?.mediumAboveSheets ?? null },
    },
  ];
};
