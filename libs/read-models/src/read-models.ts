import type { DataSet, ReadModel, Table } from './read-model.js';

/** All read models, in the order in which they are taken in. A new one is added here and nowhere else. */
export const readModels: readonly ReadModel[] = [];

/** All data sets, by name. */
export const dataSets: ReadonlyMap<string, DataSet> = new Map();

/** Entity classes for the data source of whoever reads. */
export const readModelTables: readonly Table[] = readModels.flatMap(({ cubes, rows }) => [...cubes, ...rows]);
