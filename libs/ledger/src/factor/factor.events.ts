import {
  Absent,
  IsBool,
  IsDay,
  IsId,
  IsInteger,
  IsLang,
  IsRatioValue,
  IsText,
  type Lang,
  type RatioValue,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** One version of a number that turns one unit into another: sheets into trees, minutes into money. */
export class FactorAdopted {
  @IsId() factorId!: string;
  @IsInteger({ min: 1, max: 9999 }) version!: number;
  /** Factors of one origin, meant to be used together. */
  @IsId() set!: string;
  /** Exact, in `unit`. */
  @IsRatioValue() value!: RatioValue;
  /** For example `sheet/tree`. */
  @IsText(40) unit!: string;
  /** First and last day, both inside, of the periods to which it may be applied without being named. */
  @IsDay() from!: string;
  @Absent() @IsDay() until?: string;
  @IsText(300) source!: string;
  /** Somebody has seen the source. */
  @IsBool() verified!: boolean;
}

/** From this day on a version is applied only where it is asked for by name. */
export class FactorRetired {
  @IsId() factorId!: string;
  @IsInteger({ min: 1, max: 9999 }) version!: number;
  @IsDay() from!: string;
  @IsLang(1000) reason!: Lang;
}

export const factorEvents = {
  'gov.sijill.factor.adopted.v1': FactorAdopted,
  'gov.sijill.factor.retired.v1': FactorRetired,
} as const satisfies EventRegister;
export type FactorFact = FactOf<typeof factorEvents>;
