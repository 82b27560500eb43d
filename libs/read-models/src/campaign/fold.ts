import type { WeekRule } from '#kernel';
import { momentOf } from '../freezes/late.js';
import type { Part } from '../part.js';
import type { Page, ReadEvent, Table } from '../read-model.js';
import { type Evolve, type History, type KnownSpan, learn, NO_END } from '../spans.js';
import { ENTITY_MERGED } from '../transaction/merged.js';
import { type EditionContent, evolveEdition, evolveMode, evolveParticipant, instantOf } from './contents.js';
import {
  CampaignActivity,
  CampaignEdition,
  CampaignEvent,
  CampaignFreeze,
  CampaignParticipant,
  CampaignScope,
  CentreMode,
} from './tables.js';

const CALENDAR_STREAM = 'calendar-ae-du';
const POLICY_STREAM = 'policy-campaign';
const CLASSES_STREAM = 'policy-channel-classes';
const FIGURES_FROZEN = 'gov.sijill.campaign.figuresFrozen.v1';

/** A policy version as it was adopted. */
export interface PolicyVersion {
  readonly version: number;
  readonly from: string;
  readonly parameters: object;
}

/** What a freeze keeps of the registers. */
export interface FrozenCalendar {
  readonly weeks: readonly WeekRule[];
  readonly holidays: readonly string[];
}

/** What the registers say by now. */
interface Registers extends FrozenCalendar {
  readonly policy: readonly PolicyVersion[];
  readonly classes: readonly PolicyVersion[];
}
const REGISTERS = 'registers';
const registersOf = (page: Page): Registers =>
  page.get<Registers>(REGISTERS) ?? { weeks: [], holidays: [], policy: [], classes: [] };

/** What is learnt from an event about the subject under `key`; see timeline of spans.ts for `begins`. */
interface About {
  readonly page: Page;
  readonly event: ReadEvent;
  readonly key: string;
  readonly begins?: string;
}

/** One more thing learnt about the subject under `key`, written as spans. */
const learnAbout = <C>(
  { page, event, key, begins }: About,
  learnt: { readonly effectiveDay: string; readonly data?: object },
  evolve: Evolve<C>,
  put: (span: KnownSpan<C>) => readonly [Table, object],
): void => {
  const told = { effectiveDay: learnt.effectiveDay, type: event.type, data: { ...event.data, ...learnt.data } };
  const { history, rows } = learn(page.get<History>(key), told, momentOf(event), evolve, begins);
  page.set<History>(key, history);
  for (const span of rows) {
    const [table, row] = put(span);
    page.put(table, { ...row, knownFrom: span.knownFrom, knownTo: span.knownTo });
  }
};

const ALWAYS = '1900-01-01';

const learnEdition = (event: ReadEvent, page: Page): void => {
  const isFreeze = event.type === FIGURES_FROZEN;
  const { stream: key, id: campaign } = event;
  const learnt = { effectiveDay: ALWAYS, ...(isFreeze && { data: { frozenAt: momentOf(event) } }) };
  learnAbout<EditionContent>({ page, event, key }, learnt, evolveEdition, ({ content }) => [
    CampaignEdition,
    { campaign, ...content },
  ]);
  if (!isFreeze) return;
  const { weeks, holidays, policy, classes } = registersOf(page);
  page.put(CampaignFreeze, { campaign, calendar: { weeks, holidays }, policy, classes });
};

interface ScopeState {
  /** Number of a part → `kind id` of all it names. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /** `kind id` → since when it is in the scope. */
  readonly since: Readonly<Record<string, string>>;
}

const KINDS = { entityIds: 'entity', centreIds: 'centre', serviceIds: 'service', kioskIds: 'kiosk' } as const;

const setScope = (event: ReadEvent, page: Page): void => {
  const key = scopeKey(event);
  const before = page.get<ScopeState>(key) ?? { parts: {}, since: {} };
  const named = Object.entries(KINDS).flatMap(([member, kind]) =>
    (event.data[member] as string[]).map((id) => `${kind} ${id}`),
  );
  const parts = { ...before.parts, [String(event.data.part)]: named };
  const now = momentOf(event);
  const all = new Set(Object.values(parts).flat());
  const put = (item: string, knownFrom: string, knownTo: string) => {
    const [kind = '', id = ''] = item.split(' ');
    page.put(CampaignScope, { campaign: event.id, kind, id, knownFrom, knownTo });
  };
  for (const [item, since] of Object.entries(before.since)) if (!all.has(item)) put(item, since, now);
  for (const item of all) if (before.since[item] === undefined) put(item, now, NO_END);
  const since = Object.fromEntries([...all].map((item) => [item, before.since[item] ?? now]));
  page.set<ScopeState>(key, { parts, since });
};

const scopeKey = ({ stream }: ReadEvent): string => `${stream}/scope`;
const participantKey = ({ stream, data }: ReadEvent): string => `${stream}/participant/${String(data.entityId)}`;

const answer = (event: ReadEvent, page: Page): void => {
  const { id: campaign, data, effectiveDay } = event;
  const of = { campaign, entity: String(data.entityId) };
  // An answer of an earlier day than the first one told comes before it: answers have no beginning that cuts them off.
  const about = { page, event, key: participantKey(event), begins: ALWAYS };
  learnAbout(about, { effectiveDay }, evolveParticipant, (span) => [
    CampaignParticipant,
    { ...of, effectiveFrom: span.effectiveFrom, effectiveTo: span.effectiveTo, ...span.content },
  ]);
};

const note = (event: ReadEvent, page: Page): void => {
  const { activityId, entityId, centreId = null, day, attendance = null } = event.data as Record<string, string | null>;
  const told = { campaign: event.id, activity: activityId, entity: entityId, centre: centreId, day, attendance };
  page.put(CampaignActivity, { ...told, knownFrom: momentOf(event), knownTo: NO_END });
};

const changeMode = (event: ReadEvent, page: Page): void => {
  const { stream: key, id: centre } = event;
  learnAbout({ page, event, key }, { effectiveDay: instantOf(event) }, evolveMode, (span) => [
    CentreMode,
    { centre, effectiveFrom: span.effectiveFrom, effectiveTo: span.effectiveTo, mode: span.content },
  ]);
};

const noteRegister = ({ type, data, stream }: ReadEvent, page: Page): void => {
  const registers = registersOf(page);
  const { weeks, holidays } = registers;
  if (stream === POLICY_STREAM || stream === CLASSES_STREAM) {
    const { version, from, parameters } = data as unknown as PolicyVersion;
    const member = stream === POLICY_STREAM ? 'policy' : 'classes';
    page.set<Registers>(REGISTERS, { ...registers, [member]: [...registers[member], { version, from, parameters }] });
  } else if (type.endsWith('.weekSet.v1')) {
    const { from, weekStart, workingDays, halfDays } = data as unknown as WeekRule;
    page.set<Registers>(REGISTERS, { ...registers, weeks: [...weeks, { from, weekStart, workingDays, halfDays }] });
  } else {
    const others = holidays.filter((day) => day !== data.day);
    const isDeclared = type.endsWith('.holidayDeclared.v1');
    page.set<Registers>(REGISTERS, { ...registers, holidays: isDeclared ? [...others, String(data.day)] : others });
  }
};

const isRegister = ({ stream }: ReadEvent): boolean =>
  [CALENDAR_STREAM, POLICY_STREAM, CLASSES_STREAM].includes(stream);

/** What is done with an event, and the state it needs. */
type Step = readonly [apply: (event: ReadEvent, page: Page) => void, ...keysOf: ((event: ReadEvent) => string)[]];
const EDITION: Step = [learnEdition, ({ stream }) => stream, () => REGISTERS];
const MODE: Step = [changeMode, ({ stream }) => stream];
const ANSWER: Step = [answer, participantKey];
const REGISTER: Step = [noteRegister, () => REGISTERS];

const STEPS: Readonly<Record<string, Step>> = {
  ...Object.fromEntries(
    ['announced', 'baselineChosen', 'started', 'ended', 'cancelled', 'figuresFrozen'].map((noun) => [
      `gov.sijill.campaign.${noun}.v1`,
      EDITION,
    ]),
  ),
  'gov.sijill.campaign.scopeSet.v1': [setScope, scopeKey],
  'gov.sijill.campaign.participantJoined.v1': ANSWER,
  'gov.sijill.campaign.participantLeft.v1': ANSWER,
  'gov.sijill.campaign.awarenessHeld.v1': [note],
  [ENTITY_MERGED]: [() => undefined], // the merger itself is a row of transaction/merged.ts
  'gov.sijill.centre.opened.v1': MODE,
  'gov.sijill.centre.modeChanged.v1': MODE,
  'gov.sijill.centre.closed.v1': MODE,
  'gov.sijill.centre.reopened.v1': MODE,
  'gov.sijill.calendar.weekSet.v1': REGISTER,
  'gov.sijill.calendar.holidayDeclared.v1': REGISTER,
  'gov.sijill.calendar.holidayRevoked.v1': REGISTER,
  'gov.sijill.policy.adopted.v1': REGISTER,
};

/** Editions, their scopes and participants, the modes of centres: all but the figures, which come from transactions. */
export const campaigns: Part = {
  name: 'campaign',
  version: 6,
  cubes: [],
  rows: [
    ...[CampaignEdition, CampaignFreeze, CampaignScope, CampaignParticipant, CampaignActivity],
    ...[CampaignEvent, CentreMode],
  ],
  types: Object.keys(STEPS),
  keys(event) {
    const [, ...keysOf] = STEPS[event.type] as Step;
    return keysOf.map((keyOf) => keyOf(event));
  },
  apply(event, page) {
    const [apply] = STEPS[event.type] as Step;
    if (apply === noteRegister) return isRegister(event) ? apply(event, page) : undefined;
    apply(event, page);
    const { stream, revision, id: subject, effectiveDay, knownDay } = event;
    page.put(CampaignEvent, { stream, revision, subject, effectiveDay, knownDay, knownFrom: momentOf(event) });
  },
};
