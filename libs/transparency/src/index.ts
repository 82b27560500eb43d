export { copyFailures } from './failures.js';
export { type Copying, type CopyProgress, copyJournal } from './journal-copy.js';
export { digestOf, type JournalDigest } from './journal-digest.js';
