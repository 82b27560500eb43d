import { CHANNEL_CLASSES } from '#ledger';

export const CHANNELS: readonly string[] = Object.keys(CHANNEL_CLASSES);
export const CLASSES: readonly string[] = [...new Set(Object.values(CHANNEL_CLASSES))];

/** Channels of a class as a list for SQL of ours: codes only, so they need no escaping. */
const listed = (channelClass: string): string =>
  Object.entries(CHANNEL_CLASSES)
    .filter(([, ofChannel]) => ofChannel === channelClass)
    .map(([channel]) => `'${channel}'`)
    .join(', ');

/**
 * SQL of the class of a channel column by the code table, which is policy `channel-classes@1`; null where there is no
 * channel. What follows later versions of the policy asks class-rules.ts.
 */
export const classSql = (column: string): string =>
  `case ${CLASSES.map((name) => `when ${column} in (${listed(name)}) then '${name}'`).join(' ')} end`;
