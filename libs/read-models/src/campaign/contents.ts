import { instantMicros, instantText } from '#kernel';
import type { ReadEvent } from '../read-model.js';
import type { Evolve } from '../spans.js';

/** What is known of an edition beside its scope. */
export interface EditionContent {
  readonly series: string;
  readonly edition: number;
  readonly owner: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly isFeeBearingOnly: boolean;
  readonly phase: string;
  readonly headline: string | null;
  /** How many weeks its owner wants matched weekdays to go back; null: as the policy says. */
  readonly weeks: number | null;
  readonly frozenAt: string | null;
}

const nounOf = (type: string): string => type.split('.')[3] ?? '';

export const evolveEdition: Evolve<EditionContent> = (edition, { type, data }) => {
  const noun = nounOf(type);
  if (!edition || noun === 'announced') {
    const { seriesId, edition: number, ownerEntityId, firstDay, lastDay, feeBearingOnly } = data;
    const told = { series: seriesId, edition: number, owner: ownerEntityId, firstDay, lastDay };
    const content = {
      ...told,
      isFeeBearingOnly: feeBearingOnly,
      phase: noun,
      headline: null,
      weeks: null,
      frozenAt: null,
    };
    return content as EditionContent;
  }
  if (noun === 'baselineChosen') {
    const { headline, method, weeks } = data as { headline: boolean; method: string; weeks?: number };
    const chosen = headline ? { ...edition, headline: method } : edition;
    return weeks !== undefined && method === 'matchedWeekdays' ? { ...chosen, weeks } : chosen;
  }
  if (noun === 'figuresFrozen') return { ...edition, frozenAt: String(data.frozenAt) };
  return { ...edition, phase: noun };
};

/** What an entity said to an edition. */
export interface ParticipantContent {
  readonly answer: 'joined' | 'left';
  readonly services: number | null;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
}

interface Readiness {
  readonly channel: string;
  readonly ready: boolean;
}

export const evolveParticipant: Evolve<ParticipantContent> = (_before, { type, data }) => {
  if (nounOf(type) === 'participantLeft') return { answer: 'left', services: null, ready: [], notReady: [] };
  const { services = null, readiness = [] } = data as { services?: number; readiness?: readonly Readiness[] };
  const channels = (isReady: boolean) =>
    readiness.filter(({ ready }) => ready === isReady).map(({ channel }) => channel);
  return { answer: 'joined', services, ready: channels(true), notReady: channels(false) };
};

/** A centre that opens serves. A closed one has a mode of its own, so that nobody takes it for an awareness centre. */
export const evolveMode: Evolve<string> = (_mode, { type, data }) => {
  const noun = nounOf(type);
  if (noun === 'modeChanged') return String(data.mode);
  return noun === 'closed' ? 'closed' : 'serving';
};

const EARLIEST_DAY = '1900-01-01';

/** When a change of a centre takes effect: on the minute for a mode, with the day in Asia/Dubai for the others. */
export const instantOf = ({ data, time }: ReadEvent): string => {
  if (typeof data.from !== 'string') return instantText(instantMicros(time));
  // The first day there is begins in Dubai before the first instant there is.
  const from = data.from > EARLIEST_DAY ? `${data.from}T00:00:00+04:00` : `${EARLIEST_DAY}T00:00:00Z`;
  return instantText(instantMicros(from));
};
