export { normaliseArabic, searchTerms } from './arabic.js';
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
  Dimension,
  Grain,
  Measure,
  ReadEvent,
  ReadModel,
} from './read-model.js';
export { dataSets, readModels, readModelTables } from './read-models.js';
export { calendarAsKnown, factorsInForce, kpiInForce, policyInForce, versionsOfItem } from './register-look-ups.js';
export { inSnapshot, projectionFailures, type SnapshotPlace } from './snapshot.js';
