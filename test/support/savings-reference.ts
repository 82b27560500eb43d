import type { PostedFact } from './read-models.js';
import { baselineSet, completed, fact } from './savings.js';
import { type Random, randomOf } from './transaction-history.js';

/** A fact and the day on which the ledger learns it. */
export interface Told {
  readonly day: string;
  readonly fact: PostedFact;
}

const DAY = 86_400_000;
const dayAt = (first: string, days: number) => new Date(Date.parse(first) + days * DAY).toISOString().slice(0, 10);
export const KNOWLEDGE_DAYS = ['2021-07-01', '2021-07-09', '2021-08-02', '2021-09-15'];

const baselineOf = (random: Random, entity: string): object => {
  const monthly = random.next() < 0.4 ? Array.from({ length: 12 }, () => 100 + random.upTo(50)) : undefined;
  const sheets = monthly?.reduce((sum, one) => sum + one, 0) ?? 1200 + random.upTo(900);
  const part = (service: string) => ({
    ...{ serviceId: `${entity}.${service}`, sheets: random.upTo(300) },
    ...(random.next() < 0.7 && { transactions: random.upTo(9) }),
  });
  const parts = random.oneOf([undefined, [part('a')], [part('a'), part('b')]]);
  return {
    ...{ sheets, ...(monthly && { monthly }), ...(parts && { perService: parts }) },
    ...(random.next() < 0.5 && { transactions: 10 + random.upTo(20) }),
  };
};

/** What one entity tells: baselines, sometimes revised, paper corrected and voided, transactions some of which are voided. */
export const randomWorld = (seed: number, entity: string): Told[] => {
  const random = randomOf(seed);
  const told: Told[] = [];
  let clock = 0;
  const say = (...facts: readonly PostedFact[]) => {
    const day = KNOWLEDGE_DAYS[clock] as string;
    for (const one of facts) told.push({ day, fact: one });
    if (random.next() < 0.2) clock = Math.min(clock + 1, KNOWLEDGE_DAYS.length - 1);
  };
  if (random.next() < 0.9) say(baselineSet(entity, 2018, 1, baselineOf(random, entity)));
  if (random.next() < 0.4) say(baselineSet(entity, 2019, 1, baselineOf(random, entity)));
  const service = () => random.oneOf([undefined, `${entity}.a`, `${entity}.b`, `${entity}.c`]);
  for (let nth = random.upTo(4); nth > 0; nth--) {
    const id = { entityId: entity, recordId: `p${nth}` };
    const serviceId = service();
    const begin = dayAt('2018-11-01', random.upTo(900));
    const on = (name: string, data: object) => fact(`paper.${name}`, `paper-${entity}:p${nth}`, { ...id, ...data });
    const period = { periodStart: begin, periodEnd: dayAt(begin, random.oneOf([0, 6, 30, 200])) };
    const [kind, flow] = [random.oneOf(['process', 'habit']), random.oneOf(['customer', 'internal'])];
    say(
      on('consumed', {
        ...period,
        sheets: 1 + random.upTo(400),
        kind,
        flow,
        method: 'counted',
        ...(serviceId && { serviceId }),
      }),
    );
    if (random.next() < 0.3)
      say(on('corrected', { sheets: 1 + random.upTo(90), kind: 'habit', reason: { en: 'again' } }));
    if (random.next() < 0.2) say(on('voided', { reason: { en: 'wrong' } }));
  }
  for (let nth = random.upTo(7); nth > 0; nth--) {
    const day = dayAt('2018-02-01', random.upTo(1_200));
    const channel = random.oneOf(['web', 'app', 'counter', 'call']);
    const more = { channel, assisted: random.next() < 0.2, flow: random.next() < 0.8 ? 'customer' : 'internal' };
    const [received, closed] = completed(entity, service() ?? `${entity}.a`, day, more) as [PostedFact, PostedFact];
    say(received);
    if (random.next() < 0.8) say(closed);
    if (random.next() < 0.15)
      say(fact('transaction.voided', received.stream, { reason: { en: 'test' } }, `${day}T12:00:00+04:00`));
  }
  if (told.some(({ fact: one }) => one.type.includes('paperBaseline')) && random.next() < 0.4)
    say(
      fact('paperBaseline.revised', `paperBaseline-${entity}`, {
        entityId: entity,
        year: 2018,
        ...baselineOf(random, entity),
      }),
    );
  return told;
};

export type Fraction = readonly [num: bigint, den: bigint];
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const ZERO: Fraction = [0n, 1n];

export interface ReferenceUnit {
  readonly baseline: number;
  readonly actual: number;
  readonly expected: Fraction;
  readonly delta: Fraction;
  /** Undefined: no service of the unit had transactions with customers in the baseline's year. */
  readonly trips: Fraction | undefined;
}

interface Data {
  readonly [member: string]: unknown;
}
const known = new Map<string, readonly string[]>();
/** The day of each sheet of a record. */
const daysOf = ({ sheets, periodStart, periodEnd }: Data): readonly string[] => {
  const key = `${sheets} ${periodStart} ${periodEnd}`;
  const days = (Date.parse(String(periodEnd)) - Date.parse(String(periodStart))) / DAY + 1;
  const fallsOn = (nth: number) => dayAt(String(periodStart), Math.ceil((nth * days) / Number(sheets)) - 1);
  if (!known.has(key))
    known.set(
      key,
      Array.from({ length: Number(sheets) }, (_, at) => fallsOn(at + 1)),
    );
  return known.get(key) as readonly string[];
};

interface Transaction {
  readonly service: string;
  readonly day: string;
  readonly isDigital: boolean;
  readonly isCustomer: boolean;
  readonly isCompleted: boolean;
}

/**
 * Slow second opinion on savings: units of one entity in one period as known on a day, by service, '' for the rest. Undefined where
 * nothing is measured. It reads kpis.md section 3.2 event by event and shares no code with the read side.
 */
export const unitsAsKnown = (
  told: readonly Told[],
  { first, last, knownAt }: { readonly first: string; readonly last: string; readonly knownAt: string },
): ReadonlyMap<string, ReferenceUnit> | undefined => {
  const facts = told.filter(({ day }) => day <= knownAt).map(({ fact: one }) => one);
  const named = (name: string) => facts.filter(({ type }) => type.startsWith(`gov.sijill.${name}`));
  const years = new Map(named('paperBaseline').map(({ data }) => [(data as Data).year as number, data as Data]));
  const year = [...years.keys()].filter((one) => one < Number(first.slice(0, 4))).sort((a, b) => b - a)[0];
  const whole = year === undefined ? undefined : years.get(year);
  if (year === undefined || whole === undefined) return undefined;

  const paper = new Map<string, Data>();
  for (const { type, stream, data } of named('paper.')) {
    if (type.includes('voided')) paper.delete(stream);
    else paper.set(stream, { ...paper.get(stream), ...data });
  }
  const inside = (day: string, from: string, to: string) => day >= from && day <= to;
  const sheets = (isOf: (service: string) => boolean): number =>
    [...paper.values()].reduce((sum, record) => sum + (isOf(String(record.serviceId ?? '')) ? within(record) : 0), 0);
  const within = (record: Data): number => daysOf(record).filter((day) => inside(day, first, last)).length;
  const transactions: Transaction[] = named('transaction.received').flatMap(({ stream, data, time = '' }) => {
    const others = facts.filter((one) => one.stream === stream);
    if (others.some(({ type }) => type.includes('voided'))) return [];
    const { serviceId, channel, assisted, flow } = data as Data;
    const isDigital = (channel === 'web' || channel === 'app') && assisted === false;
    const isCompleted = others.some(({ type }) => type.includes('completed'));
    return [
      { service: String(serviceId), day: time.slice(0, 10), isDigital, isCustomer: flow === 'customer', isCompleted },
    ];
  });
  const done = (isOf: (one: Transaction) => boolean) =>
    transactions.filter((one) => one.isCompleted && isOf(one)).length;
  const isHeard = sheets(() => true) > 0 || transactions.some(({ day }) => inside(day, first, last));
  if (!isHeard) return undefined;

  const parts = (whole.perService ?? []) as readonly { serviceId: string; sheets: number; transactions?: number }[];
  const sum = (values: readonly (number | undefined)[]): number | undefined =>
    values.includes(undefined) ? undefined : (values as number[]).reduce((total, one) => total + one, 0);
  const ofParts = sum(parts.map((one) => one.transactions));
  const all = whole.transactions as number | undefined;
  const rest = {
    serviceId: '',
    sheets: (whole.sheets as number) - (sum(parts.map((one) => one.sheets)) as number),
    transactions: all === undefined || ofParts === undefined ? undefined : all - ofParts,
  };
  const units = [...parts, rest].map((part): readonly [string, ReferenceUnit] => {
    const isOf = (service: string) =>
      part === rest ? !parts.some(({ serviceId }) => serviceId === service) : service === part.serviceId;
    const actual = sheets(isOf);
    const isCounted = transactions.some(({ service, day }) => isOf(service) && day <= last);
    const months = whole.monthly as readonly number[] | undefined;
    const isWhole = first.endsWith('-01') && dayAt(last, 1).endsWith('-01');
    let expected: Fraction;
    if (part.transactions !== undefined && part.transactions > 0 && isCounted)
      expected = [
        BigInt(part.sheets * done(({ service, day }) => isOf(service) && inside(day, first, last))),
        BigInt(part.transactions),
      ];
    else if (months && isWhole) {
      let season = 0;
      for (
        let day = first;
        day <= last;
        day = dayAt(`${day.slice(0, 7)}-01`, 31)
          .slice(0, 7)
          .concat('-01')
      )
        season += months[Number(day.slice(5, 7)) - 1] as number;
      expected = [BigInt(part.sheets * season), BigInt(whole.sheets as number)];
    } else {
      const days = (Date.parse(last) - Date.parse(first)) / DAY + 1;
      expected = [BigInt(part.sheets * days), BigInt((Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / DAY)];
    }
    let trips: Fraction | undefined;
    for (const service of new Set(transactions.map((one) => one.service).filter(isOf))) {
      const count = (from: string, to: string, isDigital?: true) =>
        BigInt(
          done(
            (one) =>
              one.service === service && one.isCustomer && inside(one.day, from, to) && (!isDigital || one.isDigital),
          ),
        );
      const then = [`${year}-01-01`, `${year}-12-31`] as const;
      if (count(...then) === 0n) continue;
      const above: Fraction = [
        count(first, last, true) * count(...then) - count(...then, true) * count(first, last),
        count(...then),
      ];
      trips = plus(trips ?? ZERO, above);
    }
    const delta = plus(expected, [BigInt(-actual), 1n]);
    return [part.serviceId, { baseline: part.sheets, actual, expected, delta, trips }];
  });
  return new Map(units.filter(([, { baseline, actual }]) => baseline > 0 || actual > 0));
};
