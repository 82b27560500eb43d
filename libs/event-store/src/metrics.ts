/** What the adapter tells about itself; the composition root turns it into metrics and logs. Must not throw. */
export type StoreMetric =
  /** One group was answered, whatever each of its appends was told. */
  | { readonly name: 'append_group'; readonly appends: number; readonly events: number; readonly milliseconds: number }
  /** Told once, before the first append: `events` says at any time how many wait for their turn, while nothing moves as well. */
  | { readonly name: 'append_queue'; readonly events: () => number }
  /** A connection was lost and is made again. */
  | { readonly name: 'reconnect'; readonly connection: 'append' | 'listen' | 'read' }
  /** The tail heard nothing although the journal went on, and is made again. */
  | { readonly name: 'stall' }
  /** Events that somebody else wrote into our journal. They are never delivered; any at all is an alarm. */
  | { readonly name: 'foreign_events'; readonly events: number }
  /** A group had no answer and is being settled. */
  | { readonly name: 'outcome_unknown'; readonly appends: number }
  /** A setting that is not refused but deserves a look. */
  | { readonly name: 'warning'; readonly setting: string; readonly value: string };
