/**
 * One request of a transcript, as data. Streams, event ids and positions are names: each run gives streams and ids of its own, and
 * a position is called after the append that it came from.
 */
export type Request =
  | {
      readonly ask: 'append';
      readonly stream: string;
      /** Revision of the last event, or "none". */
      readonly at: string;
      readonly ids: readonly string[];
      readonly type?: string;
      readonly bytesPerEvent?: number;
      /** Name for the position that comes back. */
      readonly as?: string;
    }
  | { readonly ask: 'delete' | 'tombstone'; readonly stream: string }
  | { readonly ask: 'keepLast'; readonly stream: string; readonly count: number }
  | {
      readonly ask: 'readStream';
      readonly stream: string;
      readonly from: string;
      readonly isBackwards?: boolean;
      readonly max?: number;
    }
  /** Of all events only those of this run are answered: a real server has others. */
  | { readonly ask: 'readAll'; readonly from: string; readonly isBackwards?: boolean; readonly max?: number }
  /** `from`: a position, the first event after which is the first delivered. Until caught up, and then one event more. */
  | {
      readonly ask: 'subscribe';
      readonly from: string;
      readonly filter: 'none' | 'prefix' | 'exact';
      readonly type?: string;
      readonly afterwards?: { readonly stream: string; readonly at: string; readonly ids: readonly string[] };
    };

/** What a maintainer asks a real server, and what the stand-in must answer in the same way: each row of the table of semantics. */
export const conversation: readonly Request[] = [
  { ask: 'readStream', stream: 'a', from: 'start' },
  { ask: 'append', stream: 'a', at: '0', ids: ['a0'] },
  { ask: 'append', stream: 'a', at: 'none', ids: ['a0', 'a1'], as: 'a1' },
  { ask: 'append', stream: 'a', at: 'none', ids: ['a0', 'a1'] },
  { ask: 'append', stream: 'a', at: 'none', ids: ['other'] },
  { ask: 'append', stream: 'a', at: 'none', ids: ['a0', 'other'] },
  { ask: 'append', stream: 'a', at: '1', ids: ['a2'], as: 'a2' },
  { ask: 'append', stream: 'a', at: '1', ids: ['a2'] },
  { ask: 'append', stream: 'a', at: '0', ids: ['a1', 'a2'] },
  { ask: 'append', stream: 'a', at: '0', ids: ['other'] },
  { ask: 'append', stream: 'a', at: '7', ids: ['other'] },
  { ask: 'append', stream: 'a', at: '2', ids: ['a2'], as: 'a2 again' },
  { ask: 'append', stream: 'b', at: 'none', ids: ['b0', 'b1', 'b2'], type: 'OrderLine', as: 'b2' },
  { ask: 'readStream', stream: 'a', from: 'start' },
  { ask: 'readStream', stream: 'a', from: '1', max: 2 },
  { ask: 'readStream', stream: 'a', from: '9' },
  { ask: 'readStream', stream: 'a', from: 'end', isBackwards: true },
  { ask: 'readStream', stream: 'a', from: '1', isBackwards: true },
  { ask: 'readAll', from: 'a2', max: 1 },
  { ask: 'readAll', from: 'a2', max: 50 },
  { ask: 'readAll', from: 'a2', isBackwards: true, max: 50 },
  { ask: 'readAll', from: 'end', isBackwards: true, max: 50 },
  { ask: 'subscribe', from: 'a1', filter: 'none' },
  { ask: 'subscribe', from: 'a1', filter: 'prefix', type: 'Order' },
  { ask: 'subscribe', from: 'a1', filter: 'exact', type: 'Order' },
  {
    ask: 'subscribe',
    from: 'b2',
    filter: 'prefix',
    type: 'Order',
    afterwards: { stream: 'c', at: 'none', ids: ['c0'] },
  },
  { ask: 'append', stream: 'large', at: 'none', ids: ['l0'], bytesPerEvent: 1_000_000 },
  { ask: 'keepLast', stream: 'b', count: 1 },
  { ask: 'readStream', stream: 'b', from: 'start' },
  { ask: 'delete', stream: 'b' },
  { ask: 'readStream', stream: 'b', from: 'start' },
  { ask: 'append', stream: 'b', at: 'none', ids: ['b3'] },
  { ask: 'readStream', stream: 'b', from: 'start' },
  { ask: 'tombstone', stream: 'b' },
  { ask: 'readStream', stream: 'b', from: 'start' },
  { ask: 'append', stream: 'b', at: '3', ids: ['b4'] },
  { ask: 'readAll', from: 'a1', max: 50 },
];
