export { dumpHash } from './canonical-dump.js';
export { type DescribedPage, type DescribedService, describedServices, type Outline } from './catalogue/described.js';
export { type CatalogueEntry, serviceEntry, serviceHistory } from './catalogue/entry-answer.js';
export { type ServiceSearch, searchServices } from './catalogue/search.js';
export { type ProjectionStatus, ProjectionWatch } from './projector/projection-status.js';
export { Projector, type ProjectorMetric, type ProjectorSettings } from './projector/projector.js';
export type {
  AnswerRow,
  AnswerValue,
  DataSet,
  DataSetAnswer,
  DataSetDescription,
  DataSetQuery,
  ReadModel,
} from './read-model.js';
export { dataSets, heldStamps, readModelFailures, readModels, readModelTables, smallCountOn } from './read-models.js';
export { REPLAY_QUOTA, type Replay, ReplayDesk } from './replay/desk.js';
export { positionAt } from './replay/position-at.js';
export { Replayer, type ReplayerSettings } from './replay/replayer.js';
export { elsewhere, inSnapshot, onConnection, type ReplayReader, type SnapshotPlace } from './snapshot.js';
