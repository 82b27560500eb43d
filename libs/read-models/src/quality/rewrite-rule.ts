import type { Page, ReadEvent } from '../read-model.js';

/** Type → member by which its source tells one from another. A retry that rewrites ids makes it anew, and is recorded as another fact. */
const NUMBERED: ReadonlyMap<string, string> = new Map([
  ['gov.sijill.transaction.received.v1', 'number'],
  ['gov.sijill.enquiry.received.v1', 'number'],
  ['gov.sijill.feedback.given.v1', 'feedbackId'],
  ['gov.sijill.paper.consumed.v1', 'recordId'],
]);

/** Of one source and hour, some 550 facts: beyond, they are not compared, for the state would be too large to be written with every page. */
const PRINTS_CHARACTERS_MAX = 10_000;

/** What a source has said of a day: for each hour the prints of its facts, each behind a blank. A list, for it is copied with every fact. */
type Said = readonly string[];
const NOTHING: Said = Array<string>(24).fill('');
const NO_KEYS: readonly string[] = [];

/** State keys that the rule reads or writes for an event. */
export const rewriteKeys = (event: ReadEvent): readonly string[] =>
  NUMBERED.has(event.type) && isTelling(event) ? [saidKey(event)] : NO_KEYS;

/**
 * Whether the source has said the same before under another number: at the same instant, and every other member alike. Where nobody is
 * named and the instant is one of whole seconds, two facts may well be two, and nothing is said.
 */
export const isLikelyRewritten = (event: ReadEvent, page: Page): boolean => {
  const number = NUMBERED.get(event.type);
  if (number === undefined || !isTelling(event)) return false;
  const key = saidKey(event);
  const said = page.get<Said>(key) ?? NOTHING;
  const hour = Number(event.time.slice(11, 13));
  const prints = said[hour] ?? '';
  const print = printOf(event, number);
  if (prints.includes(print)) return true;
  if (prints.length < PRINTS_CHARACTERS_MAX) page.set<Said>(key, said.with(hour, prints + print));
  return false;
};

const saidKey = ({ source, effectiveDay }: ReadEvent): string => `said ${effectiveDay} ${source}`;

const isTelling = ({ time, data }: ReadEvent): boolean =>
  (time.charCodeAt(19) === DOT && FRACTION.test(time)) || customerOf(data) !== undefined;
const DOT = 0x2e;
const FRACTION = /\.\d*[1-9]/;

/** Opaque id of the customer. */
const customerOf = ({ customerRef }: ReadEvent['data']): string | undefined =>
  (customerRef as { readonly $personal?: { readonly key: string } } | undefined)?.$personal?.key;

/**
 * Minute and second of the event and 32 bits of all that it says (FNV-1a): within one hour of one source enough to tell facts apart.
 * What is sealed is never the same twice, so the customer stands for itself, and a comment for nothing.
 */
const printOf = ({ time, data }: ReadEvent, number: string): string => {
  let mixed = OFFSET;
  for (const member in data) {
    if (member === number || member === 'comment') continue;
    const value = member === 'customerRef' ? customerOf(data) : data[member];
    mixed = mix(mixed, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return ` ${time.slice(14, 23)}${(mixed >>> 0).toString(36)}`;
};

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
/** One that no text ends with: `ab` and `c` are not `a` and `bc`. */
const END = 0xffff;

const mix = (mixed: number, text: string): number => {
  let next = mixed;
  for (let at = 0; at < text.length; at++) next = Math.imul(next ^ text.charCodeAt(at), PRIME);
  return Math.imul(next ^ END, PRIME);
};
