export { NORMALISE_SQL, normaliseArabic, searchTerms } from './arabic.js';
export { cubeContributions } from './contributions.js';
export { type CubeSpec, type CubeSums, cubeAnswer, cubeSums, type ExtraSum, sumWhere } from './cube-query.js';
export { type Cell, type CellContribution, MemoryPage } from './page.js';
export { isGrain, periodSql } from './periods.js';
export type * from './read-model.js';
