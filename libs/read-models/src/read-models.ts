import type { FailureTable } from '#kernel';
import { aggregates, aggregatesModel } from './aggregates.js';
import { campaignBoard, campaignMetrics } from './campaign.js';
import { catalogueDataSet, catalogueModel } from './catalogue.js';
import { channelVolume } from './channel-volume.js';
import { claimChecks, claimsBeside, claimsModel } from './claims/claims.js';
import { continuity } from './continuity/continuity.js';
import { cost } from './cost/cost.js';
import { coverage } from './coverage.js';
import { dataQuality, dataQualityDataSet } from './data-quality.js';
import { electronicShare } from './electronic-share.js';
import { enquiries } from './enquiry/enquiries.js';
import { enquiriesModel } from './enquiry/fold.js';
import { kpiFailures } from './kpi.js';
import { paper } from './paper/paper.js';
import { placesModel } from './places/fold.js';
import { places } from './places/places.js';
import { platformActivity } from './platform/platform-activity.js';
import type { DataSet, ReadModel, Table } from './read-model.js';
import { registers, registersDataSet } from './registers.js';
import { replayFailures } from './replay/failures.js';
import { satisfactionModel } from './satisfaction/fold.js';
import { satisfaction } from './satisfaction/satisfaction.js';
import { factorFailures } from './savings/factors.js';
import { periodFailures } from './savings/periods.js';
import { savings } from './savings/savings.js';
import { sharingModel } from './sharing/fold.js';
import { sharing } from './sharing/sharing.js';
import { projectionFailures } from './snapshot.js';
import { stamp } from './stamp/stamp.js';
import { transactionsModel } from './transactions.js';

/** Beside the data sets: what anybody may read of one of them, and the least count that is told to everybody. */
export { smallCountOn } from './register-look-ups.js';
export { heldStamps } from './stamp/held.js';

/** All read models, in the order in which they are taken in. A new one is added here and nowhere else. */
export const readModels: readonly ReadModel[] = [
  registers,
  catalogueModel,
  transactionsModel,
  aggregatesModel,
  dataQuality,
  enquiriesModel,
  satisfactionModel,
  placesModel,
  claimsModel,
  sharingModel,
];

const listed: readonly DataSet[] = [
  aggregates,
  campaignBoard,
  campaignMetrics,
  catalogueDataSet,
  channelVolume,
  claimsBeside((name) => dataSets.get(name)),
  claimChecks,
  cost,
  continuity,
  coverage,
  dataQualityDataSet,
  electronicShare,
  paper,
  enquiries,
  places,
  platformActivity,
  registersDataSet,
  sharing,
  satisfaction,
  stamp,
  savings,
];

/** All data sets, by name. */
export const dataSets: ReadonlyMap<string, DataSet> = new Map(listed.map((set) => [set.description.name, set]));

/** Entity classes for the data source of whoever reads. Two projections may hold a table each of the same class. */
export const readModelTables: readonly Table[] = [
  ...new Set(readModels.flatMap(({ cubes, rows }) => [...cubes, ...rows])),
];

/** Every code with which this library says no, for the catalogue of problems. */
export const readModelFailures = {
  ...projectionFailures,
  ...replayFailures,
  ...kpiFailures,
  ...factorFailures,
  ...periodFailures,
} satisfies FailureTable;
