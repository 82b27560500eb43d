import { CHANNEL_CLASSES } from '#ledger';

export const CHANNELS: readonly string[] = Object.keys(CHANNEL_CLASSES);
/** What channels may be classed as; which is which on a day, class-rules.ts says. */
export const CLASSES: readonly string[] = [...new Set(Object.values(CHANNEL_CLASSES))];
