import type { EventStore } from '#event-store';
import { Failure } from '#kernel';
import { record } from './funnel.js';
import type { Outcome, Provenance, Told } from './judgement.js';
import { findAll, nameOf, type References, referTo } from './references.js';
import type { Context, Fact, Reference, Stream } from './stream.js';
import type { StreamMemory } from './stream-memory.js';

/** A checked fact on its way to its stream. */
export interface Posted {
  readonly stream: Stream;
  /** Name of the stream that it writes. */
  readonly name: string;
  readonly fact: Fact;
  readonly isSteward: boolean;
  /** Streams that must exist before it. */
  readonly references: readonly Reference[];
  /** Who said it, asked for once what it names was found; and the fact as the rules may see it, nothing personal in clear. */
  say(): Said | Promise<Said>;
}

export interface Said {
  readonly provenance: Provenance;
  readonly fact: Fact;
}

/** Facts of one batch on their way to the store at once: enough to fill the groups of its commits, and bounded. */
export const WAVE_FACTS_MAX = 512;

/**
 * Records facts, each answered as if they had come one by one, in their order. They go in waves: the streams that a wave names
 * and those that it writes are read together, and each of these gets one append. A fact waits for a later wave only where it
 * names a stream that an earlier one writes; what a later one opens is never there for it.
 *
 * A fact is not tried when an earlier one of its stream, or of a stream that it names, may succeed when it is sent again: going
 * on without that one would put the later fact before it, and the repeat would be refused.
 *
 * @param memory of streams of this store that were written lately; only a store that keeps what it is given may have one
 * @returns One outcome a fact, in their order, when all is on disk.
 */
export const recordAll = async (
  store: EventStore,
  posted: readonly Posted[],
  references: References,
  memory?: StreamMemory,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  const unsettled = new Map<string, Failure>();
  for (const wave of wavesOf(posted)) {
    const note = (at: number, outcome: Outcome) => {
      outcomes[at] = outcome;
      const { name } = posted[at] as Posted;
      if ('failure' in outcome && outcome.failure.isUnsettled) unsettled.set(name, outcome.failure);
      if ('answer' in outcome && !outcome.answer.isDuplicate) references.forget(name);
    };
    const ready = await readied(wave, posted, references);
    const rows = new Map<string, Row>();
    for (const [nth, at] of wave.entries()) {
      const one = posted[at] as Posted;
      const outcome = obstacleOf(one, unsettled) ?? (ready[nth] as Failure | Told);
      if (outcome instanceof Failure) note(at, { failure: outcome });
      else addTo(rows, one, at, outcome);
    }
    const written = [...rows.values()].map(async ({ stream, name, places, told }) => {
      const recorded = await record(store, stream, name, told, memory);
      for (const [nth, at] of places.entries()) note(at, recorded[nth] as Outcome);
    });
    await allOf(written);
  }
  return outcomes;
};

/** Facts of one stream in one wave, and their places in the batch. */
interface Row extends Pick<Posted, 'stream' | 'name'> {
  readonly places: number[];
  readonly told: Told[];
}

const addTo = (rows: Map<string, Row>, { stream, name }: Posted, at: number, told: Told): void => {
  const row = rows.get(name);
  if (row === undefined) rows.set(name, { stream, name, places: [at], told: [told] });
  else {
    row.places.push(at);
    row.told.push(told);
  }
};

/** Places of the facts of each wave, in order. */
export const wavesOf = (posted: readonly Pick<Posted, 'name' | 'references'>[]): readonly (readonly number[])[] => {
  const waves: number[][] = [];
  const written = new Map<string, number>();
  const read = new Map<string, number>();
  for (const [at, { name, references }] of posted.entries()) {
    // What a wave names is read before anything of it is written: who names a stream may share a wave with who writes it later.
    let wave = Math.max(written.get(name) ?? 0, read.get(name) ?? 0);
    for (const reference of references) wave = Math.max(wave, (written.get(nameOf(reference)) ?? -1) + 1);
    while (waves[wave] !== undefined && (waves[wave] as number[]).length >= WAVE_FACTS_MAX) wave++;
    waves[wave] ??= [];
    (waves[wave] as number[]).push(at);
    written.set(name, wave);
    for (const reference of references) read.set(nameOf(reference), Math.max(read.get(nameOf(reference)) ?? 0, wave));
  }
  return waves;
};

/** Each fact of a wave with what it names and who said it, or why it goes no further. */
const readied = async (
  wave: readonly number[],
  posted: readonly Posted[],
  references: References,
): Promise<readonly (Told | Failure)[]> => {
  const found = await findAll(
    wave.flatMap((at) => (posted[at] as Posted).references),
    references,
  );
  const ready = wave.map((at) => {
    const one = posted[at] as Posted;
    const refer = referTo(one.references, found, references);
    if (refer instanceof Promise) return refer;
    const said = one.say();
    return said instanceof Promise
      ? said.then((late) => toldOf(one, late, refer), failureOf)
      : toldOf(one, said, refer);
  });
  return ready.some((one) => one instanceof Promise) ? Promise.all(ready) : (ready as readonly Told[]);
};

const toldOf = ({ isSteward }: Posted, { fact, provenance }: Said, refer: Context['refer']): Told => ({
  command: { fact, isSteward, refer },
  provenance,
});

const failureOf = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  throw error;
};

const obstacleOf = ({ name, references }: Posted, unsettled: ReadonlyMap<string, Failure>): Failure | undefined =>
  unsettled.size === 0
    ? undefined
    : [name, ...references.map(nameOf)].map((stream) => unsettled.get(stream)).find(Boolean);

/** Waits for all before it tells of a fault of ours: nothing is broken off half-way. */
const allOf = async (work: readonly Promise<void>[]): Promise<void> => {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throw one.reason;
};
