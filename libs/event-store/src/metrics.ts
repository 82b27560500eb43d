/** What the adapter tells about itself; the composition root turns it into metrics and logs. Must not throw. */
export type StoreMetric =
  /** One group was answered, whatever each of its appends was told. */
  | { readonly name: 'append_group'; readonly appends: number; readonly events: number; readonly milliseconds: number }
  /** Events that wait for the next group. */
  | { readonly name: 'append_queue'; readonly events: number }
  /** A connection was lost and is made again. */
  | { readonly name: 'reconnect'; readonly connection: 'append' | 'listen' | 'read' }
  /** A group had no answer and is being settled. */
  | { readonly name: 'outcome_unknown'; readonly appends: number }
  /** A setting that is not refused but deserves a look. */
  | { readonly name: 'warning'; readonly setting: string; readonly value: string };
