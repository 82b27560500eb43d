import { addDays, compare, daysFromTo, type Ratio, ratio } from '#kernel';
import { heirOf } from './heirs.js';
import type { PostedFact } from './read-models.js';

// biome-ignore lint/suspicious/noExplicitAny: what an event says depends on its type, and this page only reads it
type Data = any;
type Told = Omit<PostedFact, 'data'> & { readonly data: Data };

const REMOTE = ['app', 'web', 'kiosk', 'sms', 'chat', 'system', 'call', 'email', 'mail', 'fax'];
const nounOf = ({ type }: Told): string => type.replace('gov.sijill.', '').replace('.v1', '');
const dayOf = (time = ''): string => new Date(Date.parse(time) + 4 * 3_600_000).toISOString().slice(0, 10);
const run = (first: string, last: string) =>
  first > last ? [] : Array.from({ length: daysFromTo(first, last) }, (_, at) => addDays(first, at));
const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();
const plus = (one: Ratio, other: Ratio) => ratio(one.num * other.den + other.num * one.den, one.den * other.den);
export const textOf = (value: Ratio | null): string => {
  if (!value) return 'null';
  let [a, b] = [value.num, value.den];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? '0/1' : `${value.num / a}/${value.den / a}`;
};

/** A request as it finally was. */
interface Received {
  readonly day: string;
  readonly entity: string;
  readonly service: string;
}
const receivedOf = (known: readonly Told[]): readonly Received[] => {
  const streams = new Map<string, Told[]>();
  for (const one of known)
    if (one.stream.startsWith('transaction-')) streams.set(one.stream, [...(streams.get(one.stream) ?? []), one]);
  return [...streams.values()].flatMap((told) => {
    if (told.some((one) => nounOf(one) === 'transaction.voided')) return [];
    const changes = told.filter((one) => nounOf(one) === 'transaction.corrected').map(({ data }) => data.changes);
    const final = Object.assign({}, told[0]?.data, ...changes);
    return [{ day: dayOf(final.receivedAt ?? told[0]?.time), entity: final.entityId, service: final.serviceId }];
  });
};

/** Channels of a service that can be had on a day, or undefined where it is not in scope. */
const channelsOn = (known: readonly Told[], service: string, day: string): readonly string[] | undefined => {
  const told = known.filter((one) => one.stream === `service-${service}` && one.data.from <= day);
  const nouns = [...told].sort((one, other) =>
    one.data.from < other.data.from ? -1 : one.data.from > other.data.from ? 1 : 0,
  );
  if (nouns.length === 0 || nouns.some((one) => nounOf(one) === 'service.suspended')) return undefined;
  const isTouched = (channel: string) =>
    known.some(({ data, ...one }) => {
      const noun = nounOf({ data, ...one });
      const later = (end: string) => known.filter((two) => two.stream === one.stream && nounOf(two) === end);
      if (noun === 'measure.notified') {
        const isHarmless = ['movedRemote', 'staffRemote'].includes(data.effect);
        const ends = [data.until, ...later('measure.lifted').map((two) => two.data.on)].filter(
          (end) => end !== undefined,
        );
        const isIn = data.from <= day && ends.every((end) => end >= day);
        return !isHarmless && isIn && data.serviceIds.includes(service) && data.channels.includes(channel);
      }
      if (noun !== 'outage.started' || data.serviceId !== service) return false;
      const isIn = dayOf(one.time) <= day && later('outage.ended').every((two) => dayOf(two.time) >= day);
      return isIn && (data.channel === undefined || data.channel === channel);
    });
  const offered = told
    .filter((one) => nounOf(one) === 'service.channelOffered')
    .map(({ data }) => data.channel as string);
  return offered.filter((channel) => REMOTE.includes(channel) && !isTouched(channel));
};

/** Measures in force on a day that nobody coordinated by then, or to which the last answer was an objection. */
const uncoordinatedOn = (known: readonly Told[], day: string): readonly { id: string; data: Data }[] =>
  known.flatMap(({ data, ...one }) => {
    if (nounOf({ data, ...one }) !== 'measure.notified') return [];
    const later = known.filter((two) => two.stream === one.stream);
    const ends = [data.until, ...later.filter((two) => nounOf(two) === 'measure.lifted').map((two) => two.data.on)];
    if (data.from > day || ends.some((end) => end !== undefined && end < day)) return [];
    const decided = later.filter((two) => nounOf(two) === 'measure.coordinated' && dayOf(two.time) <= day).at(-1);
    const isAgreed = decided !== undefined && decided.data.decision !== 'objected';
    return isAgreed ? [] : [{ id: `${data.entityId}:${data.measureId}`, data }];
  });

export interface ContinuityQuestion {
  readonly disruption: string;
  /** Services and entities of its jurisdiction. */
  readonly services: Readonly<Record<string, string>>;
  readonly knownAt: string;
  readonly effectiveAt?: string;
  readonly by: 'none' | 'service' | 'entity' | 'day';
}

/** Lines of a disruption: a line a group. */
export const continuityLines = (known: readonly Told[], question: ContinuityQuestion): readonly string[] => {
  const { disruption, services, knownAt, effectiveAt, by } = question;
  const declared = known.find(
    (one) => one.stream === `disruption-${disruption}` && nounOf(one) === 'disruption.declared',
  );
  if (!declared) return [];
  const begun = declared.data.from as string;
  const ended = known.find((one) => one.stream === declared.stream && nounOf(one) === 'disruption.ended')?.data.on;
  const last = [knownAt, ended ?? knownAt].sort()[0] as string;
  const asked = run(begun, last);
  const named = (noun: string) => known.filter((one) => nounOf(one) === noun).map(({ data }) => data);
  const holidays = new Set(named('calendar.holidayDeclared').map(({ day }) => day));
  const mergers = named('entity.merged').map((data) => ({
    entity: data.entityId,
    into: data.intoEntityId,
    from: data.from,
  }));
  const policy = named('policy.adopted')
    .filter(({ from }) => from <= begun)
    .at(-1)?.parameters ?? {
    ...{ expected: 'yearBackTrend', fallback: 'eightWeek', restoredShare: { num: '4', den: '5' }, restoredDays: 7 },
  };
  const before = run(addDays(begun, -56), addDays(begun, -1)).filter((day) => !holidays.has(day));
  const all = receivedOf(known).filter(({ service }) => service in services);

  /** Volume of some requests and what was expected of them, by day. */
  const series = (some: readonly Received[]) => {
    const n = (days: readonly string[]) =>
      BigInt(days.reduce((sum, day) => sum + some.filter((one) => one.day === day).length, 0));
    const back = (day: string) => addDays(day, -364);
    const pairs = before.filter((day) => !holidays.has(back(day)));
    const [now, then] = [n(pairs), n(pairs.map(back))];
    const methods = {
      yearBackTrend: (day: string) =>
        holidays.has(back(day)) || now === 0n || then === 0n ? undefined : ratio(n([back(day)]) * now, then),
      eightWeek: (day: string) => {
        const same = before.filter((one) => weekday(one) === weekday(day));
        return same.length === 0 ? undefined : ratio(n(same), BigInt(same.length));
      },
    };
    const on = (day: string): { method: string; value: Ratio } | undefined => {
      if (some.length === 0 || holidays.has(day)) return undefined; // of whom nothing was ever told nothing is expected
      for (const method of [policy.expected, policy.fallback] as (keyof typeof methods)[]) {
        const value = methods[method](day);
        if (value) return { method, value };
      }
      return undefined;
    };
    return { n, on };
  };
  const heir = (entity: string, day: string) => heirOf(entity, effectiveAt ?? day, mergers);
  const groupOf = (service: string, entity: string, day: string) =>
    ({ none: '', service, entity: heir(entity, day), day })[by];
  /** Sums over a group's days; a day is a group of its own only in what is shown of it. */
  const lineOf = (group: string): string => {
    const shown = by === 'day' ? [group] : asked;
    const isOf = ({ service, entity, day }: Received) => by === 'day' || groupOf(service, entity, day) === group;
    const own = all.filter(isOf);
    const { n, on } = series(own);
    const expected = shown.flatMap((day) => on(day) ?? []);
    const sum = (values: readonly { value: Ratio }[]) =>
      values.reduce((total, { value }) => plus(total, value), ratio(0n));
    const names = ['yearBackTrend', 'eightWeek'].filter((name) => expected.some(({ method }) => method === name));
    const zero = [...new Set(own.map(({ service }) => service))].reduce((count, service) => {
      const alone = series(own.filter((one) => one.service === service));
      const isZero = (day: string) =>
        alone.n([day]) === 0n && compare(alone.on(day)?.value ?? ratio(0n), ratio(1n)) >= 0;
      return count + shown.filter(isZero).length;
    }, 0);
    const { restoredShare, restoredDays } = policy;
    const observed = [addDays(begun, 365), knownAt].sort()[0] as string;
    const restored = run(begun, addDays(observed, 1 - restoredDays)).find((first) => {
      const week = run(first, addDays(first, restoredDays - 1)).filter((day) => on(day) !== undefined);
      const wanted = sum(week.flatMap((day) => on(day) ?? []));
      const [came, share] = [n(week), ratio(BigInt(restoredShare.num), BigInt(restoredShare.den))];
      return wanted.num > 0n && came * wanted.den * share.den >= wanted.num * share.num;
    });
    const inScope = (day: string) =>
      Object.entries(services).flatMap(([service, entity]) => {
        const isOfGroup = by === 'day' || groupOf(service, entity, day) === group;
        const channels = isOfGroup ? channelsOn(known, service, day) : undefined;
        return channels === undefined ? [] : [channels.length > 0];
      });
    const scope = shown.flatMap(inScope);
    const eve = inScope(addDays(begun, -1));
    const measures = shown.flatMap((day) =>
      uncoordinatedOn(known, day).filter(({ data }) => {
        if (data.disruptionId !== disruption && data.disruptionId !== undefined) return false;
        if (by === 'entity') return heir(data.entityId, day) === group;
        return by === 'service' ? data.serviceIds.includes(group) : true;
      }),
    );
    const ids = [...new Set(measures.map(({ id }) => id))].sort();
    return [
      ...[disruption, group || '-', scope.length, scope.filter((isRemote) => isRemote).length, zero, n(shown)],
      ...[textOf(expected.length > 0 ? sum(expected) : null), names.join('+') || 'null', restored ?? 'null'],
      ...[restored === undefined ? 'null' : daysFromTo(begun, restored) - 1, ids.length, ids.join('+') || '-'],
      `${eve.filter((isRemote) => isRemote).length}/${eve.length}`,
    ].join(' ');
  };
  const told = all.flatMap(({ service, entity, day }) => {
    const isLooked = day >= addDays(begun, -56 - 364) && day <= knownAt;
    return isLooked ? [groupOf(service, entity, day)] : [];
  });
  const there = asked.flatMap((day) =>
    Object.entries(services).flatMap(([service, entity]) =>
      channelsOn(known, service, day) === undefined ? [] : [groupOf(service, entity, day)],
    ),
  );
  return [...new Set(by === 'day' ? asked : [...told, ...there])].map(lineOf);
};
