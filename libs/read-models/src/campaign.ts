import { boardAnswer, boardContributions, boardDescription } from './campaign/board.js';
import { metricsContributions } from './campaign/contributions.js';
import { metricsDescription } from './campaign/description.js';
import { metricsAnswer } from './campaign/metrics.js';
import type { DataSet } from './read-model.js';
import { transactionsModel } from './transactions.js';

/** Requests of customers and their money on the days of editions, by the hour: the live board, the league, the devices. */
export const campaignBoard: DataSet = {
  description: boardDescription,
  projection: transactionsModel.name,
  rows: boardAnswer,
  contributions: boardContributions,
};

/** Whether an edition did what it was meant to do, by every yardstick, live and frozen. */
export const campaignMetrics: DataSet = {
  description: metricsDescription,
  projection: transactionsModel.name,
  rows: metricsAnswer,
  contributions: metricsContributions,
};
