import { campaigns } from './campaign/fold.js';
import { CampaignHour } from './campaign/tables.js';
import { catalogue } from './catalogue.js';
import { continuityPart } from './continuity/part.js';
import { costPart } from './cost/part.js';
import { cutByFreezes } from './freezes/late.js';
import { SheetsLate, VolumeLate } from './freezes/tables.js';
import { paperPart } from './paper/part.js';
import { SheetsDay } from './paper/tables.js';
import { composed, type Part, partOf } from './part.js';
import { PlatformDay } from './platform/tables.js';
import { viewsPart } from './platform/views-part.js';
import type { ReadModel, Table } from './read-model.js';
import { registers } from './registers.js';
import { populationPart } from './savings/population.js';
import { stampPart } from './stamp/part.js';
import { FOLDED_TYPES, fold, keysOf } from './transaction/fold.js';
import { ChannelVolumeDay, DeclaredShare, ElectronicShareDay, MergedEntity } from './transaction/tables.js';

/** Cubes made from the corrected facts of every transaction, which are kept once. */
const facts: Part = {
  name: '',
  version: 14,
  cubes: [ChannelVolumeDay, ElectronicShareDay, PlatformDay, CampaignHour],
  months: [ChannelVolumeDay, ElectronicShareDay],
  rows: [DeclaredShare, MergedEntity],
  types: FOLDED_TYPES,
  keys: keysOf,
  apply: fold,
};

/**
 * All that is folded from transactions, and what their figures are combined with: the catalogue, calendars, policies, factors.
 * It keeps the name of its first data set, for a replay and a rebuild are asked for by the name of the projection.
 */
export const transactionsModel: ReadModel = cutByFreezes(
  composed('channel_volume', [
    facts,
    partOf(registers),
    partOf(catalogue),
    paperPart,
    stampPart,
    populationPart,
    costPart,
    viewsPart,
    campaigns,
    continuityPart,
  ]),
  new Map<Table, Table>([
    [SheetsDay, SheetsLate],
    [ChannelVolumeDay, VolumeLate],
  ]),
);
