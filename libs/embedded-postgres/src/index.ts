export { postgresFailures } from './failures.js';
export { takeLock } from './lock.js';
export { type RunningPostgres, type StartOptions, startPostgres } from './start-postgres.js';
