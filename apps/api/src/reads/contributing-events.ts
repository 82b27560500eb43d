import type { EventStore, StoredEvent } from '#event-store';
import type { AnswerRow, DataSet } from '#read-models';
import { dataText } from './journal-event.js';

type Contribution = Awaited<ReturnType<DataSet['contributions']>>['events'][number];

/** What an event added to a figure, with what the journal says of that event. */
export interface ContributingEvent extends Contribution {
  /** Decimal text. */
  readonly position: string;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly time: string;
  readonly recordedAt: string;
  readonly withheld?: true;
  /** Stored canonical JSON. Absent where the reader may not see it, or nobody can any more. */
  readonly data?: string;
}

/** Columns of a file of such events, before those of what each added. */
export const EVENT_COLUMNS = [
  'position',
  'stream',
  'revision',
  'type',
  'source',
  'id',
  'time',
  'recordedAt',
  'effectiveDay',
  'knownDay',
] as const satisfies readonly (keyof ContributingEvent)[];

/** Whether the reader may see the data of an event of that source. */
export type IsShown = (source: string) => boolean;

/** Finds the event of every contribution. Each stream is read once, and the streams of a page share their questions. */
export async function eventsOf(
  store: EventStore,
  contributions: readonly Contribution[],
  isShown: IsShown,
): Promise<readonly ContributingEvent[]> {
  const streams = new Map<string, Map<string, Contribution>>();
  for (const one of contributions) {
    streams.set(one.stream, (streams.get(one.stream) ?? new Map()).set(one.revision, one));
  }
  const told = new Map<Contribution, ContributingEvent>();
  await Promise.all(
    [...streams].map(async ([stream, wanted]) => {
      for (const event of await store.readWhole(stream)) {
        const contribution = wanted.get(String(event.revision));
        if (contribution !== undefined) told.set(contribution, together(contribution, event, isShown));
      }
    }),
  );
  return contributions.map((contribution) => {
    const found = told.get(contribution);
    if (found === undefined) throw new Error('a projection counts an event that the journal does not hold');
    return found;
  });
}

const together = (contribution: Contribution, event: StoredEvent, isShown: IsShown): ContributingEvent => ({
  ...contribution,
  position: String(event.position),
  type: event.type,
  source: event.source,
  id: event.id,
  time: event.time,
  recordedAt: event.recorded,
  ...(event.isWithheld ? { withheld: true } : isShown(event.source) && { data: dataText(event) }),
});

/** JSON of one of them; the data are the stored bytes themselves, not a second spelling of them. */
export function contributingEventText({ data, ...told }: ContributingEvent): string {
  const text = JSON.stringify(told);
  return data === undefined ? text : `${text.slice(0, -1)},"data":${data}}`;
}

/** A row of the file: what the event added stands in columns of its own. */
export const contributingEventRow = ({ deltas, withheld: _, ...told }: ContributingEvent): AnswerRow => ({
  ...told,
  ...deltas,
});
