export { dumpHash, dumpLines } from './canonical-dump.js';
export type { ServiceSearch, ServiceSearchAnswer } from './catalogue-search.js';
export { type CatalogueEntry, type FoundService, searchServices, serviceEntry } from './catalogue-search.js';
export { type ProjectionStatus, ProjectionWatch } from './projector/projection-status.js';
export { Projector, type ProjectorMetric, type ProjectorSettings } from './projector/projector.js';
export type {
  AnswerRow,
  AnswerValue,
  Contribution,
  DataSet,
  DataSetAnswer,
  DataSetDescription,
  DataSetQuery,
  Grain,
  ReadEvent,
  ReadModel,
} from './read-model.js';
export { dataSets, readModelFailures, readModels, readModelTables } from './read-models.js';
export { calendarAsKnown, factorsInForce, kpiInForce, policyInForce, versionsOfItem } from './register-look-ups.js';
export { inSnapshot, type SnapshotPlace } from './snapshot.js';
