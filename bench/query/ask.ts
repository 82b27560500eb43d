import { DataSource } from 'typeorm';
import { dataSets, readModelTables } from '#read-models';
import { FILE_LIMITS } from '../../apps/api/src/limits.js';
import { AskDataSet, AskDataSetHandler } from '../../apps/api/src/reads/dataset.query.js';
import { readDataSetRequest } from '../../apps/api/src/reads/dataset-request.js';
import type { ApiProcess } from '../harness/child.js';
import type { Raw } from '../raw.js';
import type { Ledger } from '../server.js';
import { pathOf, type Question, sumsOf } from './questions.js';

/** A way to an answer. @returns how many rows it has. */
export type Ask = () => Promise<number>;

const COLUMNS = `select column_name as name, data_type as type from information_schema.columns
 where table_schema = $1 and table_name = $2 order by ordinal_position`;

/** The sums alone, on a connection without a ledger. */
export const askDatabase = async (raw: Raw, { name, limit }: Question): Promise<Ask | undefined> => {
  if (limit === undefined) return undefined;
  const columns = await raw.rows<{ name: string; type: string }>(COLUMNS, limit.table.split('.'));
  const text = sumsOf(limit, columns);
  return async () => (await raw.prepared(name, text, [])).length;
};

/** The query of the api in this process, without a way over HTTP. Lists of events and files have none. */
export const askQuery = (source: DataSource, { dataSet: name, suffix, parameters }: Question): Ask | undefined => {
  const dataSet = dataSets.get(name);
  if (dataSet === undefined || suffix !== undefined) return undefined;
  const handler = new AskDataSetHandler(source, FILE_LIMITS);
  const { query } = readDataSetRequest(dataSet.description, parameters);
  const question = new AskDataSet(dataSet, query, false, () => false);
  return async () => (await handler.execute(question)).answer?.rows.length ?? 0;
};

/** As an analyst asks. */
export const askApi = (api: ApiProcess, question: Question): Ask => {
  const path = pathOf(question);
  return async () => {
    const text = (await api.get(path, 'regulator')).toString();
    if (question.isFile) return text.trimEnd().split('\n').length - 1;
    const { rows, events = [] } = JSON.parse(text) as { rows?: readonly object[]; events?: readonly object[] };
    return (rows ?? events).length;
  };
};

/** Reads as the api reads. */
export const openSource = ({ apiUrl }: Ledger): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    url: apiUrl,
    entities: [...readModelTables] as (abstract new () => object)[] as never[],
    synchronize: false,
    extra: { options: '-c jit=off' },
  }).initialize();
