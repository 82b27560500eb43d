import type { ReadEvent } from '../../libs/read-models/src/read-model.js';
import { dayIn } from './transaction-history.js';

/** Cell → measure → figure, both as text: `basis day entity service channel assisted category platform centre` → … */
export type Counted = Map<string, bigint>;

const DIGITAL = ['app', 'web', 'kiosk', 'sms', 'chat', 'system'];
const MINUTE = 60_000;

/**
 * Slow second opinion on channel_volume: takes the whole history as known at the end of `knownAt`, works out what each
 * transaction finally was, and counts it once. Shares no code and no idea with the fold, which adds differences.
 */
export const countedAsKnown = (history: readonly ReadEvent[], knownAt: string): Counted => {
  const counted: Counted = new Map();
  const known = history.filter((event) => event.category === 'transaction' && event.knownDay <= knownAt);
  for (const stream of new Set(known.map((event) => event.stream)))
    countOne(
      known.filter((event) => event.stream === stream),
      counted,
    );
  return new Map([...counted].filter(([, value]) => value !== 0n));
};

type Data = Record<string, unknown>;

const countOne = (events: readonly ReadEvent[], counted: Counted): void => {
  const named = (name: string) => events.filter(({ type }) => type === `gov.sijill.transaction.${name}.v1`);
  const entity = (events[0]?.id ?? '').split(':')[0] ?? '';
  const zone = entity.startsWith('gb') ? 'Europe/London' : 'Asia/Dubai';
  const [started, received, voided] = [named('started')[0], named('received')[0], named('voided')[0]];
  const changes = named('corrected').map(({ data }) => data.changes as Data);
  const final = (member: string) => changes.findLast((one) => member in one)?.[member] ?? received?.data[member];
  const gone = new Set(named('entryVoided').map(({ data }) => `${data.entry} ${data.entryId}`));
  const standing = (name: string, entry: string, id: string) =>
    named(name).filter(({ data }) => !gone.has(`${entry} ${data[id]}`));

  const receivedAt = received && String(final('receivedAt') ?? received.time);
  const startDay = started && dayIn(zone, started.time);
  const cohort = receivedAt ? dayIn(zone, receivedAt) : (startDay as string);
  const place = (
    channel: unknown,
    own: { assisted: unknown; centre: unknown; category?: unknown; platform?: unknown },
  ) =>
    [
      ...[entity, received ? final('serviceId') : started?.data.serviceId, channel, own.assisted],
      ...[own.category ?? final('customerCategory'), own.platform ?? final('platformId') ?? '-', own.centre ?? '-'],
    ].join(' ');
  const count = (cell: string, day: string, measure: string, value: bigint | number = 1n) => {
    for (const key of [`event ${day} ${cell} ${measure}`, `receipt ${cohort} ${cell} ${measure}`])
      counted.set(key, (counted.get(key) ?? 0n) + BigInt(value));
  };
  const startCell = () => {
    const platform = started?.data.platformId ?? '-';
    const category = received ? final('customerCategory') : 'unknown';
    return place(started?.data.channel, { assisted: false, centre: null, category, platform });
  };
  const home = received
    ? place(final('channel'), { assisted: final('assisted'), centre: final('centreId') })
    : startCell();
  if (voided) {
    count(home, dayIn(zone, voided.time), 'voided');
    return;
  }
  if (started) count(startCell(), startDay as string, 'started');
  if (!received || !receivedAt) return;

  count(home, cohort, 'received');
  count(home, cohort, 'feeDue', BigInt(String(final('feeDue'))));
  for (const { data, time } of standing('paymentSettled', 'payment', 'paymentId'))
    count(moneyCell(data.channel), dayIn(zone, time), 'settled', BigInt(String(data.amount)));
  for (const { data, time } of standing('paymentRefunded', 'refund', 'refundId')) {
    const paid = named('paymentSettled').find((payment) => payment.data.paymentId === data.paymentId);
    count(moneyCell(paid?.data.channel), dayIn(zone, time), 'refunded', BigInt(String(data.amount)));
  }
  function moneyCell(channel: unknown) {
    return channel === final('channel') ? home : place(channel, { assisted: false, centre: '-' });
  }
  const switches = named('channelSwitched');
  const cells = switches.map(({ data }) =>
    place(data.channel, { assisted: data.assisted, centre: data.centreId ?? '-' }),
  );
  for (const [at, { time }] of switches.entries()) {
    count(cells[at - 1] ?? home, dayIn(zone, time), 'switchedFrom');
    count(cells[at] as string, dayIn(zone, time), 'switchedTo');
  }

  const outcome = outcomeOf(events);
  if (!outcome) {
    count(home, cohort, 'open');
    return;
  }
  const day = dayIn(zone, outcome.at);
  // Open on the day of receipt, no longer open on the day of the outcome.
  for (const [key, sign] of [
    [`event ${cohort}`, 1n],
    [`event ${day}`, -1n],
  ] as const)
    counted.set(`${key} ${home} open`, (counted.get(`${key} ${home} open`) ?? 0n) + sign);
  count(home, day, outcome.kind);
  count(home, day, 'minutesOpen', Math.trunc((Date.parse(outcome.at) - Date.parse(receivedAt)) / MINUTE));
  const dueBy = received.data.dueBy as string | undefined;
  if (dueBy) count(home, day, 'due');
  if (dueBy && Date.parse(outcome.at) <= Date.parse(dueBy)) count(home, day, 'onTime');
  if (outcome.reason === 'notEligible') count(home, day, 'notEligible');
  if (outcome.kind !== 'completed') return;
  if (outcome.intended) count(home, day, 'intended');

  const modes = standing('stepCompleted', 'step', 'stepId').map(({ data }) => data.mode);
  const forms = standing('documentSubmitted', 'document', 'documentId').map(({ data }) => data.form);
  const hasLeft = switches.some(({ data }) => !DIGITAL.includes(String(data.channel)));
  const channel = String(final('channel'));
  const isRequested = DIGITAL.includes(channel) || final('assisted') === true;
  const isNo =
    (!isRequested && channel !== 'other') ||
    modes.includes('manual') ||
    hasLeft ||
    forms.includes('paper') ||
    ['paper', 'inPerson'].includes(String(outcome.delivery));
  const hasData = received.data.documentsRequired === 0 || forms.length > 0;
  const isYes = isRequested && modes.length > 0 && hasData && ['electronic', 'none'].includes(String(outcome.delivery));
  count(home, day, isNo ? 'eNo' : isYes ? 'eYes' : 'eUnknown');
  const isBar =
    modes.includes('manual') || forms.includes('paper') || ['paper', 'inPerson'].includes(String(outcome.delivery));
  const passes = modes.length > 0 && hasData && ['electronic', 'none'].includes(String(outcome.delivery));
  const sheets = standing('sheetsConsumed', 'sheets', 'recordId').filter(({ data }) => data.kind === 'process');
  if (!isNo && isYes && sheets.length === 0) count(home, day, 'paperless');
  // What other classes of channels would leave to the rest of the test.
  if ((isRequested && switches.length === 0) || isBar) return;
  count(home, day, passes ? 'restYes' : 'restUnknown');
  if (passes && sheets.length === 0) count(home, day, 'restPaperless');
};

interface Ending {
  kind: string;
  at: string;
  delivery?: unknown;
  intended?: unknown;
  reason?: unknown;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  completed: 'completed',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  markedDuplicate: 'duplicate',
  transferred: 'transferred',
};

const outcomeOf = (events: readonly ReadEvent[]): Ending | undefined => {
  let ending: Ending | undefined;
  for (const { type, data, time } of events) {
    const name = type.split('.')[3] ?? '';
    const kind = OUTCOMES[name];
    if (kind) ending = { kind, at: time, delivery: data.delivery, intended: data.intended, reason: data.reason };
    if (kind === 'withdrawn' || kind === 'transferred' || kind === 'duplicate') ending = { kind, at: time };
    if (name !== 'corrected') continue;
    const changes = data.changes as Data;
    if (changes.outcome === 'open') ending = undefined;
    else if (changes.outcome !== undefined && changes.outcome !== ending?.kind) {
      const at = String(changes.outcomeAt ?? ending?.at ?? time);
      ending = { kind: String(changes.outcome), at, delivery: changes.delivery, intended: changes.intended };
    } else if (ending) {
      if (changes.outcomeAt) ending.at = String(changes.outcomeAt);
      ending.delivery = changes.delivery ?? ending.delivery;
      ending.intended = changes.intended ?? ending.intended;
    }
  }
  return ending;
};
