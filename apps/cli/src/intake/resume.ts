import type { ApiClient } from '../client.js';
import type { ImportIdentity, ImportState } from './import-state.js';
import { BARRIER, type Input, type Item, type ItemResult } from './poster.js';
import { placeText, type RejectFile } from './rejects.js';
import type { Source } from './sources.js';
import { type Mark, START, type Witness } from './watermark.js';

/** From where an import goes on, and what behind it is final already. */
export interface Beginning {
  readonly mark: Mark;
  /** Places of refusals behind the mark. */
  readonly refused: ReadonlySet<string>;
}

interface Import {
  readonly source: Source;
  readonly state: ImportState;
  readonly identity: ImportIdentity;
  readonly rejects: RejectFile;
}

/** Starts an import anew. The refusals go first: a crash in between leaves a state that is refused, not one that is wrong. */
export const beginAnew = async ({ state, identity, rejects }: Import): Promise<Beginning> => {
  await rejects.clear();
  await state.save(identity, START);
  return { mark: START, refused: new Set() };
};

/**
 * Goes on behind the watermark of an interrupted import, once the ledger has shown that it still has what it acknowledged up to there:
 * one that was set back to an earlier backup has not, and then the import starts anew.
 *
 * @throws CliError when the state is missing, damaged, or of another import
 */
export const beginBehindMark = async (
  one: Import,
  client: ApiClient,
  say: (line: string) => void,
): Promise<Beginning> => {
  const { source, state, identity, rejects } = one;
  const mark = await state.read(identity);
  if (mark.witness && !(await isRecorded(source, mark.witness, client))) {
    say(
      `${client.url} no longer has what it acknowledged at position ${mark.witness.position}: it was set back, or is another ledger`,
    );
    say('starting from the beginning: what it has is answered as a duplicate');
    return beginAnew(one);
  }
  return { mark, refused: await rejects.goOn(mark.record, mark.counts.rejected) };
};

/** What is left to be posted: everything behind the mark that was not refused before. */
export async function* leftOf({ inputs }: Source, { mark, refused }: Beginning): AsyncGenerator<Input> {
  for await (const input of inputs(mark.record)) {
    const isKept = input !== BARRIER && input.place !== undefined && refused.has(placeText(input.place));
    yield isKept ? { refused: undefined, place: input.place! } : input;
  }
}

/**
 * Asks about the very event again, without recording it. Positions have no hole, so a journal that has it at the same position has
 * everything that was acknowledged before it.
 */
const isRecorded = async (source: Source, { record, part, position }: Witness, client: ApiClient): Promise<boolean> => {
  for (let item = await itemAt(source, record, part); item; ) {
    const result = await rehearse(item, client);
    if (!result?.problem) return result?.status === 'duplicate' && result.position === position;
    item = source.newer?.file.answer(item, result.problem);
  }
  return false;
};

const itemAt = async ({ inputs }: Source, record: number, part: number): Promise<Item | undefined> => {
  for await (const input of inputs(record - 1)) {
    if (input === BARRIER || !('text' in input)) continue;
    if (input.place?.record === record && input.place.part === part) return input;
    if ((input.place?.record ?? 0) > record) return undefined;
  }
  return undefined;
};

const rehearse = async ({ text }: Item, client: ApiClient): Promise<ItemResult | undefined> => {
  const { results } = await client.json<{ readonly results: readonly ItemResult[] }>('/v1/events?validate=only', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${text}\n`,
  });
  return results[0];
};
