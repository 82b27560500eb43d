/** A register item as an event to post. */
export interface DefaultFact {
  readonly id: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly data: object;
}

/** Raised when an item changes: the new set then has ids of its own. */
const DEFAULTS_VERSION = 1;

/** The moment of adoption is part of the item: every ledger adopts the same bytes, and a second start adds nothing. */
const ADOPTED_AT = '2026-01-01T00:00:00+04:00';

export const DEFAULTS_SOURCE = 'urn:sijill:sijill:defaults';

/** First day of the ledger's years: what holds for every past period as well. */
export const EVER = '1900-01-01';

/** `name` tells the item within its category, for example `digital_take_up@1`. */
export const item = (type: string, category: string, name: string, data: object): DefaultFact => ({
  id: `defaults@${DEFAULTS_VERSION}:${category}:${name}`,
  type,
  time: ADOPTED_AT,
  data,
});
