import type { ReadEvent } from '../../libs/read-models/src/read-model.js';
import { sheetsAsKnown } from './paper-reference.js';
import { dayIn } from './transaction-history.js';

type Data = Readonly<Record<string, unknown>>;
const CLASS_OF: Readonly<Record<string, string>> = {
  app: 'digital',
  web: 'digital',
  counter: 'counter',
  call: 'remote',
};

/** Events by the part of their type between the house and the version. */
export const named = (events: readonly ReadEvent[], ...names: string[]) => {
  const types = names.map((name) => `gov.sijill.${name}.v1`);
  return events.filter(({ type }) => types.includes(type));
};

/** First and last day of a half. */
export const daysOf = (half: string): readonly [string, string] => {
  const year = half.slice(0, 4);
  return half.endsWith('1') ? [`${year}-01-01`, `${year}-06-30`] : [`${year}-07-01`, `${year}-12-31`];
};

/** A unit of an assessment as the second opinion judges it; one without a service for sheets of no unit. */
export interface Unit {
  readonly service: string | null;
  readonly flow: string;
  readonly outcome: string;
  readonly isIdle: boolean;
  readonly isWaived: boolean;
  readonly process: number;
  readonly habit: number;
}
interface Sheets {
  readonly day: string;
  readonly service: string;
  readonly flow: string;
  readonly kind: string;
  readonly sheets: number;
}

/** Units in a half of the entities that are one by then, from the events about them that may be known. */
export const unitsOf = (
  parts: readonly string[],
  half: string,
  visible: readonly ReadEvent[],
  policy: Data,
): Unit[] => {
  const [first, last] = daysOf(half);
  const own = visible.filter(
    ({ category, id }) => ['paper', 'transaction'].includes(category) && parts.includes(id.split(':')[0] ?? ''),
  );
  const all = [...sheetsAsKnown(own, '9999-12-31')].map(([key, sheets]): Sheets => {
    const [day = '', , service = '', flow = '', kind = ''] = key.split(' ');
    return { day, service, flow, kind, sheets: Number(sheets) };
  });
  const used = all.filter(({ day }) => day >= first && day <= last);
  const sum = (some: readonly Sheets[], kinds: readonly string[]) =>
    some.filter(({ kind }) => kinds.includes(kind)).reduce((total, { sheets }) => total + sheets, 0);
  const both = (some: readonly Sheets[]) => ({ process: sum(some, ['process']), habit: sum(some, ['habit']) });
  const counted = policy.countedKinds as string[];
  const units: Unit[] = [];
  for (const registered of named(visible, 'service.registered')) {
    const service = serviceOf(registered, visible);
    const isOwn = ({ owner, status }: State) => parts.includes(owner) && status === 'active';
    const days = [first, ...service.days.filter((day) => day >= first && day <= last)];
    if (registered.data.kind !== 'transactional' || !days.some((day) => isOwn(service.on(day)))) continue;
    const flow = String(registered.data.flow);
    const sheets = used.filter((one) => one.service === registered.id);
    const said = named(visible, 'assessment.attested').filter(
      ({ data }) => data.half === half && parts.includes(String(data.entityId)),
    );
    const isIdle =
      sheets.length === 0 &&
      !said.some(({ data }) => data.serviceId === registered.id) &&
      !isActive(own, registered.id, [first, last]);
    const stands = standing(
      sheets.filter(({ kind }) => counted.includes(kind)),
      waiversOf(visible, { parts, half, service: registered.id }),
    );
    const isReopened = [...service.on(last).channels].some(
      (channel) => !(policy.allowedChannelClasses as string[]).includes(CLASS_OF[channel] ?? ''),
    );
    const judged = stands > 0 || (isReopened && flow === 'customer') ? 'failed' : 'passed';
    const idle = policy.idle === 'leaveOut' ? 'idle' : 'failed';
    const isWaived = !isIdle && judged === 'passed' && sum(sheets, counted) > 0;
    units.push({ service: registered.id, flow, outcome: isIdle ? idle : judged, isIdle, isWaived, ...both(sheets) });
  }
  const rest = used.filter(({ service }) => !units.some((unit) => unit.service === service));
  for (const flow of ['customer', 'internal']) {
    const sheets = rest.filter((one) => one.flow === flow && one.kind !== '-');
    const outcome = sum(sheets, counted) > 0 ? 'failed' : 'shown';
    if (sheets.length > 0)
      units.push({ service: null, flow, outcome, isIdle: false, isWaived: false, ...both(sheets) });
  }
  return units;
};

interface State {
  owner: string;
  status: string;
  readonly channels: Set<string>;
}
/** What a service is on a day: its events by their days, those of a day in the order in which they were told. */
const serviceOf = (registered: ReadEvent, visible: readonly ReadEvent[]) => {
  const begin = registered.effectiveDay;
  const events = visible
    .filter(({ stream }) => stream === registered.stream)
    .map((event) => ({ event, day: event.effectiveDay < begin ? begin : event.effectiveDay }))
    .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
  const on = (day: string): State => {
    const offers = new Set<string>();
    const state = { owner: '', status: '', channels: new Set<string>() };
    for (const { event } of events.filter((one) => one.day <= day)) {
      const { data } = event;
      const turn = event.type.split('.')[3];
      if (turn === 'registered') Object.assign(state, { owner: data.ownerEntityId, status: data.status });
      if (turn === 'transferred') state.owner = String(data.toEntityId);
      if (state.status === 'retired') continue;
      if (turn === 'activated' && state.status === 'planned') state.status = 'active';
      if (turn === 'channelOffered') offers.add(`${data.channel}|${data.platformId}`);
      if (turn === 'channelWithdrawn') offers.delete(`${data.channel}|${data.platformId}`);
      if (turn === 'suspended' || turn === 'retired') state.status = turn;
      if (turn === 'retired') offers.clear();
    }
    for (const offer of offers) state.channels.add(offer.split('|')[0] ?? '');
    return state;
  };
  return { on, days: events.map(({ day }) => day) };
};

const isActive = (own: readonly ReadEvent[], service: string, [first, last]: readonly [string, string]): boolean =>
  named(own, 'transaction.received').some((received) => {
    const events = own.filter(({ stream }) => stream === received.stream);
    const zone = received.id.startsWith('gb') ? 'Europe/London' : 'Asia/Dubai';
    const days = named(events, 'transaction.received', 'transaction.completed').map(({ time }) => dayIn(zone, time));
    const isThere = days.some((day) => day >= first && day <= last);
    return received.data.serviceId === service && isThere && named(events, 'transaction.voided').length === 0;
  });

const waiversOf = (visible: readonly ReadEvent[], of: { parts: readonly string[]; half: string; service: string }) => {
  const revoked = named(visible, 'assessment.waiverRevoked');
  return named(visible, 'assessment.waiverGranted')
    .filter(({ data }) => of.parts.includes(String(data.entityId)))
    .filter(({ data }) => data.half === of.half && data.serviceId === of.service)
    .filter(({ stream, data }) => !revoked.some((one) => one.stream === stream && one.data.waiverId === data.waiverId))
    .map(({ data }) => ({ until: String(data.until), left: Number(data.maxSheets) }));
};

/** Sheet by sheet, early ones first, each by the waiver that ends first of those that may cover it. */
const standing = (sheets: readonly Sheets[], waivers: { until: string; left: number }[]): number => {
  const byEnd = [...waivers].sort((one, other) => (one.until < other.until ? -1 : 1));
  let stands = 0;
  for (const { day, sheets: many } of [...sheets].sort((one, other) => (one.day < other.day ? -1 : 1))) {
    for (let nth = 0; nth < many; nth++) {
      const waiver = byEnd.find(({ until, left }) => until >= day && left > 0);
      if (waiver) waiver.left--;
      else stands++;
    }
  }
  return stands;
};
