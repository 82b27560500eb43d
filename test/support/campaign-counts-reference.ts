import {
  type Counted,
  type Data,
  dayOf,
  type EditionTold,
  nounOf,
  type Told,
  type World,
} from './campaign-metrics-reference.js';

const HOUR = 3_600_000;

/** Answers of an entity by their days, those of a day as they arrived. */
const answersOf = (told: readonly Told[], entity: string) =>
  told
    .filter((one) => /participant(Joined|Left)/.test(one.type) && one.data.entityId === entity)
    .map((one) => ({ day: dayOf(one.time ?? ''), isJoined: one.type.includes('Joined'), data: one.data as Data }))
    .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));

/** Mode of a centre at an instant: a centre that opens serves. */
const modeAt = (visible: readonly Told[], centre: string, millis: number): string => {
  const changes = visible
    .filter((one) => one.stream === `centre-${centre}` && nounOf(one) === 'centre.modeChanged')
    .filter((one) => Date.parse(one.time ?? '') <= millis)
    .map((one, at) => ({ at, millis: Date.parse(one.time ?? ''), mode: one.data.mode as string }))
    .sort((one, other) => one.millis - other.millis || one.at - other.at);
  return changes.at(-1)?.mode ?? 'serving';
};

/** Counts of an edition in the order of the data set's measures; null as `null`. */
export const countsAsTold = (
  world: World,
  edition: EditionTold,
  days: readonly string[],
): readonly (number | string)[] => {
  const { visible, counted, isFrozen } = world;
  const { announced, told, scope, parties, isIn } = edition;
  const { firstDay, lastDay } = announced;
  const members = new Map<string, string[]>();
  for (const id of scope.entityIds) members.set(parties(id), [...(members.get(parties(id)) ?? []), id]);
  const during = counted.filter(({ day }) => day >= firstDay && day <= lastDay);
  const inScope = during.filter(isIn);

  let [declared, isDeclared] = [0, false];
  const [joined, left, silent, ready] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [party, ids] of members) {
    const answers = ids.map((id) => answersOf(told, id));
    if (answers.every((list) => list.length === 0)) silent.add(party);
    const lasts = answers.flatMap((list) => list.filter(({ day }) => day <= lastDay).slice(-1));
    lasts.sort((one, other) =>
      one.day < other.day ? 1 : one.day > other.day ? -1 : Number(other.isJoined) - Number(one.isJoined),
    );
    if (lasts[0] && !lasts[0].isJoined) left.add(party);
    for (const list of answers) {
      // Of a day the last answer holds; it holds until the next day with one.
      const held = list.filter((one, at) => list[at + 1]?.day !== one.day);
      const spans = held.map((one, at) => ({ ...one, until: held[at + 1]?.day ?? '9999-12-31' }));
      const there = spans.filter(({ isJoined, day, until }) => isJoined && day <= lastDay && until > firstDay);
      if (there.length > 0) joined.add(party);
      const services = there.flatMap(({ data }) => (data.services === undefined ? [] : [data.services as number]));
      if (services.length > 0) [declared, isDeclared] = [declared + Math.max(...services), true];
      const eve = spans.find(({ day, until }) => day < firstDay && until >= firstDay);
      const channels = (eve?.data.readiness ?? []) as { ready: boolean }[];
      if (eve?.isJoined && channels.length > 0 && channels.every((one) => one.ready)) ready.add(party);
    }
  }
  const activeParties = new Set(inScope.filter(({ received }) => received > 0n).map(({ entity }) => parties(entity)));
  const offered = (service: string) =>
    visible.some(
      (one) =>
        one.stream === `service-${service}` &&
        nounOf(one) === 'service.channelOffered' &&
        one.data.channel !== 'counter',
    );
  const paid = new Map<string, bigint>();
  for (const one of inScope) paid.set(one.service, (paid.get(one.service) ?? 0n) + one.paid);
  const isAware = (centre: string, from: number, hours: number) =>
    Array.from({ length: hours }, (_, at) => modeAt(visible, centre, from + at * HOUR)).every(
      (mode) => mode === 'awareness',
    );
  const awareAtAll = (centre: string, day: string) =>
    Array.from({ length: 24 }, (_, at) =>
      modeAt(visible, centre, Date.parse(`${day}T00:00:00+04:00`) + at * HOUR),
    ).includes('awareness');
  const served = ({ class: name, centre, at }: Counted) =>
    name === 'counter' &&
    centre !== undefined &&
    at !== undefined &&
    scope.centreIds.includes(centre) &&
    isAware(centre, Math.floor(Date.parse(at) / HOUR) * HOUR, 1);
  const acts = told.filter((one) => nounOf(one) === 'campaign.awarenessHeld').map(({ data }) => data);
  const isByService = scope.serviceIds.length > 0;
  const active = [...activeParties].filter((party) => joined.has(party)).length;
  return [
    `${joined.size === 0 ? 'null' : `${active}/${joined.size}`}`,
    ...[members.size, joined.size, left.size, silent.size, ready.size, active, isDeclared ? declared : 'null'],
    isByService ? scope.serviceIds.length : 'null',
    isByService && !isFrozen ? scope.serviceIds.filter(offered).length : 'null',
    [...paid.values()].filter((sum) => sum > 0n).length,
    scope.centreIds.length,
    scope.centreIds.filter((centre) => days.every((day) => awareAtAll(centre, day))).length,
    new Set(during.filter(served).map(({ centre }) => centre)).size,
    ...[scope.kioskIds.length, acts.length, acts.reduce((sum, { attendance }) => sum + (attendance ?? 0), 0)],
  ];
};
