/** The vocabulary of event data (domain page, section 3.1): everything a data class is declared with. */
export {
  type Hours,
  IsHours,
  IsLang,
  IsRatioValue,
  type Lang,
  type OpenSpan,
  type RatioValue,
} from './vocabulary/compounds.js';
export { IsEither, IsListOf, IsObjectOf, IsObjects } from './vocabulary/lists.js';
export {
  IsBool,
  IsBp,
  IsCount,
  IsDay,
  IsDec,
  IsFils,
  IsForm,
  IsHalf,
  IsId,
  IsInstantText,
  IsInteger,
  IsJurisdiction,
  IsLink,
  IsNumberText,
  IsOneOf,
  IsPart,
  IsSheets,
  IsSource,
  IsText,
} from './vocabulary/scalars.js';
export { Absent, decorate, Personal, type Shape, type ShapeDecorator, Subject } from './vocabulary/shape.js';
