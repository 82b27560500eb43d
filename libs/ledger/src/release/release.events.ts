import { IsDay, IsId, IsInteger, IsLang, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** From a day on anybody may read a data set of the ledger without signing in. */
export class DatasetReleased {
  @IsId() dataset!: string;
  /** Name or address of the licence under which it may be used. */
  @IsText(200) licence!: string;
  /** Counts below it are suppressed for the public, so that nobody is recognised. 0: none is. */
  @IsInteger({ min: 0, max: 1000 }) threshold!: number;
  @IsDay() from!: string;
}

/** It is no longer public. What was read before cannot be taken back. */
export class DatasetRecalled {
  @IsId() dataset!: string;
  @IsLang(1000) reason!: Lang;
}

export const releaseEvents = {
  'gov.sijill.dataset.released.v1': DatasetReleased,
  'gov.sijill.dataset.recalled.v1': DatasetRecalled,
} as const satisfies EventRegister;
export type ReleaseFact = FactOf<typeof releaseEvents>;
