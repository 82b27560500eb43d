/** What the composition root hands to the parts of the api. Interfaces have no value at run time, so each has a name here. */
export const EVENT_STORE = Symbol('event store');
export const READ_SOURCE = Symbol('data source of the read models');
export const CURSORS = Symbol('page cursors');
export const FILES = Symbol('limits of files');
export const METRICS = Symbol('metrics');
export const PROJECTION_WATCH = Symbol('projection watch');
export const PUBLIC_URL = Symbol('address under which readers reach the ledger');
export const TODAY = Symbol('the day in Asia/Dubai');
export const VAULT = Symbol('key vault');
