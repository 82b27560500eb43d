import type { Channel } from '#ledger';
import { searchTerms } from '../arabic.js';
import type { Evolve } from '../spans.js';

/** Text in the languages in which it was given. */
export interface Lang {
  readonly ar?: string;
  readonly en?: string;
  readonly fr?: string;
}

/** Always, or spans of the week. */
export type OpeningHours =
  | 'always'
  | {
      readonly weekly: readonly { readonly day: string; readonly opens: string; readonly closes: string }[];
      readonly note?: Lang;
    };

export interface Offer {
  readonly channel: Channel;
  readonly platformId?: string;
  readonly hours?: OpeningHours;
  readonly processingMinutes?: number;
  readonly feeFils?: string;
  readonly url?: string;
}

export interface RequirementItem {
  readonly id: string;
  readonly text: Lang;
}
export interface DocumentItem {
  readonly id: string;
  readonly title: Lang;
  readonly form: string;
  readonly issuerEntityId?: string;
}

/** A service as the catalogue shows it. A member that nobody has given is absent: that is what completeness counts. */
export interface ServiceEntry {
  readonly serviceId: string;
  readonly ownerEntityId: string;
  readonly title: Lang;
  readonly kind: string;
  readonly flow: string;
  readonly critical: boolean;
  readonly status: string;
  readonly code?: string;
  readonly definition?: Lang;
  readonly keywords?: readonly Lang[];
  readonly outputs?: readonly Lang[];
  readonly legalBasis?: readonly Lang[];
  readonly contact?: { readonly phone?: string; readonly email?: string; readonly url?: string };
  readonly processingMinutes?: number;
  readonly audience?: readonly string[];
  readonly scheme?: string;
  readonly themes?: readonly string[];
  readonly requirements?: readonly RequirementItem[];
  readonly documents?: readonly DocumentItem[];
  readonly channels: readonly Offer[];
  readonly steps?: readonly { readonly mode: string }[];
  readonly shares?: { readonly electronicBp: number; readonly manualBp: number; readonly basis: string };
  readonly fees: readonly { readonly feeFils: string; readonly channel?: string; readonly basis?: Lang }[];
  readonly sharedServiceIds: readonly string[];
  readonly successorIds?: readonly string[];
  /** Why it is suspended or retired. */
  readonly reason?: Lang;
}

/** Without the members that name the stream and the day. */
const told = ({ serviceId: _, from: __, ...data }: Readonly<Record<string, unknown>>): Record<string, unknown> => data;

/** What has ended does not begin again, whatever was told before its end for a later day. */
const AFTER_RETIREMENT: ReadonlySet<string> = new Set(['described', 'transferred']);

export const evolveEntry: Evolve<ServiceEntry> = (entry, { type, data }) => {
  const noun = type.replace('gov.sijill.service.', '').replace('.v1', '');
  if (!entry || noun === 'registered') {
    return {
      serviceId: data.serviceId,
      ...told(data),
      channels: [],
      fees: [],
      sharedServiceIds: [],
    } as unknown as ServiceEntry;
  }
  if (entry.status === 'retired' && !AFTER_RETIREMENT.has(noun)) return entry;
  switch (noun) {
    case 'described':
    case 'classified':
      return { ...entry, ...told(data) };
    case 'requirementsSet':
      return { ...entry, requirements: data.items as RequirementItem[] };
    case 'documentsSet':
      return { ...entry, documents: data.items as DocumentItem[] };
    case 'proceduresSet':
      return { ...entry, steps: data.steps as { mode: string }[] };
    case 'sharesDeclared':
      return { ...entry, shares: told(data) as unknown as ServiceEntry['shares'] };
    case 'transferred':
      return { ...entry, ownerEntityId: data.toEntityId as string };
    case 'activated':
      return entry.status === 'planned' ? { ...entry, status: 'active' } : entry;
    case 'suspended':
      return { ...entry, status: 'suspended', reason: data.reason as Lang };
    case 'resumed': {
      const { reason: _, ...rest } = entry;
      return { ...rest, status: 'active' };
    }
    case 'retired':
      return { ...entry, ...told(data), status: 'retired' };
    default:
      return evolveLists(entry, noun, data);
  }
};

const evolveLists = (entry: ServiceEntry, noun: string, data: Readonly<Record<string, unknown>>): ServiceEntry => {
  const { channel, platformId, sharedServiceId } = data;
  const others = entry.channels.filter((offer) => offer.channel !== channel || offer.platformId !== platformId);
  const otherShared = entry.sharedServiceIds.filter((id) => id !== sharedServiceId);
  switch (noun) {
    case 'channelOffered':
      return { ...entry, channels: [...others, told(data) as unknown as Offer].sort(byChannel) };
    case 'channelWithdrawn':
      return { ...entry, channels: others };
    case 'feeSet': {
      const rest = entry.fees.filter((fee) => fee.channel !== channel);
      return { ...entry, fees: [...rest, told(data) as unknown as ServiceEntry['fees'][number]] };
    }
    case 'sharedUsed':
      return { ...entry, sharedServiceIds: [...otherShared, sharedServiceId as string].sort() };
    case 'sharedDropped':
      return { ...entry, sharedServiceIds: otherShared };
    default:
      return entry;
  }
};

const byChannel = (one: Offer, other: Offer): number => (keyOf(one) < keyOf(other) ? -1 : 1);
const keyOf = ({ channel, platformId = '' }: Offer): string => `${channel}|${platformId}`;

/** The twelve points of policy `catalogue@1`. */
export const COMPLETENESS_POINTS: Readonly<Record<string, (entry: ServiceEntry) => boolean>> = {
  title_ar: ({ title }) => title.ar !== undefined,
  title_en: ({ title }) => title.en !== undefined,
  definition_ar: ({ definition }) => definition?.ar !== undefined,
  definition_en: ({ definition }) => definition?.en !== undefined,
  audience: ({ audience }) => (audience ?? []).length > 0,
  themes: ({ themes }) => (themes ?? []).length > 0,
  requirements: ({ requirements }) => requirements !== undefined, // an empty list says that none are needed
  documents: ({ documents }) => documents !== undefined,
  channel: ({ channels }) => channels.length > 0,
  shares: ({ shares }) => shares !== undefined,
  steps: ({ steps }) => (steps ?? []).length > 0,
  fee: ({ fees, channels }) => fees.length > 0 || channels.some(({ feeFils }) => feeFils !== undefined),
};
export const COMPLETENESS_MAX = Object.keys(COMPLETENESS_POINTS).length;

/** Names of the points that an entry does not have. */
export const missingPoints = (entry: ServiceEntry): string[] =>
  Object.keys(COMPLETENESS_POINTS).filter((point) => !COMPLETENESS_POINTS[point]?.(entry));

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)].sort();

/** Columns of a span of the catalogue that are made from its entry. */
export const columnsOf = (entry: ServiceEntry) => {
  const titles = [entry.title.ar, entry.title.en, entry.title.fr].filter((title) => title !== undefined);
  const words = [
    ...titles,
    entry.serviceId,
    entry.code,
    ...langs(entry.definition),
    ...(entry.keywords ?? []).flatMap(langs),
  ];
  const names = titles.map((title) => searchTerms(title).join(' '));
  return {
    entity: entry.ownerEntityId,
    kind: entry.kind,
    flow: entry.flow,
    critical: entry.critical,
    status: entry.status,
    audience: distinct(entry.audience ?? []),
    themes: distinct(entry.themes ?? []),
    channels: distinct(entry.channels.map(({ channel }) => channel)),
    platforms: distinct(entry.channels.flatMap(({ platformId }) => platformId ?? [])),
    sharedServices: entry.sharedServiceIds,
    languages: distinct(Object.keys(entry.title)),
    documents: entry.documents?.length ?? null,
    requirements: entry.requirements?.length ?? null,
    electronicBp: entry.shares?.electronicBp ?? null,
    steps: entry.steps?.length ?? null,
    manualSteps: entry.steps?.filter(({ mode }) => mode === 'manual').length ?? null,
    completeness: COMPLETENESS_MAX - missingPoints(entry).length,
    entry,
    names,
    terms: distinct(words.flatMap((word) => searchTerms(word ?? ''))),
    grams: gramsOf(names.join(' ')),
  };
};

const langs = (text: Lang | undefined): string[] => Object.values(text ?? {});

/** Letter triples of the words, each padded as its beginning and end count more: what misspelt words still share. */
export const gramsOf = (words: string): string[] =>
  distinct(
    words
      .split(' ')
      .filter((word) => word !== '')
      .flatMap((word) => {
        const letters = [...`  ${word} `];
        return letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(''));
      }),
  );
