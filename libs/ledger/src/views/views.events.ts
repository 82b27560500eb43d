import { IsCount, IsDay, IsId, IsLang, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** How often one page of information was opened on one day. Views are never transactions. */
export class ViewsCounted {
  @IsId() platformId!: string;
  @IsId() infoId!: string;
  @IsDay() day!: string;
  @IsCount() views!: number;
}

/** Replaces the count of that day from the day it is known. */
export class ViewsCorrected {
  @IsId() platformId!: string;
  @IsId() infoId!: string;
  @IsDay() day!: string;
  @IsCount() views!: number;
  @IsLang(1000) reason!: Lang;
}

export const viewsEvents = {
  'gov.sijill.views.counted.v1': ViewsCounted,
  'gov.sijill.views.corrected.v1': ViewsCorrected,
} as const satisfies EventRegister;
export type ViewsFact = FactOf<typeof viewsEvents>;
