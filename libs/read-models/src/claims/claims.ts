import { composed, partOf } from '../part.js';
import type { DataSet, ReadModel } from '../read-model.js';
import { registers } from '../registers.js';
import { checkContributions, checkRows } from './check-answer.js';
import { claimContributions, claimRows } from './claim-answer.js';
import { checksDescription, claimsDescription } from './description.js';
import { CLAIM_TYPES, claimKeys, foldClaim } from './fold.js';
import type { FindDataSet } from './measured.js';
import { ClaimCheckVersion, ClaimEntry } from './tables.js';

/** What was said, with the policies by which it is judged: both stand at one position. */
export const claimsModel: ReadModel = composed('claims', [
  {
    name: '',
    version: 1,
    cubes: [],
    rows: [ClaimEntry, ClaimCheckVersion],
    types: CLAIM_TYPES,
    keys: claimKeys,
    apply: foldClaim,
  },
  partOf(registers),
]);

/** Said against counted. What was counted comes through the data sets themselves, each at its own position. */
export const claimsBeside = (findDataSet: FindDataSet): DataSet => ({
  description: claimsDescription,
  projection: claimsModel.name,
  isCombined: true,
  rows: (query, manager) => claimRows(claimsModel.name, query, manager, findDataSet),
  contributions: claimContributions,
});

/** Whether published figures agree with each other. */
export const claimChecks: DataSet = {
  description: checksDescription,
  projection: claimsModel.name,
  rows: (query, manager) => checkRows(claimsModel.name, query, manager),
  contributions: checkContributions,
};
