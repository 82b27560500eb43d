import { composed, type Part, partOf } from '../part.js';
import type { Page, ReadEvent, ReadModel } from '../read-model.js';
import { registers } from '../registers.js';
import { dayAt, ENTITY_REGISTERED, noteZone, zoneKey } from '../transaction/entity-zone.js';
import { ENTITY_MERGED, foldMerger, MERGERS } from '../transaction/merged.js';
import { MergedEntity } from '../transaction/tables.js';
import { SatisfactionDay } from './tables.js';
import { foldTotal, isRatingTotal, TOTAL_TYPES } from './totals.js';

const GIVEN = 'gov.sijill.feedback.given.v1';
const VOIDED = 'gov.sijill.feedback.voided.v1';

type Subject = Readonly<Record<string, string | null>>;

interface FeedbackState {
  readonly day: string;
  readonly subject: Subject;
  readonly measures: Readonly<Record<string, number>>;
}

const folded: Part = {
  name: '',
  version: 2,
  cubes: [SatisfactionDay],
  rows: [MergedEntity],
  types: [GIVEN, VOIDED, ...TOTAL_TYPES, ENTITY_REGISTERED, ENTITY_MERGED],
  keys: (event) => {
    if (event.type === ENTITY_MERGED) return [MERGERS];
    if (event.category === 'feedback') return [event.stream, zoneKey(String(event.data.entityId))];
    return event.category === 'aggregate' && !isRatingTotal(event) ? [] : [event.stream];
  },
  apply(event, page) {
    if (event.type === ENTITY_REGISTERED) noteZone(event, page);
    else if (event.type === ENTITY_MERGED) foldMerger(event, page);
    else if (event.category === 'aggregate') foldTotal(event, page);
    else if (event.type === GIVEN) give(event, page);
    else takeBack(event, page);
  },
};

/** Answers, with the definitions and policies by which they are counted: both stand at one position. */
export const satisfactionModel: ReadModel = composed('satisfaction', [folded, partOf(registers)]);

const give = (event: ReadEvent, page: Page): void => {
  const { data, stream, knownDay, recordedDay } = event;
  const entity = String(data.entityId);
  const day = dayAt(event, entity, page);
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const subject: Subject = {
    ...{ recordedDay, periodStart: day, origin: 'event' },
    ...{ publisher: null, dataset: null, freq: null, breakdown: null, period: null },
    entity,
    service: text(data.serviceId),
    channel: text(data.channel),
    platform: text(data.platformId),
  };
  const measures = { [`rating${data.rating as number}`]: 1 };
  page.set<FeedbackState>(stream, { day, subject, measures });
  page.add(SatisfactionDay, { effectiveDay: day, knownDay }, subject, measures);
};

/** It counts no longer, from the day on which that is known. */
const takeBack = ({ stream, knownDay, recordedDay }: ReadEvent, page: Page): void => {
  const feedback = page.get<FeedbackState>(stream);
  if (!feedback) return;
  const { day, subject, measures } = feedback;
  page.add(SatisfactionDay, { effectiveDay: day, knownDay }, { ...subject, recordedDay }, measures, -1);
};
