export { failingWith, Failure } from './failure.js';
export type { BilingualText, FailureKind, FailureRule, FailureTable, Fault } from './failure.js';
