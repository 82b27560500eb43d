import type { ReadEvent } from '../../libs/read-models/src/read-model.js';
import { daysOf, named, type Unit, unitsOf } from './stamp-units.js';

type Data = Readonly<Record<string, unknown>>;
const HALVES = [2018, 2019, 2020, 2021, 2022].flatMap((year) => [`${year}-H1`, `${year}-H2`]);
const DAY = 86_400_000;
const daysBetween = (first: string, last: string) => (Date.parse(last) - Date.parse(first)) / DAY;

/** A row of the data set as this second opinion has it; ratios as `num/den`. */
export interface StampRow {
  readonly entity: string;
  readonly half: string;
  readonly view: string;
  sizeClass: string | null;
  status: string;
  services: string;
  internal: string;
  readonly units: string;
  readonly sheets: string;
  readonly reduction: string;
  isWhole: boolean;
  time: number | null;
  rank: number | null;
  differs: boolean | null;
  readonly first: string;
  readonly begins: string | null;
}

const dataOf = (event: ReadEvent | undefined): Readonly<Record<string, unknown>> | undefined => event?.data;

/** Events that a view may know: those of policies, and those that are about an entity or a service it ever had. */
interface Knowledge {
  readonly policies: readonly ReadEvent[];
  readonly mergers: readonly ReadEvent[];
  of(entity: string): readonly ReadEvent[];
}
const sorted = (events: readonly ReadEvent[]): Knowledge => {
  const about = new Map<string, ReadEvent[]>();
  const owners = new Map<string, Set<string>>();
  for (const { category, stream, data } of events) {
    if (category !== 'service') continue;
    const held = owners.get(stream) ?? new Set();
    for (const owner of [data.ownerEntityId, data.toEntityId]) if (owner !== undefined) held.add(String(owner));
    owners.set(stream, held);
  }
  for (const event of events) {
    const named = owners.get(event.stream) ?? [String(event.data.entityId ?? event.id.split(':')[0])];
    for (const entity of named) about.set(entity, [...(about.get(entity) ?? []), event]);
  }
  return {
    policies: named(events, 'policy.adopted'),
    mergers: named(events, 'entity.merged'),
    of: (entity) => about.get(entity) ?? [],
  };
};

/**
 * Slow second opinion on the stamp: for every view the events that it may know, in their order in the journal, and from them what each
 * unit finally was. Mergers count up to `mergedBy`, else up to the end of each half. Shares no code with the fold or the SQL; a frozen view is what stands before the freeze in the journal.
 */
export const stampAsKnown = (journal: readonly ReadEvent[], knownAt: string, mergedBy?: string): StampRow[] => {
  const events = journal.filter(({ recordedDay }) => recordedDay <= knownAt);
  const known = sorted(events);
  const periods = named(events, 'period.frozen', 'period.reopened');
  const before = new Map(periods.map((turn) => [turn, sorted(journal.slice(0, journal.indexOf(turn)))]));
  const rows: StampRow[] = [];
  for (const entity of named(journal, 'entity.registered').filter(({ data }) => data.kind === 'government')) {
    for (const half of HALVES) {
      const own = (visible: Knowledge) => rowOf(entity.id, half, { visible, known, mergedBy });
      const current = own(known);
      if (current) rows.push({ ...current, view: 'current' });
      const turn = periods.findLast(({ id }) => id === `${entity.data.jurisdiction}:${half}`);
      const isFrozen = turn?.type.includes('frozen') ?? false;
      const frozen = isFrozen ? own(before.get(turn as ReadEvent) as Knowledge) : undefined;
      if (frozen) rows.push({ ...frozen, view: 'frozen' });
    }
  }
  for (const row of rows) time(row, rows);
  for (const row of rows) place(row, rows, known);
  return rows;
};

const policyOf = ({ policies }: Knowledge, id: string, day: string): Data | undefined =>
  dataOf(policies.findLast((one) => one.id === id && String(one.data.from) <= day))?.parameters as Data;

/** Entity of which one is a part on a day: mergers followed one after another. */
const heirOf = (entity: string, day: string, mergers: readonly ReadEvent[]): string => {
  const merger = mergers.find(({ id, effectiveDay }) => id === entity && effectiveDay <= day);
  return merger === undefined ? entity : heirOf(String(merger.data.intoEntityId), day, mergers);
};

/** Entities that are this one on a day: itself unless it went up in another one, and those that went up in it. */
const partsOf = (entity: string, day: string, mergers: readonly ReadEvent[]): readonly string[] =>
  [...new Set([entity, ...mergers.map(({ id }) => id)])].filter((one) => heirOf(one, day, mergers) === entity);

interface Seen {
  readonly visible: Knowledge;
  readonly known: Knowledge;
  readonly mergedBy: string | undefined;
}
const rowOf = (entity: string, half: string, { visible, known, mergedBy }: Seen): StampRow | undefined => {
  const [first, last] = daysOf(half);
  const policy = policyOf(visible, 'stamp', last);
  if (!policy) return undefined;
  const parts = partsOf(entity, mergedBy ?? last, visible.mergers);
  const about = [...new Set(parts.flatMap((part) => visible.of(part)))];
  const units = unitsOf(parts, half, about, policy);
  const isOpened = named(known.of(entity), 'assessment.opened').some(({ data }) => data.half === half);
  if (!isOpened && units.every(({ isIdle }) => isIdle)) return undefined;
  const weight = Number(policy.unitWeight);
  const share = (flow: string) => {
    const counted = (outcomes: string[]) =>
      weight * units.filter((unit) => unit.flow === flow && outcomes.includes(unit.outcome)).length;
    return `${counted(['passed'])}/${counted(['passed', 'failed'])}`;
  };
  const [services, internal] = [share('customer'), share('internal')];
  const count = (is: (unit: Unit) => boolean) => units.filter(is).length;
  const sum = (kind: 'process' | 'habit') => units.reduce((total, unit) => total + unit[kind], 0);
  const numbers = [count(({ outcome }) => outcome === 'passed'), count(({ outcome }) => outcome === 'failed')];
  const isFull = (text: string) => text.split('/')[0] === text.split('/')[1] && !text.endsWith('/0');
  return {
    ...{ entity, half, view: '', status: '', services, internal, first, time: null, rank: null, differs: null },
    ...baselineOf(parts, { entity, half, used: sum('process') + sum('habit') }, visible),
    units: [...numbers, count(({ isIdle }) => isIdle), count(({ isWaived }) => isWaived)].join(' '),
    sheets: `${sum('process')} ${sum('habit')}`,
    isWhole: isFull(services) && isFull(internal),
  };
};

interface Asked {
  readonly entity: string;
  readonly half: string;
  readonly used: number;
}
const baselineOf = (parts: readonly string[], { entity, half, used }: Asked, visible: Knowledge) => {
  const [first, last] = daysOf(half);
  const toldOf = (part: string) => named(visible.of(part), 'paperBaseline.set', 'paperBaseline.revised');
  const yearsOf = (told: readonly ReadEvent[]) => told.map(({ data }) => Number(data.year));
  const [own, all] = [yearsOf(parts.includes(entity) ? toldOf(entity) : []), yearsOf(parts.flatMap(toldOf))];
  const begun = own.length > 0 ? own : all;
  const begins = begun.length > 0 ? `${Math.min(...begun) + 1}-01-01` : null;
  const baselines = parts.flatMap((part) => {
    const told = toldOf(part).filter(({ data }) => Number(data.year) < Number(half.slice(0, 4)));
    const year = Math.max(...yearsOf(told));
    return told.filter(({ data }) => data.year === year).slice(-1);
  });
  const borders = policyOf(visible, 'size-class', last);
  if (baselines.length === 0 || !borders) return { sizeClass: null, begins, reduction: 'null' };
  const year = Math.max(...yearsOf(baselines));
  const sheets = baselines.reduce((sum, { data }) => sum + Number(data.sheets), 0);
  const sizeClass =
    sheets > Number(borders.largeAboveSheets)
      ? 'large'
      : sheets > Number(borders.mediumAboveSheets)
        ? 'medium'
        : 'small';
  const seasons = baselines.map(({ data }) => data.monthly as number[] | undefined);
  const months = seasons.flatMap((monthly = []) => monthly.slice(...(half.endsWith('1') ? [0, 6] : [6, 12])));
  const isMonthly = seasons.every((monthly) => monthly !== undefined);
  const scale = isMonthly ? 1 : daysBetween(`${year}-01-01`, `${year + 1}-01-01`);
  const expected = isMonthly ? months.reduce((sum, one) => sum + one, 0) : sheets * (daysBetween(first, last) + 1);
  return { sizeClass, begins, reduction: `${expected - used * scale}/${expected}` };
};

const time = (row: StampRow, rows: readonly StampRow[]): void => {
  const { entity, view, half, begins } = row;
  const own = rows.filter((one) => one.entity === entity && one.view === view && one.half <= half);
  const whole = own.filter(
    (one) => one.isWhole && one.sizeClass !== null && one.begins !== null && one.first >= one.begins,
  );
  const ends = whole.map((one) => daysOf(one.half)[1]).sort();
  if (ends[0] !== undefined && begins !== null) row.time = daysBetween(begins, ends[0]) + 1;
};

const place = (row: StampRow, rows: readonly StampRow[], known: Knowledge): void => {
  const { entity, half, view, sizeClass } = row;
  const peers = rows.filter((one) => one.view === view && one.half === half && one.sizeClass === sizeClass);
  if (sizeClass !== null && row.time !== null)
    row.rank = 1 + peers.filter((one) => one.time !== null && one.time < (row.time as number)).length;
  const own = known.of(entity).filter(({ category, data }) => category === 'stamp' && data.half === half);
  const said = named(own, 'assessment.resultAnnounced', 'assessment.reopened').at(-1);
  const isAnnounced = said?.type.includes('resultAnnounced') ?? false;
  const mark = named(own, 'stamp.conferred', 'stamp.suspended', 'stamp.reinstated', 'stamp.withdrawn')
    .at(-1)
    ?.type.split('.')[3];
  const both = rows.filter((one) => one.entity === entity && one.half === half);
  const current = both.find((one) => one.view === 'current');
  const suspends = policyOf(known, 'stamp', daysOf(half)[1])?.suspendOnLate === true;
  const isHeld = mark === 'conferred' || mark === 'reinstated';
  if (mark === 'withdrawn' || mark === 'suspended') row.status = mark;
  else if (isHeld) row.status = suspends && !current?.isWhole ? 'suspended' : 'held';
  else row.status = isAnnounced ? 'announced' : row.isWhole ? 'whole' : 'none';
  if (!isAnnounced) return;
  const derived = both.find((one) => one.view === 'frozen') ?? current;
  const { data } = said as ReadEvent;
  const same = (ratio: unknown, text: string) => {
    const [{ num, den }, [top, bottom]] = [ratio as { num: string; den: string }, text.split('/').map(Number)];
    return bottom !== 0 && Number(num) * (bottom as number) === Number(den) * (top as number);
  };
  row.differs = !(
    derived?.sizeClass === data.sizeClass &&
    same(data.services, derived?.services ?? '') &&
    same(data.internal, derived?.internal ?? '')
  );
};
