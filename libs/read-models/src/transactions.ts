import { catalogue } from './catalogue.js';
import { KpiVersion } from './kpi/tables.js';
import { paperPart } from './paper/part.js';
import { composed, type Part } from './part.js';
import type { ReadModel } from './read-model.js';
import { registers } from './registers.js';
import { FOLDED_TYPES, fold, keysOf } from './transaction/fold.js';
import { ChannelVolumeDay, DeclaredShare, ElectronicShareDay, MergedEntity } from './transaction/tables.js';

/** Cubes made from the corrected facts of every transaction, which are kept once. */
const facts: Part = {
  name: '',
  version: 7,
  cubes: [ChannelVolumeDay, ElectronicShareDay],
  months: [ChannelVolumeDay, ElectronicShareDay],
  rows: [DeclaredShare, MergedEntity, KpiVersion],
  types: FOLDED_TYPES,
  keys: keysOf,
  apply: fold,
};

/** A read model of its own, here as a part: its tables stand at the position of the cubes. */
const partOf = ({ name, version, cubes, rows, types, keys, apply }: ReadModel): Part => {
  if (types === 'every') throw new TypeError(`${name} folds every event and is no part`);
  return { name, version, cubes, rows, types, keys, apply };
};

/**
 * All that is folded from transactions, and what their figures are combined with: the catalogue, calendars, policies, factors.
 * It keeps the name of its first data set, for a replay and a rebuild are asked for by the name of the projection.
 */
export const transactionsModel: ReadModel = composed('channel_volume', [
  facts,
  partOf(registers),
  partOf(catalogue),
  paperPart,
]);
